"""Signing a browser in without an e-mail address."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login
from django.http import HttpRequest

from ..models import Person

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in_without_address(request: HttpRequest, person: Person) -> None:
    """Let this browser act for somebody who came with a letter. The session gets a new key.

    The letter counts as having shown who one is, so that a copy of one's data or leaving is possible.
    """
    login(request, person, backend=BACKEND)
    record_authentication(request, person, method="letter")
