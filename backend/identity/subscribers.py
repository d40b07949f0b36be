"""What happens when somebody signs in or out."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import user_logged_in
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from backend.core.actor import Actor
from backend.core.live.closing import close_pages_of

from .models import Person
from .services.devices import forget_session
from .services.own_lists import prove_by_own_list


@receiver(user_logged_in, dispatch_uid="identity.prove_by_own_list")
def recognise_by_own_list(request: HttpRequest, user: Person, **_: Any) -> None:
    """Whoever signs in with an address on the municipality's own list has shown where they live."""
    portal = getattr(request, "portal", None)
    if portal is not None:
        now = timezone.now()
        actor = Actor(portal.municipality_id, portal.pk, user.pk)
        prove_by_own_list(actor=actor, portal=portal, now=now)


@receiver(user_logged_out, dispatch_uid="identity.forget_device")
def forget_device(request: HttpRequest, user: Person | None, **_: Any) -> None:
    """Who signs out leaves no row about the device behind, and no page that goes on as theirs."""
    if request.session.session_key:
        forget_session(request.session.session_key)
    if user is not None:
        close_pages_of([user.pk])
