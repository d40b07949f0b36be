"""What every request goes through: input that can be kept as text, and domain errors that become pages."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from backend.core.errors import DomainError

GetResponse = Callable[[HttpRequest], HttpResponse]
_NUL = "\0"
_NULS_IN_ADDRESS = re.compile("(?:%00|\0)+")


class ReadableInputMiddleware:
    """Takes the sign without meaning (NUL) out of addresses and cookies. Nobody types it, and PostgreSQL
    refuses every text that has it. Forms say so themselves."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        # Something stays in its place, or what was around it could form the same again.
        request.META["QUERY_STRING"] = _NULS_IN_ADDRESS.sub("+", query)
        for name in [name for name, value in request.COOKIES.items() if _NUL in value]:
            del request.COOKIES[name]
        return self.get_response(request)


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
