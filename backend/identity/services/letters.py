"""Batches of letters: starting one, revoking, replacing a letter, and fetching the file to print."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils.translation import gettext as _

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, NotFound, require, require_found
from backend.core.locks import alone_with
from backend.core.private_files import private_folder
from backend.core.retention import Clock
from backend.core.walltime import moment, on_wall

from .. import permissions
from ..errors import AlreadyRevoked, ListNotReady, NamesRemoved
from ..lists.files import BATCHES
from ..models import Letter, LetterRun, ListedResident, ResidentList
from ..selectors.own_data import time_kept
from ..states import ListPurpose, ListState, RunState

LONGEST_VALID_DAYS = 366
# What a finished batch is called: up to 500 letters, and more.
FILES = ("letters.pdf", "letters.zip")
_END_OF_DAY = time(23, 59, 59)


@transaction.atomic
def start_run(*, actor: Actor, list_public_id: str, valid_until: date, now: datetime) -> LetterRun:
    """Have a letter printed for everyone on a list who has none that works. It is made in the background.

    Raises ListNotReady when the list was not imported, or when nobody on it needs a letter.
    """
    require(permissions.can_send_letters(actor))
    this = require_found(
        ResidentList.objects.select_for_update()
        .filter(public_id=list_public_id, portal_id=actor.require_portal())
        .first()
    )
    if this.state != ListState.IMPORTED or this.purpose != ListPurpose.LETTERS:
        raise ListNotReady
    if LetterRun.objects.filter(resident_list=this, state=RunState.PRINTING).exists():
        raise ListNotReady(_("Letters for this list are being made now. Wait until they are ready."))
    waiting = residents_without_letter(this)
    if not waiting.exists():
        raise ListNotReady(_("Everyone on this list has a letter that works. There is nothing to print."))
    return _start(actor, this, valid_until=valid_until, rows=waiting.count(), now=now)


@transaction.atomic
def print_again(*, actor: Actor, run_public_id: str, now: datetime) -> LetterRun:
    """Go on with a batch that could not be made, from the part where it went wrong. Raises ListNotReady."""
    require(permissions.can_send_letters(actor))
    run = _held_run(actor, run_public_id)
    if run.state != RunState.FAILED or run.file_removed_at:
        raise ListNotReady
    run.state, run.file_until, run.tries = RunState.PRINTING, None, 0
    try:
        with transaction.atomic():
            run.save(update_fields=["state", "file_until", "tries"])
    except IntegrityError as clash:
        # Another batch of this list was started meanwhile.
        raise ListNotReady from clash
    audit.record(actor=actor, action="identity.letters_again", target=run, at=now)
    return run


@transaction.atomic
def replace_letter(
    *, actor: Actor, run_public_id: str, number: int, reason: str, valid_until: date, now: datetime
) -> LetterRun:
    """Print a new letter with a new code for one addressee. The former code stops working at once.

    Raises NotFound, AlreadyRevoked or NamesRemoved. Whether the former code was used is not told.
    """
    require(permissions.can_send_letters(actor))
    letter = _held_letter(actor, run_public_id, number)
    if letter.revoked_at or letter.replaced_at:
        raise AlreadyRevoked
    resident = letter.resident
    if resident is None or not resident.print_as:
        raise NamesRemoved
    letter.replaced_at, letter.addressee = now, None
    letter.save(update_fields=["replaced_at", "addressee"])
    this = ResidentList.objects.get(pk=letter.run.resident_list_id)
    return _start(actor, this, valid_until=valid_until, rows=1, now=now, replaces=letter, reason=reason)


@transaction.atomic
def revoke_letter(*, actor: Actor, run_public_id: str, number: int, reason: str, now: datetime) -> None:
    """Let one code stop working. What was done with it before stays. Raises NotFound or AlreadyRevoked."""
    require(permissions.can_send_letters(actor))
    letter = _held_letter(actor, run_public_id, number)
    if letter.revoked_at or letter.replaced_at:
        raise AlreadyRevoked
    letter.revoked_at, letter.addressee, letter.reason = now, None, reason
    letter.save(update_fields=["revoked_at", "addressee", "reason"])
    audit.record(actor=actor, action="identity.letter_revoked", target=letter.run, at=now, number=number)


@transaction.atomic
def revoke_run(*, actor: Actor, run_public_id: str, reason: str, now: datetime) -> None:
    """Let every code of a batch stop working that was not used, and remove the file."""
    require(permissions.can_send_letters(actor))
    run = _held_run(actor, run_public_id)
    if run.state == RunState.REVOKED:
        raise AlreadyRevoked
    run.reason = reason
    end_run(run, now)
    audit.record(actor=actor, action="identity.letters_revoked", target=run, at=now)


@transaction.atomic
def fetch_file(*, actor: Actor, run_public_id: str, now: datetime) -> Path:
    """The file to print, for an organiser here. Every time is on record, and the first starts the clock."""
    require(permissions.can_send_letters(actor))
    run = _held_run(actor, run_public_id)
    path = file_of(run)
    if run.state != RunState.PRINTED or run.file_removed_at or path is None:
        raise NotFound
    if run.downloaded_at is None:
        run.downloaded_at = now
        sooner = now + time_kept(Clock.LETTERS_DOWNLOADED)
        run.file_until = min(run.file_until or sooner, sooner)
        run.save(update_fields=["downloaded_at", "file_until"])
    audit.record(actor=actor, action="identity.letters_downloaded", target=run, at=now)
    return path


def residents_without_letter(this: ResidentList) -> QuerySet[ListedResident]:
    """Rows of a list that can be printed and hold no letter that works, from this list or another."""
    working = Letter.objects.filter(addressee=OuterRef("addressee"))
    return ListedResident.objects.filter(~Exists(working), resident_list=this, print_as__isnull=False)


def end_run(run: LetterRun, now: datetime) -> None:
    """Let every code of a held batch stop working that was not used, and its file go."""
    run.state, run.released_at, run.file_until = RunState.REVOKED, now, now
    run.save(update_fields=["state", "reason", "released_at", "file_until"])
    letters = Letter.objects.filter(run=run)
    letters.filter(used_on=None, revoked_at=None, replaced_at=None).update(revoked_at=now)
    letters.update(addressee=None)


def file_of(run: LetterRun) -> Path | None:
    """The finished file of a batch: a PDF, or a ZIP of them."""
    folder = private_folder(BATCHES, run.public_id)
    return next((folder / name for name in FILES if (folder / name).exists()), None)


def _start(
    actor: Actor,
    this: ResidentList,
    *,
    valid_until: date,
    rows: int,
    now: datetime,
    replaces: Letter | None = None,
    reason: str = "",
) -> LetterRun:
    days = (valid_until - on_wall(now).date()).days
    if not 1 <= days <= LONGEST_VALID_DAYS:
        raise InvalidInput(_("Choose a day from tomorrow up to a year from now."), field="valid_until")
    # Numbers follow each other, also when two organisers start at once.
    alone_with([f"letter runs of portal {this.portal_id}"])
    last = LetterRun.objects.filter(portal_id=this.portal_id).aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            run = LetterRun.objects.create(
                municipality_id=this.municipality_id,
                portal_id=this.portal_id,
                district_id=this.district_id,
                resident_list=this,
                number=last + 1,
                reached_age=this.minimum_age,
                valid_until=moment(valid_until, _END_OF_DAY),
                replaces=replaces,
                reason=reason,
                rows_total=rows,
                started_by_id=actor.person_id,
                started_at=now,
            )
    except IntegrityError as clash:
        raise ListNotReady from clash
    details = {"replaces": replaces.number} if replaces else {}
    audit.record(actor=actor, action="identity.letters_started", target=run, at=now, **details)
    return run


def _held_run(actor: Actor, public_id: str) -> LetterRun:
    runs = LetterRun.objects.select_for_update(of=("self",)).select_related("portal")
    return require_found(runs.filter(public_id=public_id, portal_id=actor.require_portal()).first())


def _held_letter(actor: Actor, run_public_id: str, number: int) -> Letter:
    letters = Letter.objects.select_for_update(of=("self",)).select_related("run", "resident")
    return require_found(
        letters.filter(
            run__public_id=run_public_id, run__portal_id=actor.require_portal(), number=number
        ).first()
    )
