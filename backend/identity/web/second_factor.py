"""Whether a session was opened with more than one proof of who somebody is."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from ..models import Person

DEMO_KEY = "demo_second_factor"


def records_of(request: HttpRequest, person: Person) -> list[dict[str, Any]]:
    """How this person proved in this session who they are, oldest first."""
    records: list[dict[str, Any]] = get_authentication_records(request, person)
    return records


def has_second_factor(request: HttpRequest, person: Person) -> bool:
    """Whether a passkey, an app or a recovery code was shown in this session.

    A passkey alone is enough: it asks for the finger, face or PIN of its owner. The demo buttons count as
    well, where there are any, so that trying out the desk stays easy.
    """
    if settings.DEMO_SIGN_IN and request.session.get(DEMO_KEY) == person.pk:
        return True
    return any(record["method"] == "mfa" for record in records_of(request, person))


def record_second_factor(request: HttpRequest, person: Person, authenticator: Authenticator) -> None:
    """Somebody just set up a second factor, and showed by doing so that they hold it."""
    record_authentication(request, person, method="mfa", id=authenticator.pk, type=authenticator.type)


def forget_second_factor(request: HttpRequest, person: Person, factor_id: int) -> None:
    """What was shown of a second factor that is no longer there counts no more, also in this session."""
    kept = [record for record in records_of(request, person) if record.get("id") != factor_id]
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept


def way_to_second_factor(following: str) -> str:
    """Where a second factor is set up or shown, on the way to somewhere else."""
    return f"{reverse('second_factor')}?{urlencode({'next': following})}"
