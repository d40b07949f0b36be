"""What PortalMiddleware put on a request."""

from django.http import HttpRequest

from backend.core.errors import require_found

from ..models import Portal


def portal_of(request: HttpRequest) -> Portal:
    """The portal of this request's hostname, or NotFound under a hostname that is none."""
    portal: Portal | None = vars(request)["portal"]
    return require_found(portal)
