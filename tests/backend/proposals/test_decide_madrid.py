"""What reading the two files of an export finds, and what it says of what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.discussion.models.posts import LONGEST_TEXT
from backend.proposals.decide_madrid import Comment, Report, check, comments, in_words
from backend.proposals.decide_madrid.reading import PLAN_LENGTH, TEXT_LENGTH, TITLE_LENGTH
from backend.proposals.services import plans
from tests.builders.exports import SMALL, write_discussions

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


def words_of(report: Report) -> list[str]:
    return [in_words(finding) for finding in report.findings]


def tops_of(folder: Path) -> dict[int, int]:
    return {comment.number: top for comment, top in comments(folder, check(folder, NOW))}


def only_comment(folder: Path) -> Comment:
    ((comment, _top),) = comments(folder, check(folder, NOW))
    return comment


def test_the_limits_are_those_of_what_is_made_of_it() -> None:
    assert (TITLE_LENGTH, PLAN_LENGTH) == (plans.TITLE_LENGTH, plans.TEXT_LENGTH)
    assert TEXT_LENGTH == LONGEST_TEXT


def test_a_sound_export() -> None:
    report = check(SMALL, NOW)
    assert not report.is_broken
    assert (len(report.proposals), report.comments_in_file) == (3, 7)
    assert (report.remarks, report.replies, report.tree.without_parent()) == (3, 3, 1)
    assert (report.positive_votes, report.negative_votes, report.user_types) == (7, 4, 2)
    assert words_of(report) == [
        "proposals.csv, row 2, column numComments: The file says 5 comments on proposal MAD-2015-09-7."
        " There are 6.",
        "comments.csv, row 5, column parentId: It answers comment 90, which the file lacks."
        " It stands on its own.",
        "comments.csv, row 7, column text: There is no text. The comment is left out.",
    ]
    assert tops_of(SMALL) == {100: 100, 101: 100, 102: 100, 103: 103, 104: 103, 106: 106}


def test_moments_are_on_the_clock_in_madrid(tmp_path: Path) -> None:
    at = {
        "2019-01-31": datetime(2019, 1, 31, 11, tzinfo=UTC),
        "2019-07-31": datetime(2019, 7, 31, 10, tzinfo=UTC),
    }
    for day, moment in at.items():
        assert only_comment(write_discussions(tmp_path, comments=[{"date": day}])).placed_at == moment
    # Half past two does not exist on the night the clock goes forward.
    gap = {"date": "2019-03-31", "time": "02:30:00"}
    placed_at = only_comment(write_discussions(tmp_path, comments=[gap])).placed_at
    assert placed_at == datetime(2019, 3, 31, 1, tzinfo=UTC)


def test_replies_may_come_before_what_they_answer(tmp_path: Path) -> None:
    answers = {"1": "2", "2": "3", "3": "-1", "4": "1"}
    folder = write_discussions(
        tmp_path, comments=[{"id": number, "parentId": parent} for number, parent in answers.items()]
    )
    assert tops_of(folder) == {1: 3, 2: 3, 3: 3, 4: 3}


def test_a_reply_to_what_is_left_out_moves_up(tmp_path: Path) -> None:
    rows = [
        {"id": "1"},
        {"id": "2", "parentId": "1", "text": " "},
        {"id": "3", "parentId": "2"},
        {"id": "4", "text": ""},
        {"id": "5", "parentId": "4"},
        {"id": "6", "parentId": "5"},
    ]
    folder = write_discussions(tmp_path, comments=rows)
    assert tops_of(folder) == {1: 1, 3: 1, 5: 5, 6: 5}
    assert words_of(check(folder, NOW))[-1].endswith(
        "It answers comment 4, which is left out. It stands on its own."
    )


def test_long_chains_of_answers_are_followed(tmp_path: Path) -> None:
    rows = [
        {"id": str(number), "parentId": str(number - 1) if number > 1 else "-1"}
        for number in range(5_000, 0, -1)
    ]
    assert set(tops_of(write_discussions(tmp_path, comments=rows)).values()) == {1}


def test_signs_that_steer_are_taken_out_and_lines_kept(tmp_path: Path) -> None:
    folder = write_discussions(tmp_path, comments=[{"text": "Een\x1b[31m\r\ntwee\tdrie\x85"}])
    assert only_comment(folder).text == "Een[31m\ntwee\tdrie"
    assert words_of(check(folder, NOW)) == [
        "comments.csv, row 2, column text: Signs that steer a screen or printer are taken out."
    ]


def test_a_long_title_stands_whole_above_the_text(tmp_path: Path) -> None:
    title = "Boom " * 30 + "einde"
    report = check(write_discussions(tmp_path, proposals=[{"title": title}]), NOW)
    assert not report.is_broken
    assert report.proposals[1].text == f"{title}\n\nMeer bomen."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "x"}, "column id: “x” is no number of at most 18 digits."),
        ({"id": "9" * 19}, f"column id: “{'9' * 19}” is no number of at most 18 digits."),
        ({"parentId": "-2"}, "column parentId: “-2” is no number of at most 18 digits."),
        ({"parentId": "2"}, "column parentId: The comments that this one answers go round in a circle."),
        ({"proposalId": "8"}, "column proposalId: There is no proposal 8 in proposals.csv."),
        ({"date": "31-01-2019"}, "column date: “31-01-2019” is no day such as 2015-09-30."),
        ({"date": "9999-12-31"}, "column date: This moment has not come yet: “9999-12-31”."),
        ({"time": "1 days 10:00:00"}, "column time: “1 days 10:00:00” is no time such as 10:50:19."),
        ({"time": "0 days 24:00:00"}, "column time: “0 days 24:00:00” is no time such as 10:50:19."),
        ({"text": "x" * 3_001}, "column text: This text has 3001 characters. At most 3000 fit."),
        ({"id": "1"}, "column id: Number 1 was in the file before, in row 2."),
    ],
)
def test_a_wrong_comment_is_left_out(tmp_path: Path, change: Mapping[str, str], words: str) -> None:
    folder = write_discussions(tmp_path, comments=[{}, {"id": "2", **change}])
    report = check(folder, NOW)
    assert not report.is_broken
    assert words_of(report) == [f"comments.csv, row 3, {words}"]
    assert report.refused == 1
    assert tops_of(folder) == {1: 1}


@pytest.mark.parametrize(
    ("votes", "words"),
    [
        (
            ("5", "3", "1"),
            "column numVotes: 3 votes for and 1 against are not 5. The text is read in without its votes.",
        ),
        (
            ("5", "-1", "6"),
            "column numPositiveVotes: “-1” is no number of votes. The text is read in without its votes.",
        ),
        (
            ("", "", ""),
            "column numVotes: “” is no number of votes. The text is read in without its votes.",
        ),
    ],
)
def test_votes_that_cannot_be_right_do_not_count(
    tmp_path: Path, votes: tuple[str, str, str], words: str
) -> None:
    row = dict(zip(("numVotes", "numPositiveVotes", "numNegativeVotes"), votes, strict=True))
    folder = write_discussions(tmp_path, comments=[row])
    report = check(folder, NOW)
    assert (report.refused, report.positive_votes, report.negative_votes) == (1, 0, 0)
    assert words_of(report) == [f"comments.csv, row 2, {words}"]
    assert only_comment(folder).positive == 0


def test_everything_that_leads_into_a_circle_is_left_out(tmp_path: Path) -> None:
    answers = {"1": "2", "2": "3", "3": "2", "4": "-1"}
    folder = write_discussions(
        tmp_path, comments=[{"id": number, "parentId": parent} for number, parent in answers.items()]
    )
    assert tops_of(folder) == {4: 4}
    assert check(folder, NOW).refused == 3


def test_an_answer_to_another_discussion_stands_on_its_own(tmp_path: Path) -> None:
    folder = write_discussions(
        tmp_path,
        proposals=[{}, {"id": "2", "code": "MAD-2"}],
        comments=[{}, {"id": "2", "parentId": "1", "proposalId": "2"}],
    )
    assert tops_of(folder) == {1: 1, 2: 2}
    assert "which is about another proposal" in words_of(check(folder, NOW))[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": ""}, "column id: “” is no number of at most 18 digits."),
        ({"id": "1"}, "column id: Number 1 was in the file before, in row 2."),
        ({"code": "MAD-1"}, "column code: Code MAD-1 was in the file before."),
        ({"code": ""}, "column code: A code must have 1 to 80 visible characters."),
        ({"title": " "}, "column title: This proposal has no title."),
        ({"date": "2019-02-29"}, "column date: “2019-02-29” is no day such as 2015-09-30."),
        ({"text": "x" * 10_000}, "column text: This text has 10013 characters. At most 10000 fit."),
        ({"status": "x\x1b"}, "column status: “x?” is no status that we know. We know open and archived."),
    ],
)
def test_a_wrong_proposal_stops_everything(tmp_path: Path, change: Mapping[str, str], words: str) -> None:
    report = check(write_discussions(tmp_path, proposals=[{}, {"id": "2", "code": "MAD-2", **change}]), NOW)
    assert report.is_broken
    assert words_of(report) == [f"proposals.csv, row 3, {words}"]


HEADING = b"id,parentId,proposalId,date,time,text,numVotes,numPositiveVotes,numNegativeVotes\n"
GOOD = b"1,-1,1,2019-02-01,0 days 12:00:00,Goed,0,0,0\n"
BEFORE_TEXT = b"2,-1,1,2019-02-01,0 days 12:00:00,"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "comments.csv: The file is empty."),
        (b"id,text\n1,x\n", "comments.csv, row 1, column parentId: The file has no column of this name."),
        (b"text," + HEADING + GOOD, "comments.csv, row 1, column text: The file has this column twice."),
        (b"\x89PNG\r\n\x1a\n\0", "comments.csv, row 1: Byte 1 of this line is not UTF-8."),
        (
            HEADING + GOOD + BEFORE_TEXT + b"a\0b,0,0,0\n",
            "comments.csv, row 3, column text: There is a NUL sign",
        ),
        (HEADING + GOOD + BEFORE_TEXT + b"caf\xe9,0,0,0\n", "comments.csv, row 3, column text: Byte 38 of"),
        (HEADING + GOOD + BEFORE_TEXT + b'"a,0,0,0\n', "comments.csv, row 3, column text: The quotes do not"),
        (
            HEADING + GOOD + BEFORE_TEXT + b'"a"b,0,0,0\n',
            "comments.csv, row 3, column text: The quotes do not",
        ),
        (
            HEADING + GOOD + BEFORE_TEXT + b"x" * 1_000_000 + b",0,0,0\n",
            "comments.csv, row 3, column text: This value is longer than 100000 characters.",
        ),
        (
            HEADING + GOOD + BEFORE_TEXT + b'"' + b"x\n" * 500_000 + b'",0,0,0\n',
            "comments.csv, row 3, column text: This value is longer than 100000 characters.",
        ),
        (
            HEADING + GOOD + BEFORE_TEXT + b"\xc3\xa9" * 60_000 + b',"' + b"x" * 110_000 + b'",0,0\n',
            "comments.csv, row 3, column numVotes: This value is longer than 100000 characters.",
        ),
    ],
)
def test_a_broken_file_is_named_with_row_and_column(tmp_path: Path, content: bytes, words: str) -> None:
    report = check(write_discussions(tmp_path, comments=content), NOW)
    assert report.is_broken
    assert words_of(report)[-1].startswith(words)


def test_a_row_with_too_few_values_is_refused_and_the_rest_read(tmp_path: Path) -> None:
    folder = write_discussions(tmp_path, comments=HEADING + b"1,-1\n\n" + GOOD)
    report = check(folder, NOW)
    assert (report.refused, report.comments_in_file) == (1, 1)
    assert words_of(report) == ["comments.csv, row 2: A row must have 9 values. This one has 2."]


def test_rows_are_counted_as_a_spreadsheet_does(tmp_path: Path) -> None:
    """A text over three lines is one row, and an empty row is one too."""
    text = BEFORE_TEXT + b'"a\nb\nc",0,0,0\n\n' + b"x,-1,1,2019-02-01,12:00:00,y,0,0,0\n"
    report = check(write_discussions(tmp_path, comments=b"\xef\xbb\xbf" + HEADING + text), NOW)
    assert words_of(report) == ["comments.csv, row 4, column id: “x” is no number of at most 18 digits."]


def test_no_proposals_at_all(tmp_path: Path) -> None:
    report = check(write_discussions(tmp_path, proposals=[], comments=[]), NOW)
    assert words_of(report) == ["proposals.csv: The file has no proposals."]
    assert report.is_broken
