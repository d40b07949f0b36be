"""Finding portals by their hostname and areas by point or postcode."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from .models import Area, District, Portal, Postcode
from .rules import lies_in, normal_postcode


def portal_by_hostname(hostname: str) -> Portal | None:
    """The portal that answers under a hostname, in any municipality: the question that opens every page."""
    name = hostname.lower().rstrip(".")
    return (
        Portal.objects.all_municipalities()
        .select_related("municipality", "district")
        .filter(hostname=name)
        .first()
    )


def portal_by_slug(slug: str) -> Portal | None:
    """The portal with a short name, as the command line calls it."""
    return (
        Portal.objects.all_municipalities()
        .select_related("municipality", "district")
        .filter(slug=slug)
        .first()
    )


def portal_to_tell_at(municipality_id: int, portal_id: int | None) -> Portal | None:
    """The portal by which somebody hears from a municipality: the one it was about, or else its first."""
    portals = (
        Portal.objects.all_municipalities()
        .select_related("municipality", "district")
        .filter(municipality_id=municipality_id)
    )
    if portal_id is not None:
        portals = portals.filter(pk=portal_id)
    return portals.order_by("pk").first()


def list_portals() -> list[Portal]:
    """All portals of the installation by name. That they exist is public."""
    return list(
        Portal.objects.all_municipalities().select_related("municipality", "district").order_by("name", "id")
    )


def portals_of(municipality_id: int) -> list[Portal]:
    """The portals of a municipality by name."""
    portals = Portal.objects.all_municipalities().filter(municipality_id=municipality_id)
    return list(portals.order_by("name", "id"))


def districts_of(municipality_id: int) -> list[District]:
    """The districts of a municipality that portals and rules can be about."""
    return list(District.objects.filter(municipality_id=municipality_id).order_by("name", "id"))


def areas_of(district_id: int) -> list[Area]:
    """The wijken a district consists of, by name and without their boundaries."""
    return list(Area.objects.filter(pk__in=_ids_of(district_id)).defer("boundary").order_by("name", "code"))


def area_at(district_id: int, latitude: float, longitude: float) -> Area | None:
    """The wijk of a district that a point lies in.

    None when it lies outside, when boundaries are not known, and when an old map draws two wijken as one:
    which of the two it is then is for the person to say.
    """
    found = [area for area in _mapped_areas(district_id) if _holds(area, latitude, longitude)]
    return found[0] if len(found) == 1 else None


def is_inside(district_id: int, latitude: float, longitude: float) -> bool | None:
    """Whether a point lies in a district. None when that cannot be said, because a boundary is not known."""
    areas = _mapped_areas(district_id)
    if any(_holds(area, latitude, longitude) for area in areas):
        return True
    is_whole = bool(areas) and all(area.boundary for area in areas)
    return False if is_whole else None


def area_of_postcode(postcode: str) -> Area | None:
    """The neighbourhood a postcode lies in, or None when it is not one or was never read in."""
    normal = normal_postcode(postcode)
    if normal is None:
        return None
    row = Postcode.objects.filter(pk=normal).select_related("area").defer("area__boundary").first()
    return row.area if row else None


def postcode_lies_in(district_id: int, postcode: str) -> bool | None:
    """Whether a postcode lies in a district.

    None when that cannot be said: it was never read in, or by the areas of another year.
    """
    own = dict(Area.objects.filter(pk__in=_ids_of(district_id)).values_list("id", "year"))
    row = (
        Postcode.objects.filter(pk=normal_postcode(postcode) or "")
        .values_list("area__year", "area_id", "area__parent_id", "area__parent__parent_id")
        .first()
    )
    if row is None:
        return None
    year, *around = row
    return not own.keys().isdisjoint(around) if year in own.values() else None


def districts_holding(municipality_id: int, postcode: str) -> list[int]:
    """Every district of a municipality that a postcode lies in: a neighbourhood may be part of several."""
    districts = District.objects.filter(municipality_id=municipality_id).order_by("pk")
    return [pk for pk in districts.values_list("pk", flat=True) if postcode_lies_in(pk, postcode)]


def _mapped_areas(district_id: int) -> list[Area]:
    return list(
        Area.objects.filter(pk__in=_ids_of(district_id)).only("code", "name", "boundary").order_by("code")
    )


def _ids_of(district_id: int) -> QuerySet[Any, Any]:
    return District.areas.through.objects.filter(district_id=district_id).values("area_id")


def _holds(area: Area, latitude: float, longitude: float) -> bool:
    return area.boundary is not None and lies_in(area.boundary, latitude=latitude, longitude=longitude)
