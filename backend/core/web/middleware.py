"""One place where a domain error becomes a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from backend.core.errors import DomainError

GetResponse = Callable[[HttpRequest], HttpResponse]


class DomainErrorMiddleware:
    """Answers what a view did not: the error's own sentence, with its status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        return render(request, "layout/error.html", {"error": exception}, status=exception.status)
