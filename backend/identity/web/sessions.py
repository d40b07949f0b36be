"""Signing a browser in without an e-mail address, and what signing in starts."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest

from ..models import Person

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in_without_address(request: HttpRequest, person: Person) -> None:
    """Let this browser act for somebody who came with a letter. The session gets a new key."""
    login(request, person, backend=BACKEND)
