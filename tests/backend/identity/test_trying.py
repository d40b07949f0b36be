"""Work in the background that keeps going wrong: put off, given up with a sentence, and tried again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from structlog.testing import capture_logs

from backend.core.due import walk
from backend.core.errors import NotAllowed
from backend.core.pdf_alone import PrintingFailed, render_pdf_alone
from backend.core.private_files import private_folder
from backend.core.tenancy import in_municipality
from backend.identity.errors import ListNotReady
from backend.identity.models import DataExport, LetterRun, ListedResident, ResidentList
from backend.identity.services.copies import ask_for_copy
from backend.identity.services.letters import file_of, print_again, start_run
from backend.identity.services.lists import check_again, choose_columns
from backend.identity.services.trying import PAUSES
from backend.identity.states import ExportState, ListState, Role, RunState
from backend.places.models import Portal
from tests.builders.letters import (
    again,
    check,
    import_list,
    make_letters,
    organiser_of,
    people_csv,
    print_on,
    run_again,
    send_in,
)
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.web import client_for, url

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
LAST_DAY = date(2027, 3, 1)


def walk_until_given_up(at: datetime = NOW) -> tuple[datetime, list[Any]]:
    """Walk as often as it is tried. When that was, and what the operator reads of giving up."""
    with capture_logs() as logs:
        for pause in (*PAUSES, timedelta()):
            assert walk(at).failed
            # Until the pause is over nothing is tried.
            assert not walk(at + pause - timedelta(seconds=1)).failed
            at += pause
        assert not walk(at + timedelta(days=1)).failed
    return at, [entry for entry in logs if entry["event"] == "work_given_up"]


@pytest.fixture
def known_keys(west: Portal, settings: Any) -> None:
    """People were recognised by a key, so that without it nothing goes on."""
    settings.IDENTITY_KEYS = ["first"]
    make_letters(west, 1, at=NOW, content=people_csv(1, first=500))


@pytest.mark.usefixtures("known_keys")
def test_letters_that_cannot_be_made_are_given_up_and_tried_again(west: Portal, settings: Any) -> None:
    organiser = organiser_of(west, at=NOW)
    this = import_list(west, people_csv(2), at=NOW, actor=organiser)
    run = start_run(actor=organiser, list_public_id=this.public_id, valid_until=LAST_DAY, now=NOW)
    settings.IDENTITY_KEYS = ["another"]
    at, logs = walk_until_given_up()
    assert run_again(run).state == RunState.FAILED
    line = {
        "event": "work_given_up",
        "log_level": "error",
        "work": "identity.letterrun",
        "row": run.pk,
        "tries": 5,
    }
    assert logs == [line]
    settings.IDENTITY_KEYS = ["first"]
    assert not walk(at).done.get("identity.print_letters")
    print_again(actor=organiser, run_public_id=run.public_id, now=at)
    run = print_on(run, at=at)
    assert (run.state, run.letters_done, run.tries) == (RunState.PRINTED, 2, 0)
    assert file_of(run) is not None
    with pytest.raises(ListNotReady):
        print_again(actor=organiser, run_public_id=run.public_id, now=at)


@pytest.mark.usefixtures("known_keys")
def test_letters_that_nobody_tries_again_go_in_time(
    west: Portal, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    organiser = organiser_of(west, at=NOW)
    this = import_list(west, people_csv(2), at=NOW, actor=organiser)
    run = start_run(actor=organiser, list_public_id=this.public_id, valid_until=LAST_DAY, now=NOW)
    settings.IDENTITY_KEYS = ["another"]
    at, _logs = walk_until_given_up()
    with django_capture_on_commit_callbacks(execute=True):
        walk(at + timedelta(days=29))
    assert ListedResident.objects.filter(resident_list=this).exists()
    with django_capture_on_commit_callbacks(execute=True):
        walk(at + timedelta(days=31))
        walk(at + timedelta(days=31))
    assert run_again(run).file_removed_at is not None
    assert not ListedResident.objects.filter(resident_list=this).exists()
    with pytest.raises(ListNotReady):
        print_again(actor=organiser, run_public_id=run.public_id, now=at + timedelta(days=31))


def test_a_list_that_cannot_be_checked_is_given_up_and_tried_again(west: Portal) -> None:
    organiser = organiser_of(west, at=NOW)
    this = send_in(organiser, west, people_csv(3), at=NOW)
    choose_columns(actor=organiser, public_id=this.public_id, columns=this.columns, now=NOW)
    source = private_folder("lists", this.public_id) / "source"
    kept = source.read_bytes()
    # A disk that gives an error each time.
    source.unlink()
    source.mkdir()
    at, logs = walk_until_given_up()
    assert again(this).state == ListState.FAILED
    assert [entry["work"] for entry in logs] == ["identity.residentlist"]
    source.rmdir()
    source.write_bytes(kept)
    this = check_again(actor=organiser, public_id=this.public_id, now=at)
    walk(at)
    walk(at)
    assert (again(this).state, again(this).new_count, again(this).tries) == (ListState.CHECKED, 3, 0)
    with pytest.raises(ListNotReady):
        check_again(actor=organiser, public_id=this.public_id, now=at)


def test_a_copy_that_cannot_be_made_says_so_and_can_be_asked_for_again(
    west: Portal, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    person = make_person(west)
    with in_municipality(west.municipality_id):
        export = ask_for_copy(actor=actor_of(person, west), now=timezone.now())
    blocked = private_folder() / "copies"
    blocked.write_bytes(b"no folder")
    _at, logs = walk_until_given_up(timezone.now())
    export.refresh_from_db()
    assert export.state == ExportState.FAILED
    assert [(entry["work"], entry["row"]) for entry in logs] == [("identity.dataexport", export.pk)]
    browser = client_for(person, west)
    assert "Your copy could not be made" in browser.get(url("my_copy")).text
    blocked.unlink()
    browser.post(url("my_copy"))
    assert "Your copy is being made." in browser.get(url("my_copy")).text
    assert not walk(timezone.now()).failed
    assert DataExport.objects.get(person=person, state=ExportState.READY)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ORGANISER])
def test_only_an_organiser_has_it_tried_again(west: Portal, role: Role) -> None:
    actor = make_actor(west, role, at=NOW)
    with pytest.raises(NotAllowed):
        check_again(actor=actor, public_id="x", now=NOW)
    with pytest.raises(NotAllowed):
        print_again(actor=actor, run_public_id="x", now=NOW)


def test_pages_of_what_was_given_up_have_a_button(west: Portal) -> None:
    now = timezone.now()
    organiser = make_person(west, roles=[Role.ORGANISER])
    actor = actor_of(organiser, west)
    this = check(actor, send_in(actor, west, people_csv(2), at=now), at=now)
    run, _codes = make_letters(west, 1, at=now, content=people_csv(1, first=50))
    ResidentList.objects.filter(pk=this.pk).update(state=ListState.FAILED)
    LetterRun.objects.filter(pk=run.pk).update(state=RunState.FAILED)
    browser = client_for(organiser, west)
    for page, button in (
        (url("resident_list", this.public_id), url("check_again", this.public_id)),
        (url("letter_run", run.public_id), url("print_again", run.public_id)),
    ):
        shown = browser.get(page)
        assert "This is our mistake." in shown.text
        assert f'action="{button}"' in shown.text
        assert "Refresh" not in shown.headers
        assert browser.post(button).headers["Location"] == page
    assert again(this).state == ListState.CHECKING
    assert run_again(run).state == RunState.PRINTING


def test_printing_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(PrintingFailed, match="longer than"):
        render_pdf_alone(
            "letter", {}, language="nl", title="x", created_at=NOW, to=tmp_path / "x.pdf", seconds=0.01
        )
    assert not (tmp_path / "x.pdf").exists()
