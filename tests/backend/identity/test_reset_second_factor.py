"""Who lost their passkeys, app and recovery codes is helped by the operator."""

from __future__ import annotations

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from backend.audit.models import Entry
from backend.core.errors import NotAllowed
from backend.identity.services.second_factor import reset_second_factor
from backend.identity.states import ResetReason, Role
from backend.places.models import Portal
from tests.builders.people import actor_of, make_person
from tests.builders.second_factors import App, recovery_codes_of
from tests.builders.web import client_for, url

pytestmark = pytest.mark.django_db


def test_an_operator_takes_a_second_factor_away(west: Portal) -> None:
    person = make_person(west, email="clerk@example.org", roles=[Role.CLERK])
    App(person)
    recovery_codes_of(person)
    browser = client_for(person, west)
    call_command("reset_second_factor", email=" Clerk@example.org", reason="lost")
    assert not Authenticator.objects.filter(user=person).exists()
    assert browser.get(url("my_page")).status_code == 302
    assert mail.outbox[-1].to == ["clerk@example.org"]
    entry = Entry.objects.get(action="identity.second_factor_reset")
    assert (entry.target_id, entry.details) == (person.pk, {"why": "lost"})
    # With a code by mail alone they are a resident again, until they set up another.
    anew = client_for(None, west)
    anew.post(url("account_request_login_code"), {"email": "clerk@example.org"})
    found = re.search(r"code: (\S+)", str(mail.outbox[-1].body))
    assert found
    anew.post(url("account_confirm_login_code"), {"code": found[1]})
    assert anew.get(url("my_page")).status_code == 200
    assert anew.get("/werk/").headers["Location"].startswith("/mijn/aanmelden/tweede-stap/")


def test_a_dry_run_takes_nothing_away(west: Portal, capsys: pytest.CaptureFixture[str]) -> None:
    person = make_person(west, email="clerk@example.org")
    App(person)
    call_command("reset_second_factor", email="clerk@example.org", reason="lost", dry_run=True, json=True)
    assert json.loads(capsys.readouterr().out) == {"removed": 0, "dry_run": True}
    assert Authenticator.objects.filter(user=person).exists()
    assert not mail.outbox


def test_an_unknown_address_is_refused(west: Portal) -> None:
    with pytest.raises(CommandError):
        call_command("reset_second_factor", email="niemand@example.org", reason="lost")


@pytest.mark.parametrize("role", list(Role))
def test_nobody_on_the_site_takes_a_second_factor_away(west: Portal, role: Role) -> None:
    helper, person = make_person(west, roles=[role]), make_person(west)
    App(person)
    actor, now = actor_of(helper, west), timezone.now()
    with pytest.raises(NotAllowed):
        reset_second_factor(actor=actor, person=person, reason=ResetReason.LOST, now=now)
