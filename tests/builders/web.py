"""Browsers: a Django client under the hostname of a portal."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backend.core.walltime import on_wall
from backend.identity.models import Person
from backend.identity.services.devices import note_device
from backend.identity.web.middleware import SEEN_KEY
from backend.places.models import Portal

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_for(
    person: Person | None,
    portal: Portal,
    *,
    language: str = "en",
    second_factor: bool = True,
    seconds_ago: float = 0,
) -> Client:
    """The browser of somebody at a portal; None is a visitor.

    They signed in so many seconds ago, by a code and with a second factor unless told not to.
    """
    client = Client(HTTP_HOST=portal.hostname, HTTP_ACCEPT_LANGUAGE=language)
    if person is not None:
        client.force_login(person, backend=BACKEND)
        _sign_in(client, person, at=time.time() - seconds_ago, second_factor=second_factor)
    return client


def _sign_in(client: Client, person: Person, *, at: float, second_factor: bool) -> None:
    """What a session holds after signing in by a code, and after a second step."""
    records = [{"method": "code", "at": at, "email": person.email}]
    if second_factor:
        records.append({"method": "mfa", "type": "totp", "id": 0, "at": at})
    session, now = client.session, timezone.now()
    session[AUTHENTICATION_METHODS_SESSION_KEY] = records
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    session[SEEN_KEY] = [on_wall(now).date().isoformat(), session.session_key]
    session.save()
    note_device(person_id=person.pk, session_key=session.session_key, user_agent="", now=now)


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)
