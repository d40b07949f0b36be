"""What signing in put on a request."""

from django.http import HttpRequest

from backend.core.errors import NotAllowed

from ..models import Mandate, Person


def person_of(request: HttpRequest) -> Person:
    """The signed-in person of this request, or NotAllowed for visitors."""
    person: Person | None = vars(request)["person"]
    if person is None:
        raise NotAllowed
    return person


def mandate_of(request: HttpRequest) -> Mandate | None:
    """The help that is being given in this request, if any."""
    mandate: Mandate | None = vars(request)["mandate"]
    return mandate
