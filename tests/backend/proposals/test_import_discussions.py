"""Reading discussions into a portal: what stands there afterwards, also after things went wrong."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from backend.audit.models import Entry
from backend.core.actor import Actor
from backend.core.errors import DomainError, NotAllowed, NotFound
from backend.core.tenancy import in_municipality
from backend.discussion.models import Post, Thread
from backend.discussion.states import PostKind, PostState, Side, ThreadState
from backend.feedback.models import Promise
from backend.identity.models import Person
from backend.identity.states import Role
from backend.places.models import Portal
from backend.proposals.models import ImportRun, Plan, Round
from backend.proposals.services.imported_discussions import (
    COMMENTS_PER_BATCH,
    DiscussionReport,
    import_discussions,
    preview_discussions,
)
from backend.proposals.services.imports import ImportOutcome, PlansReadInBefore
from backend.proposals.states import PlanState
from tests.builders.elections import make_importing_portal
from tests.builders.exports import REAL_MADRID, SMALL, write_discussions
from tests.builders.web import client_for

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def no_progress(done: int, total: int) -> None:
    pass


def system(portal: Portal) -> Actor:
    return Actor.system("test", municipality_id=portal.municipality_id)


def read_in(
    portal: Portal, folder: Path, *, now: datetime = NOW, progress: Callable[[int, int], None] = no_progress
) -> DiscussionReport:
    return import_discussions(
        actor=system(portal), portal_id=portal.pk, folder=folder, now=now, progress=progress
    )


def plan_of(reference: str) -> Plan:
    return Plan.objects.all_municipalities().select_related("thread").get(source_reference=reference)


def post_of(reference: str) -> Post:
    posts = Post.objects.all_municipalities().select_related("parent", "thread")
    return posts.get(source_reference=reference)


def rows_of_everything() -> dict[str, int]:
    scoped = (Plan, Thread, Post, ImportRun, Round, Promise)
    counts = {model.__name__: model.objects.all_municipalities().count() for model in scoped}
    return {**counts, "Person": Person.objects.count(), "Entry": Entry.objects.count()}


def test_proposals_become_plans_with_a_discussion() -> None:
    portal = make_importing_portal()
    report = read_in(portal, SMALL)
    assert (report.outcome, report.plans, report.remarks, report.replies) == (ImportOutcome.IMPORTED, 3, 3, 3)
    plan = plan_of("MAD-2015-09-7")
    assert (plan.title, plan.state, plan.proposer_id) == ("Bomen in elke straat", PlanState.LAPSED, None)
    assert plan.what == "Meer schaduw.\n\nZet om de tien meter een boom.\n\nEn geef ze water."
    assert plan.submitted_at == datetime(2015, 9, 14, 22, tzinfo=UTC)
    assert plan.thread is not None
    assert (plan.thread.title, plan.thread.state) == (plan.title, ThreadState.CLOSED)
    assert plan.thread.address == f"/plannen/{plan.public_id}/"
    running = plan_of("MAD-2019-05-12")
    assert running.thread is not None
    assert (running.state, running.thread.state) == (PlanState.COMPETING, ThreadState.OPEN)


def test_comments_become_remarks_and_replies_without_names() -> None:
    portal = make_importing_portal()
    read_in(portal, SMALL)
    remark, reply, deeper, orphan = (post_of(number) for number in ("100", "101", "102", "103"))
    assert remark.text == 'Goed plan: "schaduw" is nodig.'
    assert (remark.kind, remark.side, remark.state) == (PostKind.ARGUMENT, Side.NEITHER, PostState.SHOWN)
    assert (remark.author_id, remark.author_name, remark.author_role) == (None, "", "")
    assert (remark.convincing_elsewhere, remark.convincing_count) == (4, 4)
    assert remark.placed_at == datetime(2015, 9, 15, 8, 50, 19, tzinfo=UTC)
    assert (reply.kind, reply.parent, deeper.parent) == (PostKind.REPLY, remark, remark)
    assert deeper.text == "Welke bomen?\n\nLindes?"
    assert deeper.placed_at == datetime(2015, 12, 15, 8, tzinfo=UTC)
    assert (orphan.kind, orphan.parent, orphan.convincing_count) == (PostKind.ARGUMENT, None, 0)
    assert (remark.reply_count, orphan.reply_count, reply.reply_count) == (2, 1, 0)
    assert remark.version == orphan.thread.version == 1
    assert not Post.objects.all_municipalities().filter(source_reference="105").exists()


def test_nobody_is_made_up_and_nobody_is_owed() -> None:
    portal = make_importing_portal()
    read_in(portal, SMALL)
    assert Person.objects.count() == Promise.objects.all_municipalities().count() == 0


def test_an_import_is_one_act_on_record() -> None:
    portal = make_importing_portal()
    read_in(portal, SMALL)
    entry = Entry.objects.exclude(action="proposals.round_begun").get()
    assert entry.action == "proposals.discussions_imported"
    assert (entry.municipality_id, entry.details["texts"]) == (portal.municipality_id, 6)


def test_a_second_time_adds_nothing() -> None:
    portal = make_importing_portal()
    read_in(portal, SMALL)
    before = rows_of_everything()
    assert read_in(portal, SMALL, now=LATER).outcome is ImportOutcome.UNCHANGED
    assert rows_of_everything() == before


def test_other_files_with_the_same_proposals_are_refused(tmp_path: Path) -> None:
    portal = make_importing_portal()
    read_in(portal, write_discussions(tmp_path))
    before = rows_of_everything()
    write_discussions(tmp_path, comments=[{}, {"id": "2"}])
    with pytest.raises(PlansReadInBefore):
        preview_discussions(actor=system(portal), portal_id=portal.pk, folder=tmp_path, now=LATER)
    with pytest.raises(PlansReadInBefore):
        read_in(portal, tmp_path)
    assert rows_of_everything() == before


def test_the_same_files_go_into_two_portals() -> None:
    west, east = make_importing_portal("west"), make_importing_portal("east", code="GM0014")
    read_in(west, SMALL)
    read_in(east, SMALL)
    for portal in (west, east):
        with in_municipality(portal.municipality_id):
            assert Post.objects.filter(thread__portal=portal).count() == 6


class Killed(BaseException):
    pass


@pytest.mark.parametrize("after", [0, COMMENTS_PER_BATCH, COMMENTS_PER_BATCH + 10])
def test_a_killed_import_leaves_nothing_and_can_be_done_again(tmp_path: Path, after: int) -> None:
    def kill(done: int, total: int) -> None:
        if done >= after:
            raise Killed

    remarks = [{"id": str(number)} for number in range(1, COMMENTS_PER_BATCH + 11)]
    replies = [{"id": str(5_000 + number), "parentId": str(number)} for number in range(1, 101)]
    folder = write_discussions(tmp_path, comments=[*replies, *remarks])
    portal = make_importing_portal()
    before = rows_of_everything()
    with pytest.raises(Killed):
        read_in(portal, folder, progress=kill)
    assert rows_of_everything() == before
    report = read_in(portal, folder)
    assert (report.remarks, report.replies) == (COMMENTS_PER_BATCH + 10, 100)


@pytest.mark.parametrize(
    ("proposals", "comments"),
    [
        (b"", [{}]),
        ([{"status": "?"}], [{}]),
        ([{}], b"id,text\n"),
        ([{}], b"\x89PNG\r\n\x1a\n\x00"),
    ],
    ids=["empty", "wrong proposal", "no columns", "picture"],
)
def test_a_broken_file_adds_nothing(tmp_path: Path, proposals: Any, comments: Any) -> None:
    portal = make_importing_portal()
    before = rows_of_everything()
    report = read_in(portal, write_discussions(tmp_path, proposals=proposals, comments=comments))
    assert report.outcome is ImportOutcome.BROKEN
    assert rows_of_everything() == before


def test_queries_do_not_grow_with_the_comments(tmp_path: Path, django_assert_max_num_queries: Any) -> None:
    portal = make_importing_portal()
    rows = [{"id": str(number), "parentId": str(number - 1 or -1)} for number in range(1, 301)]
    folder = write_discussions(tmp_path, comments=rows)
    with django_assert_max_num_queries(40):
        read_in(portal, folder)


@pytest.mark.parametrize(
    ("roles", "error"),
    [(set(), NotAllowed), ({Role.COUNCILLOR, Role.MODERATOR}, NotAllowed), ({Role.CLERK}, None)],
)
def test_who_may_read_in(roles: set[str], error: type[DomainError] | None) -> None:
    portal = make_importing_portal()
    person = Person.objects.create(joined_at=NOW)
    actor = Actor(portal.municipality_id, portal.pk, person.pk, frozenset(roles))

    def attempt() -> DiscussionReport:
        return import_discussions(
            actor=actor, portal_id=portal.pk, folder=SMALL, now=NOW, progress=no_progress
        )

    if error is None:
        assert attempt().remarks == 3
    else:
        with pytest.raises(error):
            attempt()
        assert not Plan.objects.all_municipalities().exists()


def test_a_clerk_of_elsewhere_finds_no_portal() -> None:
    west, far = make_importing_portal("west"), make_importing_portal("far", code="GM0014")
    with pytest.raises(NotFound):
        preview_discussions(actor=system(far), portal_id=west.pk, folder=SMALL, now=NOW)


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """The command as typed: its exit status, what it says, and what it says on the side."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_discussions", *map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, out.getvalue(), err.getvalue() + str(error)
    return 0, out.getvalue(), err.getvalue()


def run_json(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    status, out, _err = run(*arguments, "--json")
    return status, json.loads(out)


def test_command_reads_in_and_says_so() -> None:
    make_importing_portal()
    status, out, err = run(SMALL, "--portal", "west", "--at", NOW.isoformat())
    assert status == 0
    assert "3 proposals, 7 comments, 7 votes for them and 4 against." in out
    assert "Comments that answer one that the file lacks: 1." in out
    assert "Votes that count as finding a comment convincing: 7." in out
    assert "and 4 against one, for which there is no place here." in out
    assert "comments.csv, row 5, column parentId: It answers comment 90, which the file lacks." in out
    assert "Read in: 3 plans, 3 remarks, 3 replies." in out
    assert "100 %: 6 of 6 comments" in err
    status, out, _err = run(SMALL, "--portal", "west")
    assert (status, "Nothing was changed." in out) == (0, True)


def test_command_dry_run_changes_nothing() -> None:
    make_importing_portal()
    before = rows_of_everything()
    status, report = run_json(SMALL, "--portal", "west", "--dry-run")
    assert (status, report["outcome"], report["is_dry_run"]) == (0, "ready", True)
    assert report["in_files"]["without_parent"] == 1
    assert report["left_out"] == {"comments": 1, "positive_votes": 0, "negative_votes": 4, "user_types": 2}
    assert report["counts"] == {"no_text": 1, "no_parent": 1, "count_differs": 1}
    assert rows_of_everything() == before


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
def test_command_status_says_how_it_went(tmp_path: Path, dry_run: tuple[str, ...]) -> None:
    make_importing_portal()
    write_discussions(tmp_path, comments=b"id\n1\n")
    status, report = run_json(tmp_path, "--portal", "west", *dry_run)
    assert (status, report["outcome"], report["errors"]) == (1, "broken", 1)
    write_discussions(tmp_path, comments=[{}, {"id": "2", "proposalId": "9"}])
    status, report = run_json(tmp_path, "--portal", "west", *dry_run)
    assert (status, report["refused"]) == (3, 1)
    (finding,) = report["findings"]
    assert (finding["row"], finding["column"], finding["level"]) == (3, "proposalId", "refused")
    assert finding["words"].startswith("comments.csv, row 3, column proposalId: There is no proposal 9")


def test_command_counts_all_and_shows_the_first_ten(tmp_path: Path) -> None:
    make_importing_portal()
    write_discussions(tmp_path, comments=[{"id": str(number), "text": ""} for number in range(1, 14)])
    _status, out, _err = run(tmp_path, "--portal", "west", "--dry-run")
    assert out.count("There is no text.") == 10
    assert "And 3 more like this: no text." in out


def test_command_says_what_is_missing(tmp_path: Path) -> None:
    make_importing_portal()
    assert run(SMALL, "--portal", "nowhere")[2] == "There is no portal “nowhere”. Portals: west."
    assert f"Cannot read {tmp_path}/proposals.csv: No such file" in run(tmp_path, "--portal", "west")[2]


@pytest.mark.skipif(not REAL_MADRID.exists(), reason="The real discussions in ../shared/data are not here.")
def test_the_real_discussions_of_madrid_are_read_in_within_seconds() -> None:
    portal = make_importing_portal()
    began = time.monotonic()
    status, report = run_json(REAL_MADRID, "--portal", "west", "--at", NOW.isoformat())
    assert time.monotonic() - began < 10
    assert status == 0
    assert report["in_files"] == {
        "proposals": 80,
        "comments": 5_633,
        "remarks": 2_899,
        "replies": 2_672,
        "without_parent": 268,
        "positive_votes": 10_967,
        "negative_votes": 4_204,
    }
    assert report["left_out"] == {
        "comments": 62,
        "positive_votes": 44,
        "negative_votes": 4_204,
        "user_types": 828,
    }
    assert report["added"] == {"plans": 80, "remarks": 2_899, "replies": 2_672}
    assert report["counts"] == {
        "no_text": 62,
        "no_parent": 267,
        "parent_left_out": 5,
        "count_differs": 53,
    }
    with in_municipality(portal.municipality_id):
        assert Post.objects.filter(thread__portal=portal).count() == 5_571
        busiest = Post.objects.order_by("-reply_count").values_list("source_reference", "reply_count").first()
        assert busiest == ("115642", 108)
    plan = Plan.objects.all_municipalities().get(source_reference="MAD-2015-09-1419")
    assert client_for(None, portal).get(f"/plannen/{plan.public_id}/").status_code == 200
