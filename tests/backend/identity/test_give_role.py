"""An operator makes somebody clerk from the command line."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backend.core.walltime import on_wall
from backend.identity.models import Person
from backend.identity.selectors.roles import roles_at
from backend.places.models import Portal
from tests.builders.portals import make_portal


def test_a_new_address_becomes_clerk_of_the_portal(west: Portal, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("give_role", portal="west", email="Clerk@Example.org", role="clerk", reason="start")
    person = Person.objects.get(email="clerk@example.org")
    assert roles_at(person.pk, west, now=timezone.now()) == {"clerk"}
    assert "clerk at" in capsys.readouterr().out


def test_a_dry_run_changes_nothing(west: Portal, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = {"portal": "west", "email": "clerk@example.org", "role": "clerk", "reason": "start"}
    call_command("give_role", **arguments, dry_run=True, json=True)
    report = json.loads(capsys.readouterr().out)
    assert {"portal": "west", "role": "clerk", "dry_run": True}.items() <= report.items()
    assert not Person.objects.filter(email="clerk@example.org").exists()


@pytest.mark.parametrize(("portal", "email"), [("nowhere", "clerk@example.org"), ("west", "no address")])
def test_a_wrong_portal_or_address_is_refused(west: Portal, portal: str, email: str) -> None:
    with pytest.raises(CommandError):
        call_command("give_role", portal=portal, email=email, role="clerk", reason="start")


def test_a_role_can_be_for_the_whole_municipality_and_for_some_days(
    west: Portal, capsys: pytest.CaptureFixture[str]
) -> None:
    other = make_portal("noord")
    today = on_wall(timezone.now()).date()
    days = {"from_day": today.isoformat(), "until_day": (today + timedelta(days=30)).isoformat()}
    call_command(
        "give_role",
        municipality="GM0363",
        email="a@example.org",
        role="auditor",
        reason="start",
        json=True,
        **days,
    )
    report = json.loads(capsys.readouterr().out)
    assert (report["portal"], report["municipality"]) == (None, "GM0363")
    assert (report["from"], report["until"]) == (days["from_day"], days["until_day"])
    person = Person.objects.get(email="a@example.org")
    for portal in (west, other):
        assert roles_at(person.pk, portal, now=timezone.now()) == {"auditor"}
        assert roles_at(person.pk, portal, now=timezone.now() + timedelta(days=32)) == frozenset()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"municipality": "GM9999", "portal": None}, "GM9999"),
        ({"until_day": "31-12-2027"}, "no day"),
        ({"from_day": "2001-01-01"}, "today or a later day"),
        ({"role": "auditor"}, "one record for the whole municipality"),
        ({"reason": " "}, "Write down why"),
    ],
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_what_does_not_fit_is_refused_in_words(
    west: Portal, changed: dict[str, str | None], said: str, dry_run: bool
) -> None:
    usual = {"portal": "west", "email": "a@example.org", "role": "clerk", "reason": "start"}
    options = {name: value for name, value in {**usual, **changed}.items() if value is not None}
    with pytest.raises(CommandError, match=said):
        call_command("give_role", dry_run=dry_run, **options)
    assert not Person.objects.filter(email="a@example.org").exists()


def test_giving_it_twice_is_refused(west: Portal) -> None:
    arguments = {"portal": "west", "email": "a@example.org", "role": "clerk", "reason": "start"}
    call_command("give_role", **arguments)
    with pytest.raises(CommandError, match="has this role here already"):
        call_command("give_role", **arguments)
