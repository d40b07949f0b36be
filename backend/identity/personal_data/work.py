"""Roles, and what people did in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.core.personal_data import Basis, Held, Purpose, Row, register
from backend.core.retention import Clock

from ..models import Erasure, LetterRun, ResidencyProof, ResidentList, RoleAssignment
from .words import CHUNK, WHILE_HERE


def _roles(person_id: int) -> Iterator[Row]:
    rows = RoleAssignment.objects.all_municipalities().filter(person_id=person_id)
    for role in rows.select_related("municipality", "portal").order_by("starts_on").iterator(CHUNK):
        yield {
            _("Role"): role.get_role_display(),
            _("Municipality"): role.municipality.name,
            _("Where"): role.portal.name if role.portal else _("Everywhere"),
            _("Party or service"): role.affiliation,
            _("From"): role.starts_on,
            _("Until"): role.ends_on,
            _("Why"): role.reason,
        }


def _remove_roles(person_id: int, now: datetime) -> None:
    RoleAssignment.objects.all_municipalities().filter(person_id=person_id).delete()


def _acts(person_id: int) -> Iterator[Row]:
    """What somebody did for others in a role: without whom it was for."""
    proofs = ResidencyProof.objects.all_municipalities().filter(recorded_by=person_id)
    yield from _times(_("Confirmed where somebody lives"), proofs, "proved_at")
    given = RoleAssignment.objects.all_municipalities().filter(given_by=person_id)
    yield from _times(_("Gave a role"), given, "starts_on")
    lists = ResidentList.objects.all_municipalities().filter(uploaded_by=person_id)
    yield from _times(_("Sent in a list of residents"), lists, "uploaded_at")
    runs = LetterRun.objects.all_municipalities().filter(started_by=person_id)
    yield from _times(_("Had letters made"), runs, "started_at")
    ended = RoleAssignment.objects.all_municipalities().filter(ended_by=person_id)
    yield from _times(_("Ended a role"), ended, "ends_on")


def _times(what: Promise, rows: QuerySet[Any], when: str) -> Iterator[Row]:
    for moment in rows.order_by("pk").values_list(when, flat=True).iterator(CHUNK):
        yield {_("What"): what, _("When"): moment}


def _forget_acts(person_id: int, now: datetime) -> None:
    ResidencyProof.objects.all_municipalities().filter(recorded_by=person_id).update(recorded_by=None)
    ResidentList.objects.all_municipalities().filter(uploaded_by=person_id).update(uploaded_by=None)
    LetterRun.objects.all_municipalities().filter(started_by=person_id).update(started_by=None)
    RoleAssignment.objects.all_municipalities().filter(given_by=person_id).update(given_by=None)
    RoleAssignment.objects.all_municipalities().filter(ended_by=person_id).update(ended_by=None)


def _erasures(person_id: int) -> Iterator[Row]:
    for erasure in Erasure.objects.filter(person_id=person_id):
        yield {_("What"): _("This person was erased"), _("When"): erasure.erased_at}


def _stay_erased(person_id: int, now: datetime) -> None:
    """Without this number a copy of the database from before would bring the person back."""


for held in (
    Held(
        slug="roles",
        purpose=Purpose.WORKING,
        label=_("Your roles"),
        why=_("Everybody may know who acts for the municipality."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=WHILE_HERE,
        columns=frozenset({"identity.roleassignment.person"}),
        rows=_roles,
        erase=_remove_roles,
    ),
    Held(
        slug="acts_for_people",
        purpose=Purpose.WORKING,
        label=_("What you did for others in a role"),
        why=_("So that it is known who confirmed something or gave a role."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=WHILE_HERE,
        columns=frozenset(
            {
                "identity.residencyproof.recorded_by",
                "identity.residentlist.uploaded_by",
                "identity.letterrun.started_by",
                "identity.roleassignment.given_by",
                "identity.roleassignment.ended_by",
            }
        ),
        rows=_acts,
        erase=_forget_acts,
        is_on_page=False,
    ),
    Held(
        slug="erasures",
        purpose=Purpose.ACCOUNTING,
        label=_("The list of who was erased"),
        why=_("So that you stay erased when a copy of the database is put back. You are not in it now."),
        basis=Basis.DUTY,
        clock=Clock.ERASURES,
        kept=_("Only when you leave: then your number stands in it, without your name."),
        columns=frozenset({"identity.erasure.person_id"}),
        rows=_erasures,
        erase=_stay_erased,
    ),
):
    register(held)
