"""The table of areas that comes along, and tables that do not fit."""

import gzip
from collections import Counter
from pathlib import Path

import pytest

from backend.core.errors import InvalidInput
from backend.places.area_table import SHIPPED_YEAR, AreaRow, read_areas, shipped_table, zipped_table

ROOT = Path(__file__).parents[3]
CBS = ROOT.parent / "shared" / "data" / "cbs" / "WijkenEnBuurten.csv"
HEAD = "code,kind,name,parent\n"
AMSTERDAM = "GM0363,municipality,Amsterdam,\n"
HOUTHAVENS = "WK036312,wijk,Houthavens,GM0363\n"


def table(folder: Path, text: str | bytes, name: str = "areas.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_table_that_comes_along_is_the_whole_country() -> None:
    rows = read_areas(shipped_table(SHIPPED_YEAR))
    assert Counter(row.kind for row in rows) == {"municipality": 345, "wijk": 3340, "buurt": 14317}
    assert AreaRow("WK036312", "wijk", "Houthavens", "GM0363") in rows
    assert AreaRow("WK001404", "wijk", "Oosterparkwijk", "GM0014") in rows


@pytest.mark.skipif(not CBS.exists(), reason="the tables of the CBS are not on this machine")
def test_the_table_that_comes_along_is_made_from_that_of_the_cbs() -> None:
    rows = read_areas(CBS)
    assert rows == read_areas(shipped_table(SHIPPED_YEAR))
    assert zipped_table(rows) == shipped_table(SHIPPED_YEAR).read_bytes()


def test_the_data_folder_says_whose_it_is() -> None:
    note = (shipped_table(SHIPPED_YEAR).parent / "ATTRIBUTION.md").read_text()
    assert "CC BY 4.0" in note
    assert "85318NED" in note


def test_a_table_of_the_cbs_is_read_without_the_country_and_the_spaces(tmp_path: Path) -> None:
    text = (
        '\ufeff"Key","Title","Municipality"\n"NL00      ","Nederland",""\n"GM0363    ","Amsterdam","GM0363"\n'
    )
    assert read_areas(table(tmp_path, text)) == [AreaRow("GM0363", "municipality", "Amsterdam", "")]


def test_semicolons_and_zip_are_fine(tmp_path: Path) -> None:
    text = (HEAD + AMSTERDAM + HOUTHAVENS).replace(",", ";")
    rows = read_areas(table(tmp_path, gzip.compress(text.encode()), "areas.csv.gz"))
    assert [row.code for row in rows] == ["GM0363", "WK036312"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no column code"),
        ("naam,waarde\nx,y\n", "no column code"),
        (HEAD, "holds no areas"),
        (HEAD + AMSTERDAM + HOUTHAVENS + HOUTHAVENS, "Row 4: WK036312 is also in row 3"),
        (HEAD + HOUTHAVENS, "Row 2: WK036312 lies in GM0363, which is not in the table"),
        (HEAD + "GM363,municipality,Amsterdam,\n", "Row 2: “GM363” is not a code"),
        (HEAD + "GM0363,wijk,Amsterdam,\n", "Row 2: GM0363 is a municipality, not “wijk”"),
        (HEAD + AMSTERDAM + "WK036312,wijk,Houthavens,GM0014\n", "Row 3: WK036312 lies in GM0363"),
        (HEAD + "GM0363,municipality,,\n", "Row 2: the name of GM0363"),
        (HEAD + f"GM0363,municipality,{'a' * 101},\n", "Row 2: the name of GM0363"),
        (HEAD + "GM0363,municipality\n", "Row 2 has 2 columns instead of 4"),
        (HEAD + 'GM0363,municipality,"Amster"dam,\n', "Row 2 cannot be read"),
        (HEAD.encode() + b"GM0363,municipality,Co\xf6rdoba,\n", "is not UTF-8 text"),
        (gzip.compress(HEAD.encode())[:-9], "is cut short or damaged"),
        (b"\x1f\x8bnot really", "cannot be read|damaged"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_with_the_row(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_areas(table(tmp_path, content))


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"nowhere\.csv cannot be read"):
        read_areas(tmp_path / "nowhere.csv")
