"""What can go wrong in the domain, in words for the person who meets it.

Views never decide what an error looks like: `core.web.middleware` does for pages, `core.web.problems` for
the API.
"""

from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
Found = TypeVar("Found")


class DomainError(Exception):
    """Something cannot happen. The message says what, what was kept, and what to do now."""

    status = 409
    code = "conflict"
    default_message: Text = _("This cannot be done now. Nothing was changed.")

    def __init__(self, message: Text | None = None) -> None:
        self.message = message if message is not None else self.default_message
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class NotFound(DomainError):
    """It does not exist, or it is hidden from this person: the two look the same on purpose."""

    status = 404
    code = "not_found"
    default_message = _("This page does not exist, or it is not public.")


class NotAllowed(DomainError):
    """The person may see it but may not do this."""

    status = 403
    code = "not_allowed"
    default_message = _("You may not do this with your account. Nothing was changed.")


class InvalidInput(DomainError):
    """What was filled in does not fit. `field` names the form field it belongs to, if one does."""

    status = 422
    code = "invalid"

    def __init__(self, message: Text, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


def require(allowed: bool) -> None:
    """The one gate of every service: pass, or NotAllowed."""
    if not allowed:
        raise NotAllowed


def require_found(found: Found | None) -> Found:
    """The object, or NotFound when there is none."""
    if found is None:
        raise NotFound
    return found
