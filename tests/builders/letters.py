"""Lists of residents and letters with codes, by the same services that an organiser uses."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdf
from openpyxl import Workbook

from backend.core.actor import Actor
from backend.core.due import walk
from backend.core.tenancy import in_municipality
from backend.identity.models import LetterRun, ResidentList
from backend.identity.services.letters import file_of, start_run
from backend.identity.services.lists import NewList, choose_columns, confirm_list, send_in_list
from backend.identity.states import ListKind, ListPurpose, ListState, Role, RunState
from backend.places.models import Portal

from .people import make_actor

PEOPLE_HEADINGS = "Achternaam;Voornaam;Geboortedatum;Postcode;Huisnummer;Toevoeging;Straat;Plaats"
ADDRESS_HEADINGS = "Postcode;Huisnummer;Toevoeging;Straat;Plaats"
CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")


def people_csv(number: int, *, first: int = 0) -> str:
    """A list of so many people, each at an address of their own."""
    rows = [f"{_name(n)};Noor;1980-01-{n % 28 + 1:02d};{_door(n)}" for n in range(first, first + number)]
    return "\n".join([PEOPLE_HEADINGS, *rows]) + "\n"


def addresses_csv(number: int) -> str:
    rows = [_door(n) for n in range(number)]
    return "\n".join([ADDRESS_HEADINGS, *rows]) + "\n"


def _door(number: int) -> str:
    return f"{1000 + number // 900 % 9000} AB;{number % 900 + 1};;Kerkstraat;Amsterdam"


def _name(number: int) -> str:
    return "Vos" + str(number).translate(str.maketrans("0123456789", "bcdfghjkmn"))


def xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(list(row))
    book.save(file)
    return file.getvalue()


def new_list(portal: Portal, **changes: Any) -> NewList:
    usual: dict[str, Any] = {
        "name": "Inwoners",
        "purpose": ListPurpose.LETTERS,
        "kind": ListKind.PEOPLE,
        "minimum_age": 16,
        "district_id": portal.district_id,
    }
    return NewList(**{**usual, **changes})


def send_in(
    actor: Actor, portal: Portal, content: str | bytes, *, at: datetime, **changes: Any
) -> ResidentList:
    data = content.encode() if isinstance(content, str) else content
    with in_municipality(portal.municipality_id):
        return send_in_list(
            actor=actor, portal=portal, new=new_list(portal, **changes), pieces=[data], now=at
        )


def check(actor: Actor, this: ResidentList, *, at: datetime) -> ResidentList:
    """Have a list checked by its columns as they were recognised, until the check is done."""
    with in_municipality(this.municipality_id):
        choose_columns(actor=actor, public_id=this.public_id, columns=this.columns, now=at)
    while again(this).state == ListState.CHECKING:
        report = walk(at)
        assert not report.failed, report
    return again(this)


def import_list(
    portal: Portal, content: str | bytes, *, at: datetime, actor: Actor | None = None, **changes: Any
) -> ResidentList:
    actor = actor or organiser_of(portal, at=at)
    this = check(actor, send_in(actor, portal, content, at=at, **changes), at=at)
    with in_municipality(portal.municipality_id):
        return confirm_list(actor=actor, public_id=this.public_id, now=at)


def print_letters(
    this: ResidentList, *, at: datetime, actor: Actor | None = None, valid_until: date | None = None
) -> LetterRun:
    """Print letters for a list, until the batch is ready."""
    portal = Portal.objects.all_municipalities().get(pk=this.portal_id)
    with in_municipality(this.municipality_id):
        run = start_run(
            actor=actor or organiser_of(portal, at=at),
            list_public_id=this.public_id,
            valid_until=valid_until or (at + timedelta(weeks=8)).date(),
            now=at,
        )
    return print_on(run, at=at)


def print_on(run: LetterRun, *, at: datetime) -> LetterRun:
    while run_again(run).state == RunState.PRINTING:
        report = walk(at)
        assert not report.failed, report
    return run_again(run)


def make_letters(
    portal: Portal, number: int = 1, *, at: datetime, **changes: Any
) -> tuple[LetterRun, list[str]]:
    """A printed batch and its codes, as they stand on paper."""
    content = addresses_csv(number) if changes.get("kind") == ListKind.ADDRESSES else people_csv(number)
    content = changes.pop("content", content)
    valid_until = changes.pop("valid_until", None)
    run = print_letters(import_list(portal, content, at=at, **changes), at=at, valid_until=valid_until)
    return run, codes_of(run)


def organiser_of(portal: Portal, *, at: datetime) -> Actor:
    with in_municipality(portal.municipality_id):
        return make_actor(portal, Role.ORGANISER, verified=False, at=at)


def pdfs_of(run: LetterRun) -> list[bytes]:
    path = file_of(run)
    assert path is not None
    return unpacked(path)


def unpacked(path: Path) -> list[bytes]:
    if path.suffix == ".pdf":
        return [path.read_bytes()]
    with zipfile.ZipFile(path) as packed:
        return [packed.read(name) for name in sorted(packed.namelist())]


def codes_of(run: LetterRun) -> list[str]:
    """The codes on paper, in the order of the letters."""
    pages = [page for pdf in pdfs_of(run) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    return [CODE.findall(page.extract_text())[0] for page in pages]


def again(this: ResidentList) -> ResidentList:
    return ResidentList.objects.all_municipalities().get(pk=this.pk)


def run_again(run: LetterRun) -> LetterRun:
    return LetterRun.objects.all_municipalities().select_related("portal").get(pk=run.pk)
