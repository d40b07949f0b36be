"""Portals with what a plan needs: a district and subjects to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from backend.core.actor import Actor
from backend.core.tenancy import in_municipality
from backend.places.models import District, Municipality, Portal
from backend.proposals.models import Category

MUNICIPALITIES = {"GM0363": "Amsterdam", "GM0014": "Groningen", "GM0344": "Utrecht"}


def make_portal(
    slug: str = "west", *, code: str = "GM0363", subjects: Sequence[str] = ("groen", "verkeer")
) -> Portal:
    """A portal under `<slug>.localhost`. Its district has no areas, so that it asks for no boundaries."""
    municipality, _ = Municipality.objects.get_or_create(code=code, defaults={"name": MUNICIPALITIES[code]})
    with in_municipality(municipality.pk):
        district = District.objects.create(municipality=municipality, name=slug.title())
        portal = Portal.objects.create(
            municipality=municipality,
            district=district,
            slug=slug,
            hostname=f"{slug}.localhost",
            name=f"Stem van {slug.title()}",
            contact_phone="14 091",
        )
        for position, subject in enumerate(subjects):
            Category.objects.create(
                municipality=municipality,
                portal=portal,
                slug=subject,
                name_nl=subject.title(),
                name_en=f"About {subject}",
                position=position,
            )
    return portal


def system_of(portal: Portal, reason: str = "the clock") -> Actor:
    """Work without a person, at one portal."""
    return Actor(portal.municipality_id, portal.pk, reason=reason)


def visitor_of(portal: Portal) -> Actor:
    return Actor.visitor(municipality_id=portal.municipality_id, portal_id=portal.pk)
