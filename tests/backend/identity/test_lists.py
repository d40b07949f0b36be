"""Lists as they come: every form that is read, everything that can be wrong, and what a check says of it."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from backend.core.due import walk
from backend.core.errors import InvalidInput, NotAllowed, NotFound
from backend.core.private_files import private_folder, remove_private_folder
from backend.core.tenancy import in_municipality
from backend.identity.errors import FileImportedBefore, ListNotReady
from backend.identity.lists.findings import Broken, UnreadableList
from backend.identity.lists.reading import form_of, headings_of, rows_of
from backend.identity.models import ListedResident, ResidentList
from backend.identity.selectors.letters import findings_of, first_findings
from backend.identity.services import list_rows
from backend.identity.services.lists import choose_columns, confirm_list, discard_list
from backend.identity.states import ListKind, ListPurpose, ListState, Role
from backend.places.models import Portal
from tests.builders.letters import (
    ADDRESS_HEADINGS,
    PEOPLE_HEADINGS,
    again,
    check,
    import_list,
    organiser_of,
    people_csv,
    print_letters,
    send_in,
    xlsx,
)
from tests.builders.people import make_actor
from tests.builders.portals import make_portal

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
GOOD = "Özil;Noor;3-2-1991;1055 tk;12;hs;Kade;Amsterdam"
SMALL = f"{PEOPLE_HEADINGS}\n{GOOD}\n"


def found_in(this: ResidentList, actor: Any) -> list[tuple[int, str, str]]:
    return [(f.row, f.column, f.problem) for f in findings_of(actor=actor, this=this)]


def written(folder: Path, content: bytes) -> Path:
    path = folder / "list"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (SMALL.encode(), "UTF-8"),
        (SMALL.encode("utf-8-sig"), "UTF-8"),
        (SMALL.encode("cp1252"), "Windows-1252"),
        (SMALL.encode("utf-16"), "UTF-16LE"),
        (("\ufeff" + SMALL).encode("utf-16-be"), "UTF-16BE"),
        (SMALL.encode("utf-16-le"), "UTF-16LE"),
        (SMALL.replace(";", ",").encode(), "UTF-8"),
        (SMALL.replace(";", "\t").encode(), "UTF-8"),
        (SMALL.replace("\n", "\r\n").encode(), "UTF-8"),
        (("sep=;\n" + SMALL).encode(), "UTF-8"),
        (SMALL.replace("Kade", '"Ka""de;\nboven"').encode(), "UTF-8"),
        (xlsx([row.split(";") for row in SMALL.splitlines()]), "XLSX"),
    ],
    ids=[
        "utf8",
        "bom",
        "windows",
        "utf16",
        "utf16be",
        "utf16bare",
        "comma",
        "tab",
        "crlf",
        "sep",
        "quotes",
        "xlsx",
    ],
)
def test_every_usual_form_is_read(west: Portal, content: bytes, encoding: str) -> None:
    organiser = organiser_of(west, at=NOW)
    this = check(organiser, send_in(organiser, west, content, at=NOW), at=NOW)
    assert (this.encoding, this.state, this.new_count) == (encoding, ListState.CHECKED, 1)
    resident = ListedResident.objects.get()
    assert resident.print_as is not None
    assert resident.print_as["name"] == "Noor Özil"
    assert set(resident.claims) == {"resident", "home"}


def test_cells_of_a_sheet_are_read_as_people_see_them(west: Portal) -> None:
    rows = [PEOPLE_HEADINGS.split(";"), ["Vos", "Noor", date(1991, 2, 3), "1055TK", 12.0, None, None, None]]
    organiser = organiser_of(west, at=NOW)
    this = check(organiser, send_in(organiser, west, xlsx(rows), at=NOW), at=NOW)
    assert this.new_count == 1, found_in(this, organiser)


@pytest.mark.parametrize(
    ("content", "broken"),
    [
        (b"", Broken.EMPTY),
        (b"\n\n", Broken.EMPTY),
        (b"%PDF-1.7 \0\0\1\2", Broken.NO_LIST),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, Broken.OLD_EXCEL),
        (b"PK\x03\x04 broken", Broken.PROTECTED),
        (b"een kolom\nx\n", Broken.ONE_COLUMN),
        ((";".join("abcdefghij" * 7) + "\n").encode(), Broken.MANY_COLUMNS),
        (SMALL.encode() + GOOD.encode("cp1252"), Broken.ENCODING),
    ],
)
def test_what_is_no_list_is_said_at_once(west: Portal, content: bytes, broken: Broken) -> None:
    before = set(private_folder("lists").iterdir())
    with pytest.raises(InvalidInput) as refused:
        send_in(organiser_of(west, at=NOW), west, content, at=NOW)
    assert str(broken.label) in str(refused.value)
    assert not ResidentList.objects.exists()
    assert set(private_folder("lists").iterdir()) == before


def test_a_wrong_encoding_names_the_row(tmp_path: Path) -> None:
    content = SMALL.encode() + b"a;b\n" * 5 + GOOD.encode("cp1252")
    with pytest.raises(UnreadableList) as refused:
        form_of(written(tmp_path, content))
    assert refused.value.row == 8


@pytest.mark.parametrize(
    ("row", "column", "problem"),
    [
        (";Noor;1991-02-03;1055TK;12;;;", "surname", "missing"),
        ("123;Noor;1991-02-03;1055TK;12;;;", "surname", "no_name"),
        ("Vos;;1991-02-03;1055TK;12;;;", "given_name", "missing"),
        ("Vos;Noor;31-02-1991;1055TK;12;;;", "birth_date", "no_date"),
        ("Vos;Noor;19910000;1055TK;12;;;", "birth_date", "no_date"),
        ("Vos;Noor;1991-02-03;1055T;12;;;", "postcode", "no_postcode"),
        ("Vos;Noor;1991-02-03;0055TK;12;;;", "postcode", "no_postcode"),
        ("Vos;Noor;1991-02-03;1055TK;twaalf;;;", "house_number", "no_number"),
        ("Vos;Noor;1991-02-03;1055TK;0;;;", "house_number", "no_number"),
        ("Vos;Noor;2030-02-03;1055TK;12;;;", "birth_date", "future_date"),
        ("Vos;Noor;1850-02-03;1055TK;12;;;", "birth_date", "old_date"),
        ("=1+1;Noor;1991-02-03;1055TK;12;;;", "surname", "formula"),
        ("@SUM(A1);Noor;1991-02-03;1055TK;12;;;", "surname", "formula"),
        (f"{'x' * 201};Noor;1991-02-03;1055TK;12;;;", "surname", "too_long"),
        ("Vos;Noor;1991-02-03;1055TK;12", "", "wrong_width"),
        ("Vos;Noor;1991-02-03;1055TK;12;;;;te veel", "", "wrong_width"),
    ],
)
def test_what_is_wrong_with_a_row_is_said(west: Portal, row: str, column: str, problem: str) -> None:
    organiser = organiser_of(west, at=NOW)
    this = check(organiser, send_in(organiser, west, f"{SMALL}{row}\n", at=NOW), at=NOW)
    assert found_in(this, organiser) == [(3, column, problem)]
    assert (this.new_count, this.refused_count, this.rows_total) == (1, 1, 2)


def test_a_row_with_two_mistakes_is_one_row(west: Portal) -> None:
    organiser = organiser_of(west, at=NOW)
    this = check(organiser, send_in(organiser, west, f"{SMALL}Vos;;;1055TK;12;;;\n", at=NOW), at=NOW)
    assert len(found_in(this, organiser)) == 2
    assert this.refused_count == 1


def test_a_formula_in_a_sheet_is_refused(west: Portal) -> None:
    rows = [
        PEOPLE_HEADINGS.split(";"),
        ['=HYPERLINK("https://evil.example","x")', "Noor", "1991-02-03", "1055TK", 12],
    ]
    organiser = organiser_of(west, at=NOW)
    this = check(organiser, send_in(organiser, west, xlsx(rows), at=NOW), at=NOW)
    assert found_in(this, organiser) == [(2, "surname", "formula")]


def test_who_stands_twice_gets_one_letter(west: Portal) -> None:
    twice = "van ozil;N.;1991-02-03;1055TK;12-HS;;;"
    organiser = organiser_of(west, at=NOW)
    this = check(organiser, send_in(organiser, west, f"{SMALL}{twice}\n", at=NOW), at=NOW)
    assert found_in(this, organiser) == [(3, "", "twice")]


def test_addresses_are_told_apart_by_addition(west: Portal) -> None:
    rows = [ADDRESS_HEADINGS, "1055TK;12;;;", "1055 tk;12;hs;;", "1055TK;12-hs;;;", "1055TK;13;;;"]
    organiser = organiser_of(west, at=NOW)
    this = send_in(organiser, west, "\n".join(rows), at=NOW, kind=ListKind.ADDRESSES)
    this = check(organiser, this, at=NOW)
    assert (this.new_count, found_in(this, organiser)) == (3, [(4, "", "twice")])


def test_who_is_too_young_gets_no_letter(west: Portal) -> None:
    row = "Vos;Bas;13-01-2011;1055TK;12;;;"
    organiser = organiser_of(west, at=NOW)
    this = check(organiser, send_in(organiser, west, f"{SMALL}{row}\n", at=NOW), at=NOW)
    assert (this.new_count, this.young_count, this.refused_count) == (1, 1, 0)


def test_headings_are_recognised_in_english_and_the_choice_is_remembered(west: Portal) -> None:
    organiser = organiser_of(west, at=NOW)
    english = "Last name,First name,Date of birth,Zip code,House number\nVos,Noor,1991-02-03,1055TK,12\n"
    assert set(send_in(organiser, west, english, at=NOW).columns) == {
        "surname",
        "given_name",
        "birth_date",
        "postcode",
        "house_number",
    }
    odd = "Wie,Roep,Jarig,Waar,Deur\nVos,Noor,1991-02-03,1055TK,12\n"
    first = send_in(organiser, west, odd, at=NOW)
    assert first.columns == {}
    chosen = {"surname": 0, "given_name": 1, "birth_date": 2, "postcode": 3, "house_number": 4}
    choose_columns(actor=organiser, public_id=first.public_id, columns=chosen, now=NOW)
    assert send_in(organiser, west, odd + "\n", at=NOW).columns == chosen


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"surname": 0}, "given_name"),
        ({"surname": 0, "given_name": 0, "birth_date": 2, "postcode": 3, "house_number": 4}, "surname"),
        ({"surname": 99, "given_name": 1, "birth_date": 2, "postcode": 3, "house_number": 4}, "surname"),
    ],
)
def test_columns_that_cannot_be(west: Portal, columns: dict[str, int], field: str) -> None:
    organiser = organiser_of(west, at=NOW)
    this = send_in(organiser, west, SMALL, at=NOW)
    with pytest.raises(InvalidInput) as refused:
        choose_columns(actor=organiser, public_id=this.public_id, columns=columns, now=NOW)
    assert refused.value.field == field
    assert again(this).state == ListState.MAPPING


def test_nothing_is_imported_before_it_is_confirmed(west: Portal) -> None:
    organiser = organiser_of(west, at=NOW)
    this = check(organiser, send_in(organiser, west, SMALL, at=NOW), at=NOW)
    with pytest.raises(ListNotReady):
        print_letters(this, at=NOW)
    discard_list(actor=organiser, public_id=this.public_id, now=NOW)
    assert not ListedResident.objects.exists()
    with pytest.raises(ListNotReady):
        confirm_list(actor=organiser, public_id=this.public_id, now=NOW)


def test_the_same_file_a_second_time_changes_nothing(west: Portal) -> None:
    organiser = organiser_of(west, at=NOW)
    waiting = send_in(organiser, west, SMALL, at=NOW)
    assert send_in(organiser, west, SMALL, at=NOW).pk == waiting.pk
    check(organiser, waiting, at=NOW)
    confirm_list(actor=organiser, public_id=waiting.public_id, now=NOW)
    confirm_list(actor=organiser, public_id=waiting.public_id, now=NOW)
    with pytest.raises(FileImportedBefore):
        send_in(organiser, west, SMALL, at=NOW)
    assert (ResidentList.objects.count(), ListedResident.objects.count()) == (1, 1)


def test_another_list_knows_who_has_a_letter_and_does_not_tell_who_used_one(west: Portal) -> None:
    organiser = organiser_of(west, at=NOW)
    first = import_list(west, people_csv(3), at=NOW)
    # Also before they are printed: they will get one.
    second = check(organiser, send_in(organiser, west, people_csv(4), at=NOW), at=NOW)
    assert (second.new_count, second.known_count) == (1, 3)
    print_letters(first, at=NOW, valid_until=date(2027, 2, 1))
    third = check(organiser, send_in(organiser, west, people_csv(5), at=NOW), at=NOW)
    assert (third.new_count, third.known_count) == (2, 3)
    assert found_in(third, organiser) == []
    # After the codes expired they may get a letter again.
    later = NOW + timedelta(days=40)
    walk(later)
    fourth = check(organiser, send_in(organiser, west, people_csv(6), at=later), at=later)
    assert fourth.new_count == 6


def test_keys_that_change_half_way_begin_the_check_again(west: Portal, settings: Any) -> None:
    settings.IDENTITY_KEYS = ["old"]
    organiser = organiser_of(west, at=NOW)
    this = send_in(organiser, west, people_csv(20_500), at=NOW)
    choose_columns(actor=organiser, public_id=this.public_id, columns=this.columns, now=NOW)
    walk(NOW)
    assert 0 < again(this).rows_done < 20_500
    settings.IDENTITY_KEYS = ["new", "old"]
    while again(this).state == ListState.CHECKING:
        walk(NOW)
    assert (again(this).new_count, again(this).refused_count) == (20_500, 0)
    assert len(ListedResident.objects.filter(resident_list=this)[0].claims["resident"]) == 2


def test_a_file_that_is_gone_is_asked_for_again(west: Portal) -> None:
    organiser = organiser_of(west, at=NOW)
    this = send_in(organiser, west, people_csv(2), at=NOW)
    choose_columns(actor=organiser, public_id=this.public_id, columns=this.columns, now=NOW)
    remove_private_folder("lists", this.public_id)
    walk(NOW)
    assert (again(this).state, again(this).broken) == (ListState.BROKEN, Broken.LOST)


def test_files_are_closed_to_other_accounts_of_the_machine(west: Portal) -> None:
    this = send_in(organiser_of(west, at=NOW), west, SMALL, at=NOW)
    folder = private_folder("lists", this.public_id)
    assert {place.stat().st_mode & 0o077 for place in (folder, folder.parent, folder.parent.parent)} == {0}


def test_findings_are_for_whoever_sent_the_list_in(west: Portal) -> None:
    organiser, colleague = organiser_of(west, at=NOW), organiser_of(west, at=NOW)
    this = check(organiser, send_in(organiser, west, f"{SMALL};;;;;;;x\n", at=NOW), at=NOW)
    assert first_findings(actor=organiser, this=this)
    assert first_findings(actor=colleague, this=this) == []
    with pytest.raises(NotFound):
        findings_of(actor=colleague, this=this)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ORGANISER])
def test_only_an_organiser_sends_lists_in(west: Portal, role: Role) -> None:
    with pytest.raises(NotAllowed):
        send_in(make_actor(west, role, at=NOW), west, SMALL, at=NOW)


def test_a_list_of_another_portal_is_not_there(west: Portal) -> None:
    this = send_in(organiser_of(west, at=NOW), west, SMALL, at=NOW)
    for other in (make_portal("noord"), make_portal("oosterpark", code="GM0014")):
        organiser = organiser_of(other, at=NOW)
        with in_municipality(other.municipality_id), pytest.raises(NotFound):
            choose_columns(actor=organiser, public_id=this.public_id, columns=this.columns, now=NOW)


def test_a_list_that_nobody_confirms_goes_after_a_week(west: Portal) -> None:
    organiser = organiser_of(west, at=NOW)
    this = check(organiser, send_in(organiser, west, SMALL, at=NOW), at=NOW)
    walk(NOW + timedelta(days=6))
    assert again(this).state == ListState.CHECKED
    walk(NOW + timedelta(days=8))
    assert again(this).state == ListState.DISCARDED
    assert not ListedResident.objects.exists()


def test_an_own_list_keeps_hashes_only(west: Portal) -> None:
    content = "Achternaam;Voornaam;Geboortedatum;E-mail\nVos;Noor;1991-02-03;Noor@Example.org\n"
    this = import_list(west, content, at=NOW, purpose=ListPurpose.OWN_LIST)
    resident = ListedResident.objects.get()
    assert resident.print_as is None
    kept = str(ListedResident.objects.values().get()).lower()
    assert not [word for word in ("noor", "vos", "1991") if word in kept]
    walk(NOW + timedelta(days=366))
    assert again(this).state == ListState.CLEARED
    assert not ListedResident.objects.exists()


def test_an_own_list_needs_people_and_an_address_for_mail(west: Portal) -> None:
    organiser = organiser_of(west, at=NOW)
    with pytest.raises(InvalidInput):
        send_in(organiser, west, SMALL, at=NOW, purpose=ListPurpose.OWN_LIST, kind=ListKind.ADDRESSES)
    twice = (
        "Achternaam;Voornaam;Geboortedatum;E-mail\nVos;Noor;1991-02-03;n@example.org\n"
        "Vos;Omar;1990-02-03;n@example.org\nVos;Ines;1990-02-04;geen-adres\n"
    )
    this = check(organiser, send_in(organiser, west, twice, at=NOW, purpose=ListPurpose.OWN_LIST), at=NOW)
    assert found_in(this, organiser) == [(4, "email", "no_email"), (3, "email", "email_twice")]


# Citizen service numbers.

# Made up: they pass the test that such numbers pass.
NUMBERS = ["111222333", "123456782", "1112.22.333", "012345672", "12345672", "900000007"]


def with_numbers(heading: str, values: Sequence[Any]) -> list[list[Any]]:
    filled = [
        [*f"Vos;Noor;1991-02-0{n % 9 + 1};1055TK;{n + 1};;Kade;Amsterdam".split(";"), value]
        for n, value in enumerate(values)
    ]
    return [[*PEOPLE_HEADINGS.split(";"), heading], *filled]


def as_csv(rows: Sequence[Sequence[Any]]) -> bytes:
    return "".join(";".join(str(cell) for cell in row) + "\n" for row in rows).encode()


@pytest.mark.parametrize("make", [as_csv, xlsx])
@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("BSN", ["", ""]),
        ("Burgerservicenummer", [""]),
        ("sofi-nummer", ["x"]),
        ("BSN nr.", [1]),
        ("uw_bsn", [""]),
        ("Nummer klant", [111222333, 12345672, 5]),
        ("Kenmerk", NUMBERS),
        ("111222333", ["x", "y"]),
        ("", ["111222333", "", ""]),
    ],
)
def test_citizen_service_numbers_are_refused_and_not_kept(
    west: Portal, make: Any, heading: str, values: Sequence[Any]
) -> None:
    before = set(private_folder("lists").iterdir())
    with pytest.raises(InvalidInput) as refused:
        send_in(organiser_of(west, at=NOW), west, make(with_numbers(heading, values)), at=NOW)
    assert "citizen service numbers (BSN)" in str(refused.value)
    assert not ResidentList.objects.exists()
    assert set(private_folder("lists").iterdir()) == before


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Kenmerk", ["111222333", "111222334", "111222335"]),
        ("Telefoon", ["612345678", "0612345678"]),
        ("Geboren", ["19800105"] * 3),
        ("Abonnement", ["00000000"]),
        ("Observatie", ["1"]),
    ],
)
def test_other_numbers_are_no_citizen_service_numbers(
    west: Portal, heading: str, values: Sequence[Any]
) -> None:
    content = as_csv(with_numbers(heading, values))
    assert send_in(organiser_of(west, at=NOW), west, content, at=NOW).state == ListState.MAPPING


def test_numbers_far_down_in_a_list_are_found_by_the_check(
    west: Portal, django_capture_on_commit_callbacks: Any
) -> None:
    content = as_csv(with_numbers("Kenmerk", [*[""] * 1_200, "111222333"]))
    organiser = organiser_of(west, at=NOW)
    this = send_in(organiser, west, content, at=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        this = check(organiser, this, at=NOW)
    assert (this.state, this.broken, this.headings) == (ListState.BROKEN, Broken.CITIZEN_NUMBERS, [])
    assert not [file for file in private_folder("lists").iterdir() if file.name == this.public_id]


@pytest.mark.django_db(transaction=True)
def test_while_a_file_is_read_others_can_write(west: Portal, monkeypatch: Any) -> None:
    held: list[bool] = []
    real = list_rows.rows_of

    def watched(*args: Any) -> Any:
        for row in real(*args):
            held.append(connection.in_atomic_block)
            yield row

    monkeypatch.setattr(list_rows, "rows_of", watched)
    organiser = organiser_of(west, at=NOW)
    this = check(organiser, send_in(organiser, west, people_csv(3), at=NOW), at=NOW)
    assert (this.new_count, held) == (3, [False] * 4)


# Hostile files.


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(500):
                sheet.write(b"\0" * 1_000_000)
    with pytest.raises(UnreadableList) as refused:
        form_of(written(tmp_path, file.getvalue()))
    assert refused.value.broken == Broken.TOO_LARGE


def test_shared_texts_have_a_limit_of_their_own(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/sharedStrings.xml", "x" * 60_000_001)
    with pytest.raises(UnreadableList):
        form_of(written(tmp_path, file.getvalue()))


@pytest.mark.parametrize(
    "sheet",
    [
        b"no xml at all",
        b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;'>]><worksheet>&b;</worksheet>",
    ],
)
def test_a_sheet_that_is_no_sheet_is_said_to_be_damaged(tmp_path: Path, sheet: bytes) -> None:
    good, file = io.BytesIO(xlsx([["a", "b"], ["c", "d"]])), io.BytesIO()
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(file, "w") as packed:
        for name in source.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            packed.writestr(name, sheet if is_sheet else source.read(name))
    path = written(tmp_path, file.getvalue())
    with pytest.raises(UnreadableList) as refused:
        headings_of(path, form_of(path))
    assert refused.value.broken in {Broken.PROTECTED, Broken.EMPTY}


def test_a_cell_of_ten_megabytes_is_refused(west: Portal) -> None:
    huge = "x" * 10_000_000
    organiser = organiser_of(west, at=NOW)
    this = check(
        organiser, send_in(organiser, west, f"{SMALL}{huge};Noor;1991-02-03;1055TK;12;;;\n", at=NOW), at=NOW
    )
    assert (this.state, this.broken, this.broken_row) == (ListState.BROKEN, Broken.LONG_CELL, 3)
    rows = [PEOPLE_HEADINGS.split(";"), ["y" * 32_000, "Noor", "1991-02-03", "1055TK", 12]]
    this = check(organiser, send_in(organiser, west, xlsx(rows), at=NOW), at=NOW)
    assert found_in(this, organiser) == [(2, "surname", "too_long")]


def test_a_quotation_mark_that_is_missing_is_found(west: Portal) -> None:
    content = f'{SMALL}"Vos;Noor;1991-02-03;1055TK;12;;;\n' + f"{GOOD}\n" * 5_000
    organiser = organiser_of(west, at=NOW)
    this = check(organiser, send_in(organiser, west, content, at=NOW), at=NOW)
    assert (this.state, this.broken, this.broken_row) == (ListState.BROKEN, Broken.LONG_CELL, 3)
    assert this.new_count == 0


def test_text_of_a_list_stands_on_no_page(west: Portal) -> None:
    rows = f"{PEOPLE_HEADINGS}\n<script>alert(1)</script>;#panic();x;1055TK;12;;;\n"
    organiser = organiser_of(west, at=NOW)
    this = check(organiser, send_in(organiser, west, rows, at=NOW), at=NOW)
    assert found_in(this, organiser) == [(2, "birth_date", "no_date")]


@pytest.mark.slow
def test_two_hundred_thousand_rows_take_the_memory_of_a_few(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        path = written(tmp_path, people_csv(rows).encode())
        tracemalloc.start()
        try:
            assert sum(1 for _row in rows_of(path, form_of(path))) == rows + 1
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few = peak(2_000)
    assert peak(200_000) < few + 500_000
    with pytest.raises(UnreadableList) as refused:
        peak(200_001)
    assert refused.value.broken == Broken.MANY_ROWS


@pytest.mark.slow
def test_a_list_of_many_rows_is_checked_in_constant_memory(west: Portal) -> None:
    organiser = organiser_of(west, at=NOW)

    def peak(rows: int, first: int) -> int:
        this = send_in(organiser, west, people_csv(rows, first=first), at=NOW)
        tracemalloc.start()
        try:
            assert check(organiser, this, at=NOW).new_count == rows
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few = peak(3_000, 0)
    assert peak(30_000, 100_000) < few + 3_000_000
