"""Portals that people come to with a browser."""

from __future__ import annotations

from itertools import count

from django.utils import timezone

from backend.places.models import Portal
from backend.proposals.demo import create_demo
from tests.builders.portals import make_portal

_numbers = count(1)


def make_tryout_portal(slug: str = "", *, code: str = "GM0363", with_plans: bool = False) -> Portal:
    """A portal where everyone of the made-up people can sign in with a button."""
    portal = make_portal(slug or f"wijk{next(_numbers)}", code=code, subjects=())
    create_demo(portal, now=timezone.now(), with_plans=with_plans)
    return portal
