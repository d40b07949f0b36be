"""Making a batch of letters in the background, part by part.

A part is written under a name of its own first. Only in the transaction that keeps its codes does it get its
place, so after a crash there is one valid code for a letter and it is the one on paper. A part that was cut
off is printed again with new codes, over the old one.
"""

from __future__ import annotations

import os
import secrets
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import require
from backend.core.pdf_alone import render_pdf_alone
from backend.core.private_files import private_folder
from backend.core.retention import Clock

from .. import permissions
from ..letter_codes import code_digest, new_code
from ..lists.files import BATCHES
from ..models import Letter, LetterRun, ListedResident, ResidentList
from ..selectors.own_data import time_kept
from ..states import RunState
from .keys import require_right_keys
from .letter_words import letters_data, title_of
from .letters import FILES, end_run
from .trying import may_be_tried, note_failure

# Letters in one PDF: what print shops take in one go, and what typst prints in a quarter of a gigabyte.
PART = 500
PARTS_PER_WALK = 4


def runs_to_print(now: datetime) -> Iterable[int]:
    waiting = LetterRun.objects.all_municipalities().filter(may_be_tried(now), state=RunState.PRINTING)
    return list(waiting.order_by("started_at").values_list("pk", flat=True))


def print_run(*, actor: Actor, run_id: int, now: datetime) -> None:
    """Go on with a batch for one walk's worth of parts."""
    require(permissions.can_do_clock_work(actor))
    require_right_keys(now=now)
    for _part in range(PARTS_PER_WALK):
        run = (
            LetterRun.objects.select_related(
                "portal", "district", "municipality", "resident_list", "replaces"
            )
            .filter(pk=run_id, state=RunState.PRINTING)
            .first()
        )
        if run is None:
            return
        residents = _next_residents(run)
        if residents:
            _print_part(run, residents, now)
        else:
            _finish(actor, run, now)


def printing_failed(run_id: int, now: datetime) -> None:
    """A part could not be printed. Once it is given up, an organiser can have it tried again.

    What was printed so far holds codes, so it goes when a finished file would.
    """
    printing = LetterRun.objects.all_municipalities().filter(pk=run_id, state=RunState.PRINTING)
    file_until = now + time_kept(Clock.LETTERS_PRINTED)
    note_failure(printing, now=now, given_up={"state": RunState.FAILED, "file_until": file_until})


def _next_residents(run: LetterRun) -> list[ListedResident]:
    rows = ListedResident.objects.filter(
        resident_list_id=run.resident_list_id, row__gt=run.last_row, print_as__isnull=False
    )
    if run.replaces is not None:
        rows = rows.filter(pk=run.replaces.resident_id or 0)
    return list(rows.order_by("row")[:PART])


def _print_part(run: LetterRun, residents: list[ListedResident], now: datetime) -> None:
    # Somebody who has a letter that works, from another batch or list, gets no second one.
    held = set(
        Letter.objects.filter(addressee__in=[resident.addressee for resident in residents]).values_list(
            "addressee", flat=True
        )
    )
    chosen = [resident for resident in residents if resident.addressee not in held]
    codes = [new_code() for _resident in chosen]
    letters = [
        (run.letters_done + place, resident, code)
        for place, (resident, code) in enumerate(zip(chosen, codes, strict=True), start=1)
    ]
    folder = private_folder(BATCHES, run.public_id)
    unfinished = folder / f"unfinished-{secrets.token_hex(8)}"
    try:
        if letters:
            data = letters_data(run, letters, now=now)
            render_pdf_alone(
                "letter", data, language="nl", title=title_of(run), created_at=now, to=unfinished
            )
        _keep_part(run, letters, last_row=residents[-1].row, rows=len(residents), file=unfinished)
    finally:
        unfinished.unlink(missing_ok=True)


@transaction.atomic
def _keep_part(
    seen: LetterRun, letters: list[tuple[int, ListedResident, str]], *, last_row: int, rows: int, file: Path
) -> None:
    """Keep the codes of a printed part, unless it was printed or the batch was revoked meanwhile."""
    run = LetterRun.objects.select_for_update().get(pk=seen.pk)
    if run.state != RunState.PRINTING or run.last_row != seen.last_row:
        return
    key, municipality_id = settings.IDENTITY_KEYS[0], run.municipality_id
    Letter.objects.bulk_create(
        Letter(
            municipality_id=municipality_id,
            run=run,
            number=number,
            resident=resident,
            addressee=resident.addressee,
            code_digest=code_digest(code, key=key, municipality_id=municipality_id),
        )
        for number, resident, code in letters
    )
    run.last_row, run.rows_done = last_row, run.rows_done + rows
    run.letters_done += len(letters)
    if letters:
        run.parts_done += 1
    run.tries, run.try_again_at = 0, None
    run.save(update_fields=["last_row", "rows_done", "letters_done", "parts_done", "tries", "try_again_at"])
    if letters:
        os.replace(file, part_of(run, run.parts_done))


def part_of(run: LetterRun, number: int) -> Path:
    return private_folder(BATCHES, run.public_id) / f"{number:04d}.pdf"


def _finish(actor: Actor, run: LetterRun, now: datetime) -> None:
    """Put the parts together: one PDF as it is, more of them in a ZIP."""
    folder = private_folder(BATCHES, run.public_id)
    parts = [part_of(run, number) for number in range(1, run.parts_done + 1)]
    is_whole = any((folder / name).exists() for name in FILES) or all(part.exists() for part in parts)
    if not is_whole:
        _give_up(actor, run.pk, now)
        return
    if len(parts) > 1 and not (folder / "letters.zip").exists():
        unfinished = folder / f"unfinished-{secrets.token_hex(8)}"
        # PDFs are packed already: packing them again would only take time.
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as packed:
            for part in parts:
                packed.write(part, f"brieven-{run.number}-{part.name}")
        os.replace(unfinished, folder / "letters.zip")
    elif len(parts) == 1 and parts[0].exists():
        os.replace(parts[0], folder / "letters.pdf")
    _mark_printed(actor, run.pk, now)
    for part in parts:
        part.unlink(missing_ok=True)


@transaction.atomic
def _give_up(actor: Actor, run_id: int, now: datetime) -> None:
    """Parts are gone, after a restore or a full disk: nobody can read their codes, so none may stay valid."""
    run = LetterRun.objects.select_for_update().get(pk=run_id)
    if run.state == RunState.PRINTING:
        run.reason = "a printed part was lost"
        end_run(run, now)
        audit.record(actor=actor, action="identity.letters_lost", target=run, at=now)


@transaction.atomic
def _mark_printed(actor: Actor, run_id: int, now: datetime) -> None:
    run = LetterRun.objects.select_for_update().get(pk=run_id)
    if run.state != RunState.PRINTING:
        return
    run.state, run.printed_at = RunState.PRINTED, now
    run.file_until = now + time_kept(Clock.LETTERS_PRINTED)
    run.save(update_fields=["state", "printed_at", "file_until"])
    # Names stay as long as the file, so that a lost letter can be printed again.
    ResidentList.objects.filter(pk=run.resident_list_id, names_until__lt=run.file_until).update(
        names_until=run.file_until
    )
    audit.record(actor=actor, action="identity.letters_printed", target=run, at=now, letters=run.letters_done)
