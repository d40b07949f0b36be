"""The file with somebody's data: a page to read, the same as JSON, and pictures. Written row by row."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _

from backend.core import personal_data
from backend.core.personal_data import Held, Plain, Row

from .models import Person

PAGE, DATA = "gegevens.html", "gegevens.json"
# Where in the page the rows come: the rest of it is one template.
ROWS = "<!-- rows -->"
FORMAT = "meebeslissen-own-data/1"


def write_copy(path: Path, *, person: Person, now: datetime) -> None:
    """Write everything that is held about a person, in the active language, one row at a time."""
    unfinished = path.with_suffix(".unfinished")
    # Nobody but the platform itself may read it, from the first byte on.
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as target, ZipFile(target, "w", ZIP_DEFLATED) as archive:
        with archive.open(PAGE, "w") as page:
            for piece in _page(person, now):
                page.write(piece.encode())
        with archive.open(DATA, "w") as data:
            for piece in _json(person, now):
                data.write(piece.encode())
        for held in personal_data.registered():
            for name, file in held.files(person.pk) if held.files else ():
                with file, archive.open(f"bestanden/{name}", "w") as copy:
                    shutil.copyfileobj(file, copy)
    unfinished.replace(path)


def _page(person: Person, now: datetime) -> Iterator[str]:
    head, _mark, tail = render_to_string("identity/copy.html", {"now": now}).partition(ROWS)
    yield head
    for purpose, kinds in personal_data.by_purpose():
        yield format_html("<h2>{}</h2>\n", purpose.label)
        for held in kinds:
            yield render_to_string("identity/copy_kind.html", {"held": held})
            yield from _rows_as_html(held, person.pk)
    yield tail


def _rows_as_html(held: Held, person_id: int) -> Iterator[str]:
    number = 0
    for number, row in enumerate(held.rows(person_id), start=1):
        yield format_html("<h4>{}</h4>\n<dl>\n", number)
        for label, value in row.items():
            yield format_html("<dt>{}</dt><dd>{}</dd>\n", label, in_words(value))
        yield "</dl>\n"
    if not number:
        yield format_html("<p>{}</p>\n", _("Nothing."))


def _json(person: Person, now: datetime) -> Iterator[str]:
    head = {"format": FORMAT, "made_at": now.isoformat(), "person": person.public_id}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "held": [\n'
    for index, held in enumerate(personal_data.registered()):
        about = {
            "slug": held.slug,
            "what": str(held.label),
            "purpose": str(held.purpose.label),
            "why": str(held.why),
            "basis": str(held.basis.label),
            "kept": str(held.kept),
        }
        yield (",\n" if index else "") + json.dumps(about, ensure_ascii=False)[:-1] + ', "rows": [\n'
        for place, row in enumerate(held.rows(person.pk)):
            yield (",\n" if place else "") + json.dumps(_plain(row), ensure_ascii=False)
        yield "]}"
    yield "\n]}\n"


def _plain(row: Row) -> dict[str, str | int | bool | None]:
    return {str(label): _as_json(value) for label, value in row.items()}


def _as_json(value: Plain) -> str | int | bool | None:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Promise) else value


def in_words(value: Plain) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "j F Y, H:i")
    if isinstance(value, date):
        return formats.date_format(value, "j F Y")
    return str(value)
