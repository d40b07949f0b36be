"""An operator makes somebody clerk from the command line."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backend.identity.models import Person
from backend.identity.selectors import roles_at
from backend.places.models import Portal


def test_a_new_address_becomes_clerk_of_the_portal(west: Portal, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("give_role", portal="west", email="Clerk@Example.org", role="clerk", reason="start")
    person = Person.objects.get(email="clerk@example.org")
    assert roles_at(person.pk, west, now=timezone.now()) == {"clerk"}
    assert "clerk at" in capsys.readouterr().out


def test_a_dry_run_changes_nothing(west: Portal, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = {"portal": "west", "email": "clerk@example.org", "role": "clerk", "reason": "start"}
    call_command("give_role", **arguments, dry_run=True, json=True)
    assert json.loads(capsys.readouterr().out) == {"portal": "west", "role": "clerk", "dry_run": True}
    assert not Person.objects.filter(email="clerk@example.org").exists()


@pytest.mark.parametrize(("portal", "email"), [("nowhere", "clerk@example.org"), ("west", "no address")])
def test_a_wrong_portal_or_address_is_refused(west: Portal, portal: str, email: str) -> None:
    with pytest.raises(CommandError):
        call_command("give_role", portal=portal, email=email, role="clerk", reason="start")
