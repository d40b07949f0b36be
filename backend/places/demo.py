"""Three portals to try the platform with. Phone numbers, addresses and mail addresses are made up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from backend.core.actor import Actor

from .area_table import SHIPPED_YEAR, read_areas, shipped_table
from .boundaries import SHIPPED_BOUNDARIES, read_boundaries
from .models import Area, Portal
from .services import PortalDetails, create_portal, import_areas

WEST_AREAS = tuple(f"WK0363{number}" for number in (*range(12, 23), *range(37, 44), 75))
OOSTERPARK_AREAS = ("WK001404",)
UTRECHT_AREAS = tuple(f"WK0344{number:02}" for number in range(1, 11))


@dataclass(frozen=True, kw_only=True)
class DemoPortal:
    slug: str
    hostname: str
    name: str
    municipality_code: str
    district_name: str
    area_codes: Collection[str]
    details: PortalDetails


DEMO_PORTALS = (
    DemoPortal(
        slug="west",
        hostname="west.localhost",
        name="Stem van West",
        municipality_code="GM0363",
        district_name="West",
        area_codes=WEST_AREAS,
        details=PortalDetails(
            tagline="Jouw plan voor de buurt op de agenda",
            contact_phone="14 091",
            contact_email="west@voorbeeld.example",
            counter_address="Voorbeeldloket, Voorbeeldplein 1, Amsterdam",
            map_latitude=52.3745,
            map_longitude=4.8655,
            map_zoom=14,
            # The example theme of NL Design System as it is.
            house_style={"mb-color-accent": "#3b0fb0", "mb-color-link": "#3b0fb0"},
        ),
    ),
    DemoPortal(
        slug="oosterpark",
        hostname="oosterpark.localhost",
        name="Coöperatieve Wijkraad Oosterparkwijk",
        municipality_code="GM0014",
        district_name="Oosterparkwijk",
        area_codes=OOSTERPARK_AREAS,
        details=PortalDetails(
            tagline="Bewoners en raadsleden beslissen samen",
            contact_phone="14 092",
            contact_email="oosterpark@voorbeeld.example",
            counter_address="Voorbeeldloket, Voorbeeldstraat 2, Groningen",
            map_latitude=53.2240,
            map_longitude=6.5850,
            map_zoom=15,
            house_style={
                "mb-color-accent": "#1b6b3c",
                "mb-color-link": "#1b6b3c",
                "mb-color-focus": "#8a1c6b",
                "mb-color-surface": "#f1f7f2",
                "mb-radius": "4px",
            },
        ),
    ),
    DemoPortal(
        slug="utrecht",
        hostname="utrecht.localhost",
        name="Meetellen in Utrecht",
        municipality_code="GM0344",
        district_name="Utrecht",
        area_codes=UTRECHT_AREAS,
        details=PortalDetails(
            tagline="Ervaring telt mee",
            contact_phone="14 093",
            contact_email="utrecht@voorbeeld.example",
            counter_address="Voorbeeldloket, Voorbeeldgracht 3, Utrecht",
            map_latitude=52.0907,
            map_longitude=5.1000,
            map_zoom=12,
            house_style={
                "mb-color-accent": "#24478f",
                "mb-color-link": "#24478f",
                "mb-color-focus": "#b3261e",
                "mb-color-surface": "#f3f5fb",
                "mb-radius": "12px",
            },
        ),
    ),
)


@transaction.atomic
def create_demo_portals(now: datetime) -> list[Portal]:
    """The three demo portals with the areas they need. What is there already stays as it is."""
    actor = Actor.system("demo portals")
    mapped = Area.objects.filter(year=SHIPPED_YEAR, code__in=WEST_AREAS, boundary__isnull=False)
    if mapped.count() < len(WEST_AREAS):
        import_areas(
            actor=actor,
            year=SHIPPED_YEAR,
            rows=read_areas(shipped_table(SHIPPED_YEAR)),
            boundaries=read_boundaries(SHIPPED_BOUNDARIES),
            now=now,
        )
    return [create_portal(actor=actor, **vars(portal), now=now) for portal in DEMO_PORTALS]
