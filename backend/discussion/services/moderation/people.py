"""What becomes of reports, acts and objections when somebody leaves, or turns out to have two accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from ...conduct import Act
from ...models import Interest, ModerationAction, Objection, Report


def forget_reports(person_id: int, now: datetime) -> None:
    """What was reported stays until a moderator looked at it, without who did it and what they added."""
    _reports().filter(reporter_id=person_id).update(reporter=None, note="")


def forget_acts_about(person_id: int, now: datetime) -> None:
    """Acts stay for the counts, without whom they were about and what that person wrote."""
    _actions().filter(person_id=person_id).update(person=None, text="")


def forget_objections(person_id: int, now: datetime) -> None:
    """Nobody decides for somebody who is not there to hear it. What was decided stays for the counts."""
    mine = _objections().filter(person_id=person_id)
    mine.filter(outcome="").delete()
    mine.update(person=None, text="")


def forget_work(person_id: int, now: datetime) -> None:
    """What somebody did as a moderator stays, without who did it."""
    _actions().filter(moderator_id=person_id).update(moderator=None)
    _objections().filter(acted_by_id=person_id).update(acted_by=None)
    _objections().filter(decided_by_id=person_id).update(decided_by=None)


def remove_interests(person_id: int, now: datetime) -> None:
    _interests().filter(moderator_id=person_id).delete()


@transaction.atomic
def move_moderation(*, from_person_id: int, into_person_id: int, now: datetime) -> None:
    """Two accounts were of one person. What both did to one thing stays once; the longest pause holds."""
    _move(_reports(), "reporter", ["post"], from_person_id, into_person_id)
    _move(_objections(), "person", ["action"], from_person_id, into_person_id)
    _move(_interests(), "moderator", ["thread"], from_person_id, into_person_id)
    _end_shorter_pauses(from_person_id, into_person_id, now)
    _actions().filter(person_id=from_person_id).update(person_id=into_person_id)
    _actions().filter(moderator_id=from_person_id).update(moderator_id=into_person_id)
    _objections().filter(acted_by_id=from_person_id).update(acted_by_id=into_person_id)
    both = Q(acted_by_id=into_person_id) | Q(person_id=into_person_id)
    decided = _objections().filter(decided_by_id=from_person_id)
    decided.filter(both).update(decided_by=None)
    decided.update(decided_by_id=into_person_id)


def _move(rows: QuerySet[Any], who: str, what: list[str], from_id: int, into_id: int) -> None:
    same = rows.filter(**{f"{who}_id": into_id}, **{f"{name}_id": OuterRef(f"{name}_id") for name in what})
    rows.filter(Exists(same), **{f"{who}_id": from_id}).delete()
    rows.filter(**{f"{who}_id": from_id}).update(**{f"{who}_id": into_id})


def _end_shorter_pauses(from_id: int, into_id: int, now: datetime) -> None:
    """At each portal one pause goes on at most."""
    standing = _actions().filter(act=Act.PAUSE, ended_at=None, person_id__in=[from_id, into_id])
    longest: dict[int, ModerationAction] = {}
    for pause in standing.order_by("until", "pk"):
        shorter = longest.get(pause.portal_id)
        if shorter is not None:
            _actions().filter(pk=shorter.pk).update(ended_at=now)
        longest[pause.portal_id] = pause


def _actions() -> QuerySet[ModerationAction]:
    return ModerationAction.objects.all_municipalities()


def _reports() -> QuerySet[Report]:
    return Report.objects.all_municipalities()


def _objections() -> QuerySet[Objection]:
    return Objection.objects.all_municipalities()


def _interests() -> QuerySet[Interest]:
    return Interest.objects.all_municipalities()
