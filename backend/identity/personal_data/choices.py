"""What people allow, and the copies they asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from backend.core.personal_data import Basis, Held, Purpose, Row, register
from backend.core.retention import Clock

from ..models import Consent, DataExport
from ..services.copies import remove_exports
from .words import CHUNK, WHILE_HERE


def _consents(person_id: int) -> Iterator[Row]:
    for consent in Consent.objects.filter(person_id=person_id).order_by("given_at").iterator(CHUNK):
        yield {
            _("What"): consent.get_purpose_display(),
            _("Version of the text"): consent.version,
            _("Allowed on"): consent.given_at,
            _("Taken back on"): consent.withdrawn_at,
        }


def _remove_consents(person_id: int, now: datetime) -> None:
    Consent.objects.filter(person_id=person_id).delete()


def _exports(person_id: int) -> Iterator[Row]:
    rows = DataExport.objects.filter(person_id=person_id).select_related("portal")
    for export in rows.order_by("requested_at").iterator(CHUNK):
        yield {
            _("Where"): export.portal.name,
            _("Asked for on"): export.requested_at,
            _("What became of it"): export.get_state_display(),
        }


for held in (
    Held(
        slug="consents",
        purpose=Purpose.CHOOSING,
        label=_("What you allow"),
        why=_("So that we do only what you allowed, and can show that you did."),
        basis=Basis.DUTY,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=WHILE_HERE,
        columns=frozenset({"identity.consent.person"}),
        rows=_consents,
        erase=_remove_consents,
    ),
    Held(
        slug="exports",
        purpose=Purpose.CHOOSING,
        label=_("Copies of your data that you asked for"),
        why=_("The law gives you a copy of what is held about you."),
        basis=Basis.DUTY,
        clock=Clock.EXPORTS,
        kept=_("The copy itself is gone after minutes. That you asked stays as long as your account."),
        columns=frozenset({"identity.dataexport.person"}),
        rows=_exports,
        erase=remove_exports,
    ),
):
    register(held)
