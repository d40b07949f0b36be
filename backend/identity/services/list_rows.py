"""The rows of a list in one form, one JSON array on a line: what a check can go on with from the middle."""

from __future__ import annotations

import json
import os
import secrets
from itertools import islice
from pathlib import Path

from django.db import transaction

from backend.core.private_files import remove_private_folder

from ..lists.citizen_numbers import Watch
from ..lists.files import LISTS, findings_file, rows_file, source_of
from ..lists.findings import Broken, UnreadableList
from ..lists.reading import rows_of
from ..models import ResidentList
from ..states import ListState
from .lists import form_of_list


def bring_in_form(seen: ResidentList) -> None:
    """The file as rows of one form. What cannot be read ends here, with the row where reading stopped.

    Outside of a transaction, for a large sheet takes seconds and SQLite has one lock for everybody.
    """
    unfinished = rows_file(seen.public_id).with_name(f"unfinished-{secrets.token_hex(8)}")
    count, broken = 0, None
    try:
        try:
            count = _write_rows(seen, unfinished)
        except UnreadableList as error:
            broken = error
        if not count and broken is None:
            broken = UnreadableList(Broken.EMPTY)
        _keep_form(seen, unfinished, count, broken)
    finally:
        unfinished.unlink(missing_ok=True)


def _write_rows(this: ResidentList, path: Path) -> int:
    """Write every row but the headings, and count them. Raises UnreadableList."""
    rows = rows_of(source_of(this.public_id), form_of_list(this))
    watch, count = Watch([cell for row in islice(rows, 1) for cell in row.cells]), 0
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            watch.see(row.cells)
            count += 1
            # Far longer than any cell may be is cut, and then refused for its length.
            cells = [cell[:1_000] for cell in row.cells]
            file.write(json.dumps([row.number, cells], ensure_ascii=False) + "\n")
    if watch.found():
        raise UnreadableList(Broken.CITIZEN_NUMBERS)
    return count


@transaction.atomic
def _keep_form(seen: ResidentList, unfinished: Path, count: int, broken: UnreadableList | None) -> None:
    """Go on with these rows, unless another walk was first or the list was thrown away meanwhile."""
    this = held_while_checked(seen.pk)
    if this is None or this.rows_total:
        return
    if broken is not None:
        this.state, this.broken, this.broken_row = ListState.BROKEN, broken.broken, broken.row
        if broken.broken == Broken.CITIZEN_NUMBERS:
            this.headings, this.columns = [], {}
            transaction.on_commit(lambda: remove_private_folder(LISTS, this.public_id))
    else:
        os.replace(unfinished, rows_file(this.public_id))
        findings_file(this.public_id).write_bytes(b"")
        this.rows_total = count
    this.save()


def held_while_checked(list_id: int) -> ResidentList | None:
    """A list that is being checked, alone with it."""
    return ResidentList.objects.select_for_update().filter(pk=list_id, state=ListState.CHECKING).first()
