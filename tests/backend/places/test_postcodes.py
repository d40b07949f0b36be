"""Reading in postcodes."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from backend.audit.models import Entry
from backend.core.actor import Actor
from backend.core.errors import NotAllowed
from backend.places.models import Area, Postcode
from backend.places.selectors import area_of_postcode, postcode_lies_in
from backend.places.services import import_postcodes
from tests.builders.portals import make_portal

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def areas() -> None:
    for code in ("BU03633702", "BU03633703"):
        Area.objects.create(code=code, year=2022, kind="buurt", name=code, municipality_code="GM0363")


def table(folder: Path, *lines: str) -> Path:
    path = folder / "postcodes.csv"
    path.write_text("\n".join(["postcode,area", *lines, ""]))
    return path


def read_in(path: Path, **options: object) -> None:
    call_command("import_postcodes", path, year=2022, **options)


def test_a_postcode_leads_to_its_neighbourhood(tmp_path: Path) -> None:
    read_in(table(tmp_path, "1055 tk,BU03633702", "1055TL,BU03633703"))
    area = area_of_postcode("1055TK")
    assert area is not None
    assert area.code == "BU03633702"
    assert area_of_postcode("9999ZZ") is None
    assert area_of_postcode("Amsterdam") is None


def test_reading_in_again_changes_nothing_and_a_move_is_taken_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read_in(table(tmp_path, "1055TK,BU03633702", "1055TL,BU03633702"))
    read_in(table(tmp_path, "1055TK,BU03633702", "1055TL,BU03633702"))
    assert "0 new, 0 changed, 2 unchanged" in capsys.readouterr().out
    assert Entry.objects.count() == 1
    read_in(table(tmp_path, "1055TL,BU03633703", "1055TM,BU03633703"), as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "year": 2022,
        "created": 1,
        "changed": 1,
        "unchanged": 0,
        "is_dry_run": False,
    }
    moved = area_of_postcode("1055TL")
    assert moved is not None
    assert moved.code == "BU03633703"


def test_one_bad_row_and_nothing_is_read_in(tmp_path: Path) -> None:
    bad = table(
        tmp_path, "1055TK,BU03633702", "1055,BU03633702", "1055TL,BU99999999", "1055TK,BU03633703", "1055TM,"
    )
    with pytest.raises(CommandError) as caught:
        read_in(bad)
    assert str(caught.value).splitlines() == [
        "Nothing was read in.",
        "Row 3: “1055” is not a postcode.",
        "Row 4: “BU99999999” is not an area of 2022.",
        "Row 5: 1055TK is also in an earlier row with another area.",
        "Row 6: “” is not an area of 2022.",
    ]
    assert not Postcode.objects.exists()


def test_of_many_bad_rows_the_first_are_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"Row 21: .*\nAnd 30 more\."):
        read_in(table(tmp_path, *["nonsense,BU03633702"] * 50))


@pytest.mark.parametrize("line", ["1055TK", "1055TK,BU03633702,more", '"1055TK,BU03633702'])
def test_a_row_that_cannot_be_read_stops_it_all(tmp_path: Path, line: str) -> None:
    with pytest.raises(CommandError, match="Row 3"):
        read_in(table(tmp_path, "1055TL,BU03633702", line))
    assert not Postcode.objects.exists()


def test_an_empty_file_is_no_success(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no postcodes"):
        read_in(table(tmp_path))


def test_a_dry_run_keeps_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read_in(table(tmp_path, "1055TK,BU03633702"), dry_run=True)
    assert "1 new" in (out := capsys.readouterr().out)
    assert "dry run" in out
    assert not Postcode.objects.exists()


def test_only_the_operator_reads_in_postcodes() -> None:
    with pytest.raises(NotAllowed):
        import_postcodes(actor=Actor.visitor(municipality_id=None), year=2022, rows=[], now=NOW)


def test_a_postcode_lies_in_a_district_or_not_or_nobody_knows(tmp_path: Path) -> None:
    west = make_portal("west").district
    wijk = Area.objects.create(
        code="WK036337", year=2022, kind="wijk", name="West", municipality_code="GM0363"
    )
    Area.objects.filter(code="BU03633702").update(parent=wijk)
    read_in(table(tmp_path, "1055TK,BU03633702", "1055TL,BU03633703"))
    assert postcode_lies_in(west.pk, "1055TK") is None, "a district without areas"
    west.areas.add(wijk)
    found = [postcode_lies_in(west.pk, text) for text in ("1055 tk", "1055TL", "9999ZZ", "Amsterdam")]
    assert found == [True, False, None, None]
    Area.objects.filter(code="WK036337").update(
        parent=Area.objects.create(
            code="GM0363", year=2022, kind="municipality", name="Amsterdam", municipality_code="GM0363"
        )
    )
    west.areas.set(Area.objects.filter(code="GM0363"))
    assert [postcode_lies_in(west.pk, text) for text in ("1055TK", "1055TL")] == [True, False]
    west.areas.set(
        [
            Area.objects.create(
                code="WK036337", year=2024, kind="wijk", name="West", municipality_code="GM0363"
            )
        ]
    )
    assert postcode_lies_in(west.pk, "1055TK") is None, "the areas are of another year"
