"""Browsers: a Django client under the hostname of a portal."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from backend.identity.models import Person
from backend.places.models import Portal

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_for(person: Person | None, portal: Portal, *, language: str = "en") -> Client:
    """The browser of somebody at a portal; None is a visitor."""
    client = Client(HTTP_HOST=portal.hostname, HTTP_ACCEPT_LANGUAGE=language)
    if person is not None:
        client.force_login(person, backend=BACKEND)
    return client


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)
