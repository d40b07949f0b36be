"""The list of who was erased, in a file outside the database, and erasing them again after a restore."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from backend.core.actor import Actor

from ..models import Erasure, Person
from .erasing import erase_person
from .stored_sessions import remove_sessions_of

AT_ONCE = 500


class BrokenLedger(ValueError):
    """A line in the middle of the list that cannot be read: the file was damaged."""


@dataclass(frozen=True)
class Erased:
    """One line of the list. Both numbers have to fit: after a restore one may be given out again."""

    person_id: int
    public_id: str
    erased_at: datetime


@dataclass(frozen=True)
class Replay:
    """What erasing again came to."""

    on_list: int
    found: int
    erased: int


def ledger_path() -> Path:
    return Path(settings.DATA_DIR) / "erasures.jsonl"


def erasures_to_write(now: datetime) -> list[int]:
    """One piece of work for all together: looking through everybody's sessions is done once."""
    return [0] if Erasure.objects.filter(written_at=None).exists() else []


def write_down(*, now: datetime) -> None:
    """Put erasures on the list, safely on disk, before the database says that they are there.

    A crash in between writes them twice, which does no harm. Browsers that were still signed in go as well.
    """
    erasures = list(Erasure.objects.filter(written_at=None).order_by("pk")[:AT_ONCE])
    remove_sessions_of([erasure.person_id for erasure in erasures])
    append(ledger_path(), *(_line_of(erasure) for erasure in erasures))
    Erasure.objects.filter(pk__in=[erasure.pk for erasure in erasures]).update(written_at=now)


def _line_of(erasure: Erasure) -> str:
    said = {"person": erasure.person_id, "public_id": erasure.public_id}
    return json.dumps({**said, "erased_at": erasure.erased_at.isoformat()})


def append(path: Path, *lines: str) -> None:
    """More lines, each on its own also when the one before was cut off, and safe from a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        end = file.seek(0, os.SEEK_END)
        cut_off = end > 0 and os.pread(file.fileno(), 1, end - 1) != b"\n"
        file.write(b"\n" * cut_off + "".join(f"{line}\n" for line in lines).encode())
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def read(path: Path) -> Iterator[Erased]:
    """Every line of the list. One that a crash cut off stands again on the next, so it is skipped."""
    with path.open(encoding="utf-8") as file:
        for number, text in enumerate(file, start=1):
            if not text.strip():
                continue
            try:
                line = json.loads(text)
                yield Erased(
                    int(line["person"]), str(line["public_id"]), datetime.fromisoformat(line["erased_at"])
                )
            except (ValueError, KeyError, TypeError) as broken:
                if not _is_cut_off(text):
                    raise BrokenLedger(f"line {number}") from broken


def _is_cut_off(text: str) -> bool:
    return text.startswith("{") and not text.rstrip().endswith("}")


def erase_again(*, path: Path, now: datetime, dry_run: bool = False) -> Replay:
    """Erase everybody on the list whom a copy of the database from before brought back."""
    actor = Actor.system("erased before the copy was put back")
    on_list = found = erased = 0
    for line in read(path):
        on_list += 1
        here = Person.objects.filter(pk=line.person_id, public_id=line.public_id, left_at=None)
        if not here.exists():
            continue
        found += 1
        if not dry_run:
            erased += erase_person(actor=actor, person_id=line.person_id, now=now, is_on_list=True)
    return Replay(on_list, found, erased)
