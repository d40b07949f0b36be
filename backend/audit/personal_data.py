"""What the record holds about people: numbers, never names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from backend.core.personal_data import Basis, Held, Purpose, Row, register
from backend.core.retention import Clock

from .models import Entry


def _entries(person_id: int) -> Iterator[Row]:
    for entry in Entry.objects.filter(person_id=person_id).order_by("pk").iterator(500):
        yield {
            _("When"): entry.at,
            _("What"): entry.action,
            _("Kind of thing"): entry.target_type,
            _("Number of the thing"): entry.target_id,
            _("With the roles"): entry.roles,
        }


def _keep(person_id: int, now: datetime) -> None:
    """The record stays as it is. It says which number acted, and nobody knows any more whose it was."""


register(
    Held(
        slug="audit",
        purpose=Purpose.ACCOUNTING,
        label=_("The record of who did what"),
        why=_("So that anybody can check that counts were fair. It holds numbers, no names and no choices."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.AUDIT_RECORD,
        kept=_("It stays, also after you leave. Then nobody can see any more that a number was you."),
        columns=frozenset({"audit.entry.person_id"}),
        rows=_entries,
        erase=_keep,
        is_on_page=False,
    )
)
