"""Files as people send them: both forms of targets, and a sentence for everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from panels.lotteries.fair.reading import make_assignment, read_ids, read_people, read_targets
from panels.lotteries.fair.tables import Unreadable
from panels.lotteries.fair.targets import Target

Write = Callable[[str, str | bytes], Path]
TARGETS = "feature,value,min,max\ngender,woman,1,2\ngender,man,1,2\narea,north,0,3\n"
PEOPLE = "id,gender,area,home\na,woman,north,1\nb,man,north,1\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def writes(name: str, text: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return writes


def problems_with(call: Callable[..., object], *arguments: object, **named: object) -> list[str]:
    with pytest.raises(Unreadable) as raised:
        call(*arguments, **named)
    return list(raised.value.problems)


def test_the_form_of_the_first_tools(write: Write) -> None:
    path = write("t.csv", "category,feature,min,max\ngender,woman,9,20\n")
    assert read_targets(path) == (Target("gender", "woman", 9, 20),)


def test_the_form_with_room_to_move(write: Write) -> None:
    path = write(
        "t.csv", "feature,value,min,max,min_flex,max_flex\ngender,woman,9,20,5,22\ngender,man,1,2,,\n"
    )
    assert read_targets(path) == (
        Target("gender", "woman", 9, 20, 5, 22),
        Target("gender", "man", 1, 2, 0, None),
    )


def test_what_spreadsheets_do_to_a_file_is_understood(write: Write) -> None:
    """A mark at the start, semicolons, Windows line ends, quotes, spaces around cells, and empty rows."""
    text = '\ufefffeature;value;min;max\r\n area ; "Noord; Oost";1; 2\r\n;;;\r\n'
    assert read_targets(write("t.csv", text)) == (Target("area", "Noord; Oost", 1, 2),)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "t.csv is empty. Row 1 must hold the names of the columns."),
        ("feature,value,min,max\n", "t.csv has no rows below the names of the columns."),
        (b"feature,value,min,max\ngender,vr\xe9e,1,2\n", "t.csv is not UTF-8. Save it as CSV in UTF-8."),
        ("feature,value,min,max\na,x,3,2\n", "t.csv, row 2: the minimum 3 is higher than the maximum 2."),
        (
            "feature,value,min,max\na,x,one,2\n",
            "t.csv, row 2, column min: “one” is not a whole number of people.",
        ),
        (
            "feature,value,min,max\na,x,1,-2\n",
            "t.csv, row 2, column max: “-2” is not a whole number of people.",
        ),
        (
            "feature,value,min,max\na,x,1,2.5\n",
            "t.csv, row 2, column max: “2.5” is not a whole number of people.",
        ),
        (
            "feature,value,min,max\na,x,1,²\n",
            "t.csv, row 2, column max: “²” is not a whole number of people.",
        ),
        ("feature,value,min,max\na,,1,2\n", "t.csv, row 2, column value: this cell is empty."),
        ("feature,value,min,max\na,x,1\n", "t.csv, row 2: 3 cells where row 1 has 4 columns."),
        (
            "feature,value,min,min\na,x,1,2\n",
            "t.csv, row 1: the column “min” stands there 2 times. Each needs a name of its own.",
        ),
        ("feature,value,min,max\na,x,1,2\na,x,1,2\n", "t.csv, row 3: a “x” has a target already, in row 2."),
        (
            "feature,value,min,max\na,x,1,2\na,X,1,2\n",
            "t.csv, values of a: “x” and “X” differ in capitals or spaces alone. Write them in one way.",
        ),
        (
            "feature,value,min,max\na,x,1,2\nA,y,1,2\n",
            "t.csv, feature: “a” and “A” differ in capitals or spaces alone. Write them in one way.",
        ),
        ('feature,value,min,max\na,"x,1,2\n', "t.csv, row 2: this is not CSV (unexpected end of data)."),
    ],
)
def test_targets_that_cannot_be_used_are_told_by_row_and_column(
    write: Write, text: str | bytes, problem: str
) -> None:
    assert problems_with(read_targets, write("t.csv", text)) == [problem]


def test_missing_columns_of_targets_are_named(write: Write) -> None:
    found = problems_with(read_targets, write("t.csv", "feature,value,min\na,x,1\n"))
    assert found[0].startswith("t.csv, row 1: the column “max” is missing.")


def test_people_have_the_features_that_have_targets(write: Write) -> None:
    pool = read_people(write("p.csv", PEOPLE), read_targets(write("t.csv", TARGETS)), household="home")
    assert pool.features == ("gender", "area")
    assert [(each.id, each.values, each.address) for each in pool.people] == [
        ("a", ("woman", "north"), "1"),
        ("b", ("man", "north"), "1"),
    ]


def test_without_ids_the_row_is_the_id(write: Write) -> None:
    targets = read_targets(write("t.csv", TARGETS))
    pool = read_people(write("p.csv", "gender,area\nwoman,north\n\nman,north\n"), targets)
    assert [each.id for each in pool.people] == ["2", "4"]


def test_an_address_is_the_same_in_capitals(write: Write) -> None:
    text = "id,gender,area,home\na,woman,north,Kade  1\nb,man,north,KADE 1\nc,man,north,\n"
    pool = read_people(write("p.csv", text), read_targets(write("t.csv", TARGETS)), household="home")
    assert [each.address for each in pool.people] == ["kade 1", "kade 1", ""]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id,gender,area\na,other,north\n", "p.csv, row 2, column gender: “other” has no target."),
        (
            "id,gender,area\na,Woman,north\n",
            "p.csv, row 2, column gender: “Woman” is spelled “woman” in the targets. Write it in one way.",
        ),
        ("id,gender,area\na,,north\n", "p.csv, row 2, column gender: this cell is empty."),
        ("id,gender,area\n,man,north\n", "p.csv, row 2, column id: this cell is empty."),
        (
            "id,gender,area\na,man,north\na,man,north\n",
            "p.csv, row 3, column id: “a” stands in row 2 as well.",
        ),
        (
            "id,Gender,area\na,man,north\n",
            "p.csv, row 1: the column “gender” is missing. There is “Gender”: write it in one way.",
        ),
        ("id,gender\na,man\n", "p.csv, row 1: the column “area” is missing."),
    ],
)
def test_people_that_cannot_be_used_are_told_by_row_and_column(write: Write, text: str, problem: str) -> None:
    targets = read_targets(write("t.csv", TARGETS))
    assert problems_with(read_people, write("p.csv", text), targets) == [problem]


def test_many_problems_are_cut_short(write: Write) -> None:
    text = "id,gender,area\n" + "".join(f"{number},other,north\n" for number in range(50))
    found = problems_with(read_people, write("p.csv", text), read_targets(write("t.csv", TARGETS)))
    assert (len(found), found[-1]) == (21, "And 30 more such problems.")


def test_a_panel_larger_than_the_pool_is_refused(write: Write) -> None:
    targets = read_targets(write("t.csv", TARGETS))
    pool = read_people(write("p.csv", PEOPLE), targets)
    assert problems_with(make_assignment, pool, targets, 3) == ["A panel of 3 cannot be drawn from 2 people."]


def test_ids_are_read_from_a_list_or_a_table(write: Write) -> None:
    pool = read_people(write("p.csv", PEOPLE), read_targets(write("t.csv", TARGETS)))
    assert read_ids(write("s.csv", "b\na\n"), pool) == (0, 1)
    assert read_ids(write("s.csv", "id,name\nb,Bo\n"), pool) == (1,)
    assert problems_with(read_ids, write("s.csv", "a\nz\na\n"), pool) == [
        "s.csv, row 2: “z” is not among the people.",
        "s.csv, row 3: “a” stands in row 1 as well.",
    ]
