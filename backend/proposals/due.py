"""What the clock does for plans: count months that ended, begin the next, remind, and tell people news."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from backend.core import due
from backend.core.actor import Actor
from backend.core.tenancy import MunicipalityModel, in_municipality
from backend.places.models import Portal

from .models import AgendaItem, Announcement, Round
from .services.announcements import tell
from .services.counting import close_round, rounds_to_close
from .services.reminders import (
    items_without_context,
    items_without_outcome,
    remind_of_context,
    remind_of_outcome,
)
from .services.rounds import begin_next_round, refresh_totals

# One walk tells about so many plans, so that news never holds up the closing of a round.
AT_ONCE = 500


@contextmanager
def _acting_for(model: type[MunicipalityModel], row_id: int, reason: str) -> Iterator[Actor]:
    """The clock as actor, within the municipality of the row that is due."""
    rows = model.objects.all_municipalities().filter(pk=row_id)
    municipality_id: int = rows.values_list("municipality_id", flat=True).get()
    with in_municipality(municipality_id):
        yield Actor.system(reason, municipality_id=municipality_id)


def portals_without_round(now: datetime) -> Iterable[int]:
    """Portals that have had a round, but none for this moment."""
    with_round_now = Round.objects.all_municipalities().filter(opens_at__lte=now, closes_at__gt=now)
    with_rounds = Round.objects.all_municipalities().order_by().values_list("portal_id", flat=True).distinct()
    return list(with_rounds.exclude(portal_id__in=with_round_now.values("portal_id")))


def begin_one(portal_id: int, now: datetime) -> None:
    with _acting_for(Portal, portal_id, "a round ended") as actor:
        begin_next_round(actor=actor, portal_id=portal_id, now=now)


def close_one(round_id: int, now: datetime) -> None:
    with _acting_for(Round, round_id, "the round ended") as actor:
        close_round(actor=actor, round_id=round_id, now=now)


def rounds_to_refresh(now: datetime) -> Iterable[int]:
    begun = Round.objects.all_municipalities().filter(totals_refreshed_at=None, opens_at__lte=now)
    return list(begun.order_by("opens_at").values_list("pk", flat=True))


def refresh_one(round_id: int, now: datetime) -> None:
    with _acting_for(Round, round_id, "a round began") as actor:
        refresh_totals(actor=actor, round_id=round_id, now=now)


def announcements_to_tell(now: datetime) -> Iterable[int]:
    waiting = Announcement.objects.all_municipalities().filter(told_at=None)
    return list(waiting.order_by("id").values_list("pk", flat=True)[:AT_ONCE])


def tell_one(announcement_id: int, now: datetime) -> None:
    with _acting_for(Announcement, announcement_id, "news about a plan") as actor:
        tell(actor=actor, announcement_id=announcement_id, now=now)


def remind_one_of_context(item_id: int, now: datetime) -> None:
    with _acting_for(AgendaItem, item_id, "context is owed") as actor:
        remind_of_context(actor=actor, item_id=item_id, now=now)


def remind_one_of_outcome(item_id: int, now: datetime) -> None:
    with _acting_for(AgendaItem, item_id, "an outcome is owed") as actor:
        remind_of_outcome(actor=actor, item_id=item_id, now=now)


for work in (
    due.DueWork(name="proposals.begin_round", find=portals_without_round, do=begin_one),
    due.DueWork(name="proposals.close_round", find=rounds_to_close, do=close_one),
    due.DueWork(name="proposals.refresh_totals", find=rounds_to_refresh, do=refresh_one),
    due.DueWork(name="proposals.tell", find=announcements_to_tell, do=tell_one),
    due.DueWork(name="proposals.remind_context", find=items_without_context, do=remind_one_of_context),
    due.DueWork(name="proposals.remind_outcome", find=items_without_outcome, do=remind_one_of_outcome),
):
    due.register(work)
