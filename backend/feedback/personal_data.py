"""What this app holds about people: the answers they are owed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from backend.core.personal_data import Basis, Held, Purpose, Row, register
from backend.core.retention import Clock

from .models import Promise


def _promises(person_id: int) -> Iterator[Row]:
    rows = Promise.objects.all_municipalities().filter(person_id=person_id).select_related("municipality")
    for promise in rows.order_by("-opened_at", "-pk").iterator(500):
        yield {
            _("Municipality"): promise.municipality.name,
            _("Because you did this"): promise.get_contribution_display(),
            _("Since"): promise.opened_at,
            _("Answer before"): promise.due_on,
            _("How it stands"): promise.get_state_display(),
            _("Answered on"): promise.kept_at,
        }


def _release(person_id: int, now: datetime) -> None:
    """Nobody is owed an answer who is not there to hear it."""
    Promise.objects.all_municipalities().filter(person_id=person_id).delete()


register(
    Held(
        slug="promises",
        purpose=Purpose.ANSWERING,
        label=_("Answers we owe you"),
        why=_("Whoever puts up a plan or votes hears what came of it. This says whom we still owe that."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("As long as you have an account."),
        columns=frozenset({"feedback.promise.person"}),
        rows=_promises,
        erase=_release,
    )
)
