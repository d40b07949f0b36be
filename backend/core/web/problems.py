"""Errors of the API as problem+json (RFC 9457), in one place."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

from backend.core.errors import DomainError, NotAllowed, NotFound


def problem_response(exc: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(exc, Http404):
        exc = NotFound()
    if isinstance(exc, PermissionDenied):
        exc = NotAllowed()
    if isinstance(exc, DomainError):
        body = {"type": f"urn:meebeslissen:{exc.code}", "title": str(exc), "status": exc.status}
        return Response(body, status=exc.status, content_type="application/problem+json")
    response = exception_handler(exc, context)
    if response is not None and isinstance(exc, APIException):
        title = str(exc.detail) if not isinstance(exc.detail, dict | list) else str(exc.default_detail)
        response.data = {
            "type": f"urn:meebeslissen:{exc.default_code}",
            "title": title,
            "status": exc.status_code,
        }
        response.content_type = "application/problem+json"
    return response
