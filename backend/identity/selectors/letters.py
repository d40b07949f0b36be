"""Reading lists of residents and batches of letters, for organisers of their portal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Count, Q

from backend.core.actor import Actor
from backend.core.errors import require, require_found

from ..lists.files import findings_file
from ..lists.findings import Finding
from ..models import Letter, LetterRun, ResidentList
from ..permissions import can_read_findings, can_send_letters
from ..states import LetterState, ListState

SHOWN_FINDINGS = 200
# In a smaller batch the number that was used would tell who took part.
FEWEST_TO_COUNT = 10


def list_resident_lists(actor: Actor) -> list[ResidentList]:
    """The lists of this portal, the latest first, without those that were thrown away."""
    require(can_send_letters(actor))
    lists = ResidentList.objects.filter(portal_id=actor.require_portal())
    return list(lists.exclude(state=ListState.DISCARDED).order_by("-uploaded_at")[:50])


def get_resident_list(*, actor: Actor, public_id: str) -> ResidentList:
    require(can_send_letters(actor))
    lists = ResidentList.objects.select_related("district")
    return require_found(lists.filter(portal_id=actor.require_portal(), public_id=public_id).first())


def list_letter_runs(actor: Actor) -> list[LetterRun]:
    require(can_send_letters(actor))
    runs = LetterRun.objects.filter(portal_id=actor.require_portal()).select_related("resident_list")
    return list(runs.order_by("-number")[:50])


def get_letter_run(*, actor: Actor, public_id: str) -> LetterRun:
    require(can_send_letters(actor))
    runs = LetterRun.objects.select_related("resident_list", "portal", "district", "replaces__run")
    return require_found(runs.filter(portal_id=actor.require_portal(), public_id=public_id).first())


def findings_of(*, actor: Actor, this: ResidentList) -> Iterator[Finding]:
    """What is wrong with a list, in the order of its rows, read line by line. NotFound at once for others."""
    require_found(this if can_read_findings(actor, this) else None)
    return _read_findings(this)


def _read_findings(this: ResidentList) -> Iterator[Finding]:
    path = findings_file(this.public_id)
    if not path.exists():
        return
    with path.open("rb") as file:
        position = 0
        for line in iter(file.readline, b""):
            position += len(line)
            # A piece that was cut off may stand behind where the findings end.
            if position > this.found_to:
                return
            yield Finding(*json.loads(line))


def first_findings(*, actor: Actor, this: ResidentList) -> list[Finding]:
    """The first things that are wrong, for a page; nothing for who may not read them."""
    if not can_read_findings(actor, this):
        return []
    return list(islice(findings_of(actor=actor, this=this), SHOWN_FINDINGS))


@dataclass(frozen=True)
class LetterCount:
    """How many letters of a batch are in one state. None when the batch is too small to tell."""

    state: LetterState
    number: int


def count_letters(run: LetterRun, *, now: datetime) -> list[LetterCount]:
    """How many letters were used, expired, revoked or replaced: never which, and nothing of a small batch."""
    if run.letters_done < FEWEST_TO_COUNT:
        return []
    gone = Q(replaced_at__isnull=False) | Q(revoked_at__isnull=False)
    past = run.valid_until < now
    numbers = Letter.objects.filter(run=run).aggregate(
        used=Count("pk", filter=Q(used_on__isnull=False)),
        replaced=Count("pk", filter=Q(used_on=None, replaced_at__isnull=False)),
        revoked=Count("pk", filter=Q(used_on=None, replaced_at=None, revoked_at__isnull=False)),
        left=Count("pk", filter=Q(used_on=None) & ~gone),
    )
    return [
        LetterCount(LetterState.OPEN, 0 if past else numbers["left"]),
        LetterCount(LetterState.USED, numbers["used"]),
        LetterCount(LetterState.EXPIRED, numbers["left"] if past else 0),
        LetterCount(LetterState.REVOKED, numbers["revoked"]),
        LetterCount(LetterState.REPLACED, numbers["replaced"]),
    ]
