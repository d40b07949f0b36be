"""Pages for what Django itself refuses."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from backend.core.errors import DomainError, NotFound

TRY_AGAIN_SECONDS = 60


class ExpiredForm(DomainError):
    """A form whose secret word no longer fits: open for too long, or sent from elsewhere."""

    status = 403
    code = "expired_form"
    default_message = _(
        "This page was open for too long, so nothing was changed. Go back and do it again. "
        "If you typed something, it is usually still there. "
        # A browser that kept the page as it was shows it with the old word.
        "Does it fail once more? Then load the page anew first."
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "layout/error.html", {"error": NotFound()}, status=404)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or came from elsewhere."""
    return render(request, "layout/error.html", {"error": ExpiredForm()}, status=ExpiredForm.status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our own mistake, or a database that cannot be reached: then it is worth trying again soon."""
    is_database_lost = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    response = render(request, "layout/server_error.html", status=503 if is_database_lost else 500)
    if is_database_lost:
        response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response
