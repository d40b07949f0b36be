"""Making a portal for a district, and dressing it in its house style."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require, require_found
from backend.core.plain import one_line

from ..area_table import SHIPPED_YEAR
from ..boundaries import LATITUDES, LONGITUDES
from ..house_style import checked
from ..models import Area, District, Municipality, Portal
from ..permissions import can_manage_places, can_set_house_style
from ..selectors import portal_by_hostname, portal_by_slug

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_HOSTNAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
LONGEST_SLUG = 50
LONGEST_HOSTNAME = 200


@dataclass(frozen=True, kw_only=True)
class PortalDetails:
    """What a portal tells about itself. All of it can be changed later."""

    tagline: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    counter_address: str = ""
    map_latitude: float = 52.37
    map_longitude: float = 4.87
    map_zoom: int = 14
    house_style: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def create_portal(
    *,
    actor: Actor,
    slug: str,
    hostname: str,
    name: str,
    municipality_code: str,
    district_name: str,
    area_codes: Collection[str],
    year: int = SHIPPED_YEAR,
    details: PortalDetails | None = None,
    now: datetime,
) -> Portal:
    """Open a site for a part of a municipality under its own hostname.

    Asking again for the same slug and hostname returns the portal as it is, with what was changed since.
    InvalidInput says what does not fit: a name in use, an unknown area, a house style that cannot be read.
    """
    require(can_manage_places(actor))
    hostname = hostname.strip().lower().rstrip(".")
    details = details or PortalDetails()
    existing = _existing(slug, hostname, municipality_code)
    if existing is not None:
        return existing
    if not one_line(name):
        raise InvalidInput(_("A portal needs a name."), field="name")
    municipality = _municipality(municipality_code, year)
    district = _district(municipality, district_name, _wijken(municipality_code, area_codes, year))
    portal = Portal(
        municipality=municipality,
        district=district,
        slug=slug,
        hostname=hostname,
        name=one_line(name),
        **{**vars(details), "house_style": checked(details.house_style)},
    )
    _check_details(portal)
    portal.save()
    audit.record(
        actor=replace(actor, municipality_id=municipality.pk),
        action="places.portal_created",
        target=portal,
        at=now,
    )
    return portal


@transaction.atomic
def set_house_style(*, actor: Actor, portal_id: int, tokens: Mapping[str, object], now: datetime) -> Portal:
    """Dress a portal in other colours, corners or fonts. What is not named goes back to the default.

    InvalidInput when a value does not fit its type, or when people could not read one colour on another.
    """
    portals = Portal.objects.all_municipalities().select_for_update().filter(pk=portal_id)
    if actor.municipality_id is not None:
        portals = portals.filter(municipality_id=actor.municipality_id)
    portal = require_found(portals.first())
    require(can_set_house_style(actor, portal))
    portal.house_style = checked(tokens)
    portal.save(update_fields=["house_style"])
    audit.record(
        actor=replace(actor, municipality_id=portal.municipality_id),
        action="places.house_style_set",
        target=portal,
        at=now,
    )
    # Every page carries the address of the style sheet, which has just changed.
    pagecache.empty(portal.pk)
    return portal


def _existing(slug: str, hostname: str, municipality_code: str) -> Portal | None:
    """The portal that is asked for, if it is there. InvalidInput when slug or hostname cannot be used."""
    if not _SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        raise InvalidInput(
            _("A short name has lower-case letters, digits and single dashes only."), field="slug"
        )
    if not _HOSTNAME.fullmatch(hostname) or len(hostname) > LONGEST_HOSTNAME or hostname == "localhost":
        raise InvalidInput(
            _("A hostname looks like west.example.nl, without https:// or a port."), field="hostname"
        )
    by_slug, by_hostname = portal_by_slug(slug), portal_by_hostname(hostname)
    if by_slug is None and by_hostname is None:
        return None
    if by_slug != by_hostname:
        taken = "slug" if by_slug else "hostname"
        raise InvalidInput(_("Another portal has this short name or hostname."), field=taken)
    if by_slug is not None and by_slug.municipality.code != municipality_code:
        raise InvalidInput(_("This portal belongs to another municipality."), field="municipality")
    return by_slug


def _check_details(portal: Portal) -> None:
    try:
        # Fields alone: slug and hostname were looked up before, in all municipalities.
        portal.clean_fields(exclude=["municipality", "district"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidInput(f"{field}: {' '.join(messages)}", field=field) from error
    south, north = LATITUDES
    west, east = LONGITUDES
    if not (south <= portal.map_latitude <= north and west <= portal.map_longitude <= east):
        raise InvalidInput(_("The middle of the map is not in the Netherlands."), field="map")


def _municipality(code: str, year: int) -> Municipality:
    area = Area.objects.filter(code=code, year=year, kind=Area.Kind.MUNICIPALITY).first()
    if area is None:
        message = _("No municipality {code} is known for {year}. Read in the areas first.")
        raise InvalidInput(message.format(code=code, year=year), field="municipality")
    return Municipality.objects.get_or_create(code=code, defaults={"name": area.name})[0]


def _wijken(municipality_code: str, codes: Collection[str], year: int) -> list[Area]:
    known = Area.objects.filter(
        code__in=codes, year=year, municipality_code=municipality_code, kind=Area.Kind.WIJK
    ).defer("boundary")
    wijken = list(known)
    unknown = sorted(set(codes) - {area.code for area in wijken})
    if unknown or not wijken:
        message = _("Not a district of {code} in {year}: {unknown}.")
        raise InvalidInput(
            message.format(code=municipality_code, year=year, unknown=", ".join(unknown) or "–"),
            field="areas",
        )
    return wijken


def _district(municipality: Municipality, name: str, wijken: list[Area]) -> District:
    """The part of the municipality with this name. Two portals may share one, if they mean the same areas."""
    name = one_line(name)
    if not name:
        raise InvalidInput(_("A district needs a name."), field="district")
    districts = District.objects.all_municipalities()
    district = districts.filter(municipality=municipality, name=name).first()
    if district is None:
        district = districts.create(municipality=municipality, name=name)
        district.areas.set(wijken)
    elif set(district.areas.values_list("code", "year")) != {(area.code, area.year) for area in wijken}:
        raise InvalidInput(_("A district of this name exists with other areas."), field="district")
    return district
