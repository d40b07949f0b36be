"""What happens when somebody signs in."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from .models import Person
from .selectors import actor_for
from .services.own_lists import prove_by_own_list


@receiver(user_logged_in, dispatch_uid="identity.prove_by_own_list")
def recognise_by_own_list(request: HttpRequest, user: Person, **_: Any) -> None:
    """Whoever signs in with an address on the municipality's own list has shown where they live."""
    portal = getattr(request, "portal", None)
    if portal is not None:
        now = timezone.now()
        prove_by_own_list(actor=actor_for(user, portal, now=now, second_factor=False), portal=portal, now=now)
