"""Somebody leaves: their votes are taken back and their plans go on without them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.tenancy import in_municipality
from backend.places.models import Portal

from ..models import AgendaItem, Outcome, Picture, Plan, PlanVersion, Round, Rules, Vote
from ..states import Attendance, PlanState
from .pictures import forget_files
from .rounds import hold_off_counting
from .votes import to_the_minute


@transaction.atomic
def take_back_all_votes(*, actor: Actor, person_id: int, now: datetime) -> None:
    """Take back every running vote of somebody, at every portal.

    The rows stay until the count: a month that has ended counts what stood when it ended, however late that
    is done. What was counted already stays as it was published.
    """
    running = Vote.objects.all_municipalities().filter(
        person_id=person_id, withdrawn_at=None, plan__state=PlanState.COMPETING
    )
    portal_ids = running.order_by("plan__portal_id").values_list("plan__portal_id", flat=True).distinct()
    for portal in Portal.objects.all_municipalities().filter(pk__in=list(portal_ids)).order_by("pk"):
        with in_municipality(portal.municipality_id):
            hold_off_counting(portal.pk)
        _take_back(running.filter(plan__portal_id=portal.pk), now)
        at = to_the_minute(now)
        audit.record(actor=actor, action="proposals.votes_taken_back", target=portal, at=at)
        pagecache.empty(portal.pk)


def _take_back(votes: QuerySet[Vote], now: datetime) -> None:
    held = votes.select_for_update(of=("self",)).order_by("plan_id")
    rows = list(held.values_list("pk", "plan_id", "is_counting"))
    counted = [plan_id for _pk, plan_id, is_counting in rows if is_counting]
    # In the order in which others hold several plans, so that nobody waits for each other.
    list(_plans().filter(pk__in=counted).order_by("pk").select_for_update().values_list("pk"))
    Vote.objects.all_municipalities().filter(pk__in=[pk for pk, _plan, _counting in rows]).update(
        withdrawn_at=now
    )
    _plans().filter(pk__in=counted, state=PlanState.COMPETING).update(vote_count=F("vote_count") - 1)


def remove_votes(person_id: int, now: datetime) -> None:
    """Votes that no count asks for any more. The others go with the empty place of the person."""
    of_person = Vote.objects.all_municipalities().filter(person_id=person_id)
    of_person.exclude(plan__state=PlanState.COMPETING).delete()


def people_with_votes_to_count() -> QuerySet[Any, Any]:
    """Votes that were taken back after a month ended that is not counted yet: they still count in it."""
    ended = Round.objects.all_municipalities().filter(
        portal_id=OuterRef("plan__portal_id"), counted_at=None, closes_at__lte=OuterRef("withdrawn_at")
    )
    taken_back = Vote.objects.all_municipalities().filter(withdrawn_at__isnull=False)
    return taken_back.filter(Exists(ended)).order_by().values("person_id")


def let_plans_go(person_id: int, now: datetime) -> None:
    """Drafts go with their pictures. What was published stays, nameless; what was withdrawn is emptied."""
    mine = _plans().filter(proposer_id=person_id)
    hidden = mine.filter(state__in=[PlanState.DRAFT, PlanState.WITHDRAWN])
    forget_files(list(_pictures().filter(plan__in=hidden)))
    _pictures().filter(plan__in=hidden).delete()
    PlanVersion.objects.all_municipalities().filter(plan__in=hidden).delete()
    mine.filter(state=PlanState.DRAFT).delete()
    # Only the title is left, for those who voted for it and find it in their own list.
    mine.filter(state=PlanState.WITHDRAWN).update(
        what="", why="", address="", latitude=None, longitude=None, area=None
    )
    AgendaItem.objects.all_municipalities().filter(plan__in=mine).update(attendance_note="")
    still_to_come = mine.filter(state=PlanState.ON_AGENDA)
    AgendaItem.objects.all_municipalities().filter(plan__in=still_to_come).update(
        attendance=Attendance.UNKNOWN
    )
    portal_ids = set(mine.values_list("portal_id", flat=True))
    mine.update(proposer=None)
    for portal_id in portal_ids:
        pagecache.empty(portal_id)


def forget_acts(person_id: int, now: datetime) -> None:
    """What somebody did in a role stays, without who did it."""
    items = AgendaItem.objects.all_municipalities()
    items.filter(context_by=person_id).update(context_by=None)
    items.filter(removed_by=person_id).update(removed_by=None)
    Outcome.objects.all_municipalities().filter(recorded_by=person_id).update(recorded_by=None)
    Rules.objects.all_municipalities().filter(made_by=person_id).update(made_by=None)


def _plans() -> QuerySet[Plan]:
    return Plan.objects.all_municipalities()


def _pictures() -> QuerySet[Picture]:
    return Picture.objects.all_municipalities()
