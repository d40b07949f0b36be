"""Writing the record, in the transaction of the act itself."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TypeVar

import structlog
from django.db import IntegrityError, models, transaction
from django.db.models import Sum

from backend.core.actor import Actor
from backend.core.errors import require_found
from backend.core.walltime import moment

from . import permissions
from .models import DailyHead, Entry, Seal, Verification
from .rules import chain_hash
from .selectors.chains import as_heads, published_heads, verify_chain

BATCH = 5_000
# Numbers of broken seals that are kept with a verification. The command line names all of them.
MOST_NAMED = 1_000
M = TypeVar("M", bound=models.Model)

log = structlog.get_logger(__name__)


def record(
    *, actor: Actor, action: str, target: models.Model | None, at: datetime, **details: int | str
) -> None:
    """Put on record that somebody did something: ids and words of our own, never names, texts or choices."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An act and its record are written in one transaction.")
    if actor.assistant_id is not None:
        details = {**details, "assistant": actor.assistant_id, "mandate": actor.mandate_id or 0}
    Entry.objects.create(
        municipality_id=actor.municipality_id,
        at=at,
        person_id=actor.person_id,
        roles=",".join(sorted(actor.roles)),
        reason=actor.reason,
        action=action,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=target.pk if target is not None else None,
        details=details,
    )


@transaction.atomic
def seal(*, municipality_id: int | None, now: datetime) -> Seal | None:
    """Chain the entries that wait, in the order of their ids, to the last seal. None when nothing waits.

    Only one sealer of a municipality goes on at a time: two would write the same number, which the
    database refuses.
    """
    waiting = list(
        _of(Entry.objects.filter(seal=None), municipality_id).order_by("id").select_for_update()[:BATCH]
    )
    if not waiting:
        return None
    last = _of(Seal.objects.all(), municipality_id).order_by("-number").first()
    previous_hash = last.hash if last else ""
    new = Seal.objects.create(
        municipality_id=municipality_id,
        number=last.number + 1 if last else 1,
        previous_hash=previous_hash,
        hash=chain_hash(previous_hash, waiting),
        entries=len(waiting),
        sealed_at=now,
    )
    Entry.objects.filter(pk__in=[entry.pk for entry in waiting]).update(seal=new)
    return new


def _of(rows: models.QuerySet[M], municipality_id: int | None) -> models.QuerySet[M]:
    return rows.filter(municipality=municipality_id) if municipality_id else rows.filter(municipality=None)


@transaction.atomic
def note_reading(*, actor: Actor, action: str, now: datetime, **details: int | str) -> None:
    """Put on record that somebody used a role to read what not everybody may read."""
    record(actor=actor, action=action, target=None, at=now, **details)


@transaction.atomic
def publish_daily_head(*, municipality_id: int | None, day: date, now: datetime) -> DailyHead:
    """Publish where a chain stood when a day ended, also when nothing happened that day. Once per day."""
    standing = _of(DailyHead.objects.filter(day=day), municipality_id)
    ended_at = moment(day + timedelta(days=1), time(0))
    seals = _of(Seal.objects.all(), municipality_id)
    last = seals.filter(sealed_at__lt=ended_at).order_by("-number").first()
    number = last.number if last else 0
    entries = seals.filter(number__lte=number).aggregate(total=Sum("entries"))["total"]
    new = DailyHead(
        municipality_id=municipality_id,
        day=day,
        number=number,
        hash=last.hash if last else "",
        entries=entries or 0,
        made_at=now,
    )
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError:
        # It was published before, or by another worker at the same moment.
        return standing.get()
    return new


@transaction.atomic
def ask_for_verification(*, actor: Actor, now: datetime) -> Verification:
    """Have the whole chain of the municipality recomputed. Asking again meanwhile adds nothing."""
    under_way = permissions.visible_verifications(actor).filter(finished_at=None)
    standing = under_way.first()
    if standing is not None:
        return standing
    try:
        with transaction.atomic():
            new = Verification.objects.create(
                municipality_id=require_found(actor.municipality_id),
                asked_by_id=actor.require_person(),
                asked_at=now,
            )
    except IntegrityError:
        # Somebody else asked at the same moment.
        return under_way.get()
    record(actor=actor, action="audit.verification_asked", target=new, at=now)
    return new


def verify_as_asked(*, verification_id: int, now: datetime) -> None:
    """Recompute a chain for somebody who asked, and keep what was found. A second time changes nothing."""
    asked = Verification.objects.filter(pk=verification_id, finished_at=None).first()
    if asked is None:
        return
    found = verify_chain(asked.municipality_id, as_heads(published_heads(asked.municipality_id)))
    if not found.fits:
        log.error("audit_chain_broken", municipality=asked.municipality_id, seals=len(found.broken))
    Verification.objects.filter(pk=asked.pk, finished_at=None).update(
        finished_at=now,
        seals=found.seals,
        entries=found.entries,
        waiting=found.waiting,
        head=found.head,
        broken=[seal.number for seal in found.broken[:MOST_NAMED]],
        broken_days=[head.day.isoformat() for head in found.broken_heads[:MOST_NAMED]],
    )
