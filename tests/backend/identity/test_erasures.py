"""The list of who was erased stands outside the database, and a copy that is put back brings nobody back."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import models
from django.test import override_settings

from backend.core import personal_data
from backend.core.actor import Actor
from backend.core.due import walk
from backend.core.tenancy import in_municipality
from backend.identity.models import Erasure, IdentityKey, Person, ResidencyProof
from backend.identity.services.erasing import erase_person
from backend.identity.services.leaving import leave
from backend.identity.services.ledger import BrokenLedger, append, erase_again, ledger_path, read
from backend.notifications.models import Message, Preference
from backend.places.models import Portal
from backend.proposals.models import Plan, Vote
from backend.proposals.services.votes import cast_vote
from tests.builders.clocks import make_clocks
from tests.builders.people import actor_of, make_person
from tests.builders.plans import again, make_draft, make_plan
from tests.builders.threads import at_once

NOW = datetime(2026, 3, 10, 12).astimezone()


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path) -> object:
    with override_settings(DATA_DIR=tmp_path):
        yield


def lines() -> list[dict[str, object]]:
    return [json.loads(line) for line in ledger_path().read_text().splitlines()]


def gone(person: Person, portal: Portal) -> None:
    leave(actor=actor_of(person, portal), now=NOW)


def test_an_erasure_is_written_down_and_then_acknowledged(west: Portal) -> None:
    person = make_person(west)
    gone(person, west)
    assert Erasure.objects.get().written_at is None
    assert not ledger_path().exists()
    walk(NOW)
    walk(NOW)
    expected = {"person": person.pk, "public_id": person.public_id, "erased_at": NOW.isoformat()}
    (line,) = lines()
    assert datetime.fromisoformat(str(line.pop("erased_at"))) == NOW
    assert line == {key: value for key, value in expected.items() if key != "erased_at"}
    assert Erasure.objects.get().written_at == NOW
    assert ledger_path().stat().st_mode & 0o077 == 0


def test_a_crash_before_the_acknowledgement_loses_nothing(west: Portal) -> None:
    person = make_person(west)
    gone(person, west)
    walk(NOW)
    Erasure.objects.update(written_at=None)
    walk(NOW)
    assert [line["person"] for line in lines()] == [person.pk, person.pk]


def test_a_line_that_was_cut_off_is_skipped_and_the_next_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "list"
    line = '{"person": 1, "public_id": "a", "erased_at": "2026-03-10T12:00:00+00:00"}'
    append(path, line)
    with path.open("a") as file:
        file.write(line[:30])
    append(path, line)
    assert [erased.person_id for erased in read(path)] == [1, 1]


@pytest.mark.parametrize("damage", ['{"person": "x"}', "[]", '{"public_id": "a"}', "niets", '{"person": 1}'])
def test_a_damaged_list_is_said_and_not_skipped(tmp_path: Path, db: None, damage: str) -> None:
    path = tmp_path / "list"
    append(path, damage)
    with pytest.raises(BrokenLedger, match="line 1"):
        list(read(path))
    with pytest.raises(CommandError, match="line 1"):
        call_command("replay_erasures", ledger=str(path))


def test_eight_who_write_at_once_write_eight_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "list"
    line = json.dumps({"person": 1, "public_id": "a" * 3_000, "erased_at": NOW.isoformat()})
    at_once([partial(append, path, line)] * 40, municipality_id=1)
    assert len(list(read(path))) == 40


def copy_of(person: Person) -> str:
    """What a copy of the database has of somebody, before they leave."""
    models_of_person: list[tuple[type[models.Model], str]] = [
        (Person, "pk"),
        (ResidencyProof, "person"),
        (IdentityKey, "person"),
        (Message, "person"),
        (Preference, "person"),
        (Plan, "proposer"),
        (Vote, "person"),
    ]
    rows = [
        row for model, field in models_of_person for row in model._base_manager.filter(**{field: person.pk})
    ]
    return serializers.serialize("json", rows)


def put_back(copied: str) -> None:
    for row in serializers.deserialize("json", copied):
        row.save()


def test_who_comes_back_with_an_old_copy_is_erased_again(west: Portal) -> None:
    person = make_person(west, name="Fatima")
    actor = actor_of(person, west)
    make_draft(west, proposer=actor, at=NOW)
    plan = make_plan(west, proposer=actor, at=NOW)
    cast_vote(actor=actor, public_id=plan.public_id, now=NOW)
    stays = make_person(west, name="Joop")
    copied = copy_of(person)
    gone(person, west)
    walk(NOW)
    make_clocks()
    walk(NOW + timedelta(days=1))
    assert not Person.objects.filter(pk=person.pk).exists()
    # The copy is from before: the erasure is not in it either.
    Erasure.objects.all().delete()
    put_back(copied)
    assert Person.objects.get(pk=person.pk).name == "Fatima"
    with in_municipality(None):
        dry = erase_again(path=ledger_path(), now=NOW, dry_run=True)
        assert (dry.on_list, dry.found, dry.erased) == (1, 1, 0)
        done = erase_again(path=ledger_path(), now=NOW)
        assert (done.found, done.erased) == (1, 1)
        twice = erase_again(path=ledger_path(), now=NOW)
    assert (twice.found, twice.erased) == (0, 0)
    held = {kind.slug for kind in personal_data.registered() if list(kind.rows(person.pk))}
    assert held <= {"account", "audit", "votes", "erasures"}
    person.refresh_from_db()
    assert (person.name, person.email) == ("", None)
    assert not Plan.objects.filter(state="draft").exists()
    assert again(plan).proposer_id is None
    stays.refresh_from_db()
    assert stays.name == "Joop"
    # It stands on the list already.
    walk(NOW)
    assert len(lines()) == 1


def test_a_number_that_was_given_to_somebody_else_erases_nobody(west: Portal) -> None:
    person = make_person(west)
    append(
        ledger_path(),
        json.dumps({"person": person.pk, "public_id": "otherother", "erased_at": NOW.isoformat()}),
    )
    done = erase_again(path=ledger_path(), now=NOW)
    assert (done.on_list, done.found) == (1, 0)
    person.refresh_from_db()
    assert person.left_at is None


def test_the_command_says_what_it_did(west: Portal) -> None:
    person = make_person(west)
    copied = copy_of(person)
    erase_person(actor=Actor.system("test"), person_id=person.pk, now=NOW)
    walk(NOW)
    put_back(copied)
    said = StringIO()
    call_command("replay_erasures", "--dry-run", stdout=said)
    assert "1 on the list, 1 would be erased again." in said.getvalue()
    said = StringIO()
    call_command("replay_erasures", "--json", stdout=said)
    assert json.loads(said.getvalue()) == {"dry_run": False, "on_list": 1, "found": 1, "erased": 1}


def test_without_a_list_the_command_refuses(db: None) -> None:
    assert Path(settings.DATA_DIR).exists()
    with pytest.raises(CommandError, match="no list of erasures"):
        call_command("replay_erasures")
