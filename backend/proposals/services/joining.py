"""Bringing together what one person did with two accounts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backend.core import pagecache
from backend.core.tenancy import in_municipality

from ..errors import RoundClosed
from ..models import Plan, Vote
from ..selectors.rounds import has_round_to_count, rules_in_force
from ..selectors.tallies import refresh_running_totals
from ..states import PlanState
from .rounds import hold_off_counting


@transaction.atomic
def move_contributions(*, from_person_id: int, into_person_id: int, now: datetime) -> None:
    """Give votes and plans to the account that stays. Of two votes for one plan one is left.

    Raises RoundClosed while a month that has ended is not counted yet: that count still sees two people.
    """
    Plan.objects.all_municipalities().filter(proposer_id=from_person_id).update(proposer_id=into_person_id)
    votes = Vote.objects.all_municipalities().filter(person_id=from_person_id)
    for municipality_id in list(votes.order_by().values_list("municipality_id", flat=True).distinct()):
        with in_municipality(municipality_id):
            _move_votes(from_person_id, into_person_id, now)


def _move_votes(from_person_id: int, into_person_id: int, now: datetime) -> None:
    votes = Vote.objects.filter(person_id=from_person_id)
    portals = sorted(set(votes.order_by().values_list("plan__portal_id", flat=True)))
    for portal_id in portals:
        hold_off_counting(portal_id)
        if has_round_to_count(portal_id, now=now):
            raise RoundClosed(
                _("The votes are being counted. Nothing was changed. Try again in a few minutes.")
            )
    standing = Vote.objects.filter(person_id=into_person_id, withdrawn_at=None).values("plan_id")
    votes.filter(withdrawn_at=None, plan_id__in=standing).delete()
    votes.update(person_id=into_person_id)
    for portal_id in portals:
        _refresh(portal_id, into_person_id, now)


def _refresh(portal_id: int, person_id: int, now: datetime) -> None:
    """Bring the running totals of the plans in step: a vote that counted may stand beside a proof no more."""
    rules = rules_in_force(portal_id, at=now)
    competing = Plan.objects.filter(portal_id=portal_id, state=PlanState.COMPETING)
    mine = competing.filter(pk__in=Vote.objects.filter(person_id=person_id).values("plan_id"))
    if rules is not None:
        plan_ids = list(mine.values_list("pk", flat=True))
        refresh_running_totals(plan_ids=plan_ids, rules=rules, at=now)
    pagecache.empty(portal_id)
