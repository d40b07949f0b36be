"""Writing the record, in the transaction of the act itself."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TypeVar

from django.db import models, transaction

from backend.core.actor import Actor

from .models import Entry, Seal

BATCH = 5_000
M = TypeVar("M", bound=models.Model)


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


def chain_hash(previous_hash: str, entries: list[Entry]) -> str:
    """SHA-256 over the hash before and every entry, one line of canonical JSON each."""
    digest = hashlib.sha256(previous_hash.encode())
    for entry in entries:
        digest.update(b"\n" + _canonical(entry))
    return digest.hexdigest()


def _canonical(entry: Entry) -> bytes:
    row = [
        entry.pk,
        entry.at.isoformat(),
        entry.person_id,
        entry.roles,
        entry.reason,
        entry.action,
        entry.target_type,
        entry.target_id,
        entry.details,
    ]
    return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
