"""Where people live, what makes that they count once, and who helped them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.core.personal_data import Basis, Held, Purpose, Row, is_needed, register
from backend.core.retention import Clock

from ..models import IdentityKey, Mandate, ResidencyProof
from .words import CHUNK


def _proofs(person_id: int) -> Iterator[Row]:
    rows = ResidencyProof.objects.all_municipalities().filter(person_id=person_id)
    for proof in rows.select_related("district", "municipality").order_by("proved_at").iterator(CHUNK):
        yield {
            _("Municipality"): proof.municipality.name,
            _("District"): proof.district.name,
            _("How"): proof.get_kind_display(),
            _("How sure"): proof.get_level_display(),
            _("Age that was reached"): proof.reached_age,
            _("Shown on"): proof.proved_at,
            _("Holds until"): proof.valid_until,
        }


def _remove_proofs(person_id: int, now: datetime) -> None:
    """A month that ended but is not counted yet still asks where somebody lived."""
    if not is_needed(person_id):
        ResidencyProof.objects.all_municipalities().filter(person_id=person_id).delete()


def _keys(person_id: int) -> Iterator[Row]:
    rows = IdentityKey.objects.all_municipalities().filter(person_id=person_id)
    for key in rows.select_related("municipality").order_by("pk").iterator(CHUNK):
        yield {
            _("Municipality"): key.municipality.name,
            _("Made of"): key.get_kind_display(),
            _("Since"): key.made_at,
            _("The code"): key.digest,
        }


def _remove_keys(person_id: int, now: datetime) -> None:
    IdentityKey.objects.all_municipalities().filter(person_id=person_id).delete()


def _mandates(person_id: int) -> Iterator[Row]:
    rows = Mandate.objects.all_municipalities().filter(Q(person=person_id) | Q(assistant=person_id))
    for mandate in rows.select_related("portal").order_by("given_at").iterator(CHUNK):
        yield {
            _("Where"): mandate.portal.name,
            _("What"): _("You were helped") if mandate.person_id == person_id else _("You helped somebody"),
            _("How"): mandate.get_channel_display(),
            _("From"): mandate.given_at,
            _("Until"): mandate.ended_at or mandate.ends_at,
        }


def _remove_mandates(person_id: int, now: datetime) -> None:
    """Who was helped still sees by how many hands, also when those hands have left."""
    Mandate.objects.all_municipalities().filter(person_id=person_id).delete()
    Mandate.objects.all_municipalities().filter(assistant_id=person_id, ended_at=None).update(ended_at=now)


for held in (
    Held(
        slug="proofs",
        purpose=Purpose.COUNTING_ONCE,
        label=_("Where you live and whether you are old enough"),
        why=_("Only votes of residents of the right age count. Your date of birth is not kept."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.PROOFS,
        kept=_("Until the proof ends, and some days for a count that is late."),
        columns=frozenset({"identity.residencyproof.person"}),
        rows=_proofs,
        erase=_remove_proofs,
    ),
    Held(
        slug="identity_keys",
        purpose=Purpose.COUNTING_ONCE,
        label=_("Secret codes that recognise you"),
        why=_("So that nobody counts twice. Nobody can read from a code who you are."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.PROOFS,
        kept=_("As long as you have proof of where you live."),
        columns=frozenset({"identity.identitykey.person"}),
        rows=_keys,
        erase=_remove_keys,
    ),
    Held(
        slug="mandates",
        purpose=Purpose.HELPING,
        label=_("Help by an assistant"),
        why=_("So that you can see who helped you, and complain when something went wrong."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.MANDATES,
        kept=_("For some time after the help ended."),
        columns=frozenset({"identity.mandate.person", "identity.mandate.assistant"}),
        rows=_mandates,
        erase=_remove_mandates,
    ),
):
    register(held)
