"""What every API answer shares: services decide, and errors are problem+json (RFC 9457)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.exceptions import APIException
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from backend.core.errors import DomainError, NotAllowed, NotFound


class DecidedByService(BasePermission):
    """Reading is decided by the selectors and writing by the services; views add nothing to it."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in {"GET", "HEAD", "OPTIONS"}


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
        response.data = {"type": f"urn:meebeslissen:{exc.default_code}", "title": title, "status": exc.status_code}
        response.content_type = "application/problem+json"
    return response
