"""Pages about letters: who gets what, files that nobody else can fetch, and tries that are limited fairly."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from backend.core.due import walk
from backend.core.tenancy import in_municipality
from backend.identity.errors import TooManyTries
from backend.identity.models import Letter, LetterRun, ListedResident, Person, ResidencyProof, ResidentList
from backend.identity.states import ListPurpose, ListState, Origin, ProofKind, Role
from backend.identity.web.limits import NETWORK, SECRET, take_try
from backend.places.models import Portal
from backend.proposals.models import Vote
from tests.builders.letters import (
    PEOPLE_HEADINGS,
    check,
    import_list,
    make_letters,
    organiser_of,
    people_csv,
    send_in,
)
from tests.builders.people import actor_of, make_person
from tests.builders.plans import make_plan
from tests.builders.portals import make_portal
from tests.builders.web import client_for, url

WRONG = "ZZZZ-ZZZ0"


def mailed_code() -> str:
    found = re.search(r"code: (\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def upload(content: bytes | str, **said: Any) -> dict[str, Any]:
    data = content.encode() if isinstance(content, str) else content
    usual = {"name": "Inwoners", "purpose": "letters", "kind": "people", "minimum_age": "16"}
    return {**usual, **said, "file": SimpleUploadedFile("lijst.csv", data, "text/csv")}


def test_a_list_becomes_letters_page_by_page(west: Portal) -> None:
    organiser = make_person(west, roles=[Role.ORGANISER], verified=False)
    browser = client_for(organiser, west)
    content = people_csv(12) + ";Noor;;;;;;\n"
    page = browser.post(url("send_in_list"), upload(content, district_id=str(west.district_id)))
    this = ResidentList.objects.get()
    assert page.headers["Location"] == url("list_columns", this.public_id)
    page = browser.get(page.headers["Location"])
    assert "The file was read as UTF-8." in page.text
    page = browser.post(url("list_columns", this.public_id), this.columns)
    page = browser.get(page.headers["Location"])
    assert page.headers["Refresh"] == "10"
    assert "Refresh" not in browser.get(url("resident_list", this.public_id) + "?stil=1").headers
    walk(timezone.now())
    walk(timezone.now())
    page = browser.get(url("resident_list", this.public_id))
    assert "Refresh" not in page.headers
    assert "Import 12 rows" in page.text
    assert "Nothing is filled in here, and it is needed." in page.text
    saved = body_of(browser.get(url("list_findings", this.public_id))).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(saved), delimiter=";"))
    assert rows[1] == ["14", "Surname", "Nothing is filled in here, and it is needed."]
    browser.post(url("confirm_list", this.public_id))
    page = browser.get(url("resident_list", this.public_id))
    assert "Have letters printed" in page.text
    day = (timezone.now() + timedelta(days=30)).date().isoformat()
    page = browser.post(url("start_letters", this.public_id), {"valid_until": day})
    run = LetterRun.objects.get()
    assert browser.get(url("letter_run", run.public_id)).headers["Refresh"] == "10"
    walk(timezone.now())
    page = browser.get(url("letter_run", run.public_id))
    assert "Printed, not used yet" in page.text
    file = browser.post(url("letters_file", run.public_id))
    assert body_of(file).startswith(b"%PDF-")
    assert file.headers["Content-Disposition"] == 'attachment; filename="brieven-1.pdf"'
    assert "no-store" in file.headers["Cache-Control"]


def test_the_same_file_again_says_so(west: Portal) -> None:
    organiser = make_person(west, roles=[Role.ORGANISER], verified=False)
    import_list(west, people_csv(2), at=timezone.now())
    page = client_for(organiser, west).post(
        url("send_in_list"), upload(people_csv(2), district_id=str(west.district_id)), follow=True
    )
    assert "This same file was imported before. Nothing was changed." in page.text
    assert ResidentList.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The submitted file is empty"),
        (b"een\ntwee\n", "No columns were found."),
        (b"\xd0\xcf\x11\xe0" + b"x" * 50, "old Excel"),
    ],
)
def test_a_file_that_cannot_be_read_keeps_what_was_typed(west: Portal, content: bytes, sentence: str) -> None:
    organiser = make_person(west, roles=[Role.ORGANISER], verified=False)
    said = upload(content, name="Mijn lijst", district_id=str(west.district_id))
    page = client_for(organiser, west).post(url("send_in_list"), said)
    assert page.status_code == 422
    assert sentence in page.text
    assert "Mijn lijst" in page.text


def test_a_column_that_is_missing_is_named(west: Portal) -> None:
    organiser = make_person(west, roles=[Role.ORGANISER], verified=False)
    browser = client_for(organiser, west)
    content = "Achternaam;Voornaam;Postcode\nVos;Noor;1055TK\n"
    browser.post(url("send_in_list"), upload(content, district_id=str(west.district_id)))
    this = ResidentList.objects.get()
    page = browser.post(url("list_columns", this.public_id), this.columns)
    assert page.status_code == 422
    assert 'href="#id_birth_date"' in page.text
    assert 'href="#id_house_number"' in page.text


# Private files.


@pytest.fixture
def printed(west: Portal) -> LetterRun:
    run, _codes = make_letters(west, 12, at=timezone.now())
    return run


@pytest.mark.parametrize("role", [None, *Role])
def test_who_fetches_the_letters(west: Portal, printed: LetterRun, role: Role | None) -> None:
    person = make_person(west, roles=[role] if role else [])
    browser = client_for(person, west)
    answer = browser.post(url("letters_file", printed.public_id))
    assert answer.status_code == (200 if role == Role.ORGANISER else 403)
    assert browser.get(url("letters_file", printed.public_id)).status_code == (
        302 if role == Role.ORGANISER else 403
    )


def test_after_signing_out_and_elsewhere_there_is_nothing(west: Portal, printed: LetterRun) -> None:
    browser = client_for(make_person(west, roles=[Role.ORGANISER]), west)
    assert browser.post(url("letters_file", printed.public_id)).status_code == 200
    browser.logout()
    assert browser.post(url("letters_file", printed.public_id)).status_code == 302
    for other in (make_portal("noord"), make_portal("oosterpark", code="GM0014")):
        stranger = client_for(make_person(other, roles=list(Role)), other)
        for name in ("letter_run", "one_letter", "revoke_letters"):
            assert stranger.get(url(name, printed.public_id)).status_code == 404
        assert stranger.post(url("letters_file", printed.public_id)).status_code == 404


def test_mistakes_are_for_whoever_sent_the_list_in(west: Portal) -> None:
    now = timezone.now()
    sender = make_person(west, roles=[Role.ORGANISER])
    actor = actor_of(sender, west)
    this = check(actor, send_in(actor, west, f"{PEOPLE_HEADINGS}\n;;;;;;;x\n", at=now), at=now)
    address = url("list_findings", this.public_id)
    assert client_for(sender, west).get(address).status_code == 200
    colleague = client_for(make_person(west, roles=[Role.ORGANISER]), west)
    assert colleague.get(address).status_code == 404
    assert "Save all of them as CSV" not in colleague.get(url("resident_list", this.public_id)).text
    assert client_for(make_person(west, roles=[Role.CLERK]), west).get(address).status_code == 403
    assert client_for(None, west).get(address).status_code == 302


@pytest.mark.parametrize("name", ["one_letter", "revoke_letters", "letters_file", "start_letters"])
def test_codes_are_for_who_showed_a_short_while_ago_that_it_is_them(
    west: Portal, printed: LetterRun, name: str
) -> None:
    this = printed.resident_list.public_id if name == "start_letters" else printed.public_id
    said = {"number": "2", "what": "revoke", "reason": "Fout", "valid_until": "2099-01-01"}
    organiser = make_person(west, roles=[Role.ORGANISER])
    answer = client_for(organiser, west, seconds_ago=3_600).post(url(name, this), said)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, url("reauthenticate"))
    assert not Letter.objects.exclude(revoked_at=None).exists()
    # Nobody else is asked to confirm first, only to read that they may not.
    clerk = client_for(make_person(west, roles=[Role.CLERK]), west, seconds_ago=3_600)
    assert clerk.post(url(name, this), said).status_code == 403


def test_one_letter_by_its_number(west: Portal, printed: LetterRun) -> None:
    browser = client_for(make_person(west, roles=[Role.ORGANISER]), west)
    address = url("one_letter", printed.public_id)
    missing = browser.post(address, {"number": "99", "what": "revoke", "reason": "Fout"})
    assert missing.status_code == 422
    assert "There is no letter with this number in this batch." in missing.text
    done = browser.post(address, {"number": "2", "what": "revoke", "reason": "Fout"}, follow=True)
    assert "The code of this letter no longer works." in done.text
    done = browser.post(address, {"number": "3", "what": "replace", "reason": "Kwijt"}, follow=True)
    assert "Batch 2" in done.text
    done = browser.post(url("revoke_letters", printed.public_id), {"reason": "Fout"}, follow=True)
    assert "The codes of this batch no longer work." in done.text


# Using a code.


def redeem(browser: Client, code: str, **more: Any) -> HttpResponse:
    return browser.post(url("redeem_code"), {"code": code, **more})


def test_a_visitor_votes_with_a_code(west: Portal) -> None:
    plan = make_plan(west, at=timezone.now())
    _run, (code,) = make_letters(west, at=timezone.now())
    browser = client_for(None, west)
    following = url("vote", plan.public_id)
    assert "I have a letter with a code" in browser.get(url("account_request_login_code")).text
    page = browser.get(url("redeem_code") + f"?next={following}")
    assert f'value="{following}"' in page.text
    done = redeem(browser, code.lower().replace("-", " "), next=following)
    assert done.headers["Location"] == following
    assert "You can vote now." in browser.get(following).text
    browser.post(following)
    vote = Vote.objects.get()
    assert vote.is_counting
    assert vote.person.origin == Origin.LETTER


@pytest.mark.parametrize("following", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_it_goes_on_nowhere_else(west: Portal, following: str) -> None:
    _run, (code,) = make_letters(west, at=timezone.now())
    done = redeem(client_for(None, west), code, next=following)
    assert done.headers["Location"] == "/"


def test_the_session_gets_a_new_key_and_holds_nothing_of_the_code(west: Portal) -> None:
    _run, (code,) = make_letters(west, at=timezone.now())
    browser = client_for(None, west)
    browser.get(url("redeem_code"))
    redeem(browser, code)
    kept = str(dict(browser.session.items()))
    assert code not in kept
    assert "_auth_user_id" in kept


def test_what_is_wrong_is_said_at_the_field_and_kept(west: Portal) -> None:
    browser = client_for(None, west)
    for typed, sentence in (("abc", "eight letters and digits"), (WRONG, "We do not know this code.")):
        page = redeem(browser, typed)
        assert page.status_code == 422
        assert sentence in page.text
        assert f'value="{typed}"' in page.text
        assert "Call 14 091." in page.text


def test_a_code_of_a_plan_page_is_never_in_an_address(west: Portal) -> None:
    """A GET with a code does nothing: codes come in the body only."""
    _run, (code,) = make_letters(west, at=timezone.now())
    page = client_for(None, west).get(url("redeem_code"), {"code": code})
    assert page.status_code == 200
    assert f'value="{code}"' not in page.text
    assert not ResidencyProof.objects.exists()


def test_a_busy_network_is_slowed_down_and_never_shut_out(west: Portal, monkeypatch: Any) -> None:
    _run, (code,) = make_letters(west, at=timezone.now())
    browsers = [client_for(None, west) for _ in range(NETWORK.tries)]
    for number, browser in enumerate(browsers):
        assert redeem(browser, f"ZZZZ-{number:04d}").status_code == 422
    refused = redeem(client_for(None, west), code)
    assert refused.status_code == 429
    assert f'value="{code}"' in refused.text
    assert "Your code is still here." in refused.text
    wait = int(refused.headers["Retry-After"])
    assert 0 < wait <= 60
    # Asking too early costs nothing, so the wait grows no longer.
    assert int(redeem(client_for(None, west), code).headers["Retry-After"]) <= wait
    other = client_for(None, west)
    assert other.post(url("redeem_code"), {"code": WRONG}, REMOTE_ADDR="192.0.2.7").status_code == 422
    later = timezone.now() + timedelta(seconds=wait)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert redeem(client_for(None, west), code).status_code == 302


def test_right_codes_cost_nothing(west: Portal) -> None:
    """A library where thirty people use their letters one after another."""
    _run, codes = make_letters(west, NETWORK.tries + 10, at=timezone.now())
    for code in codes:
        assert redeem(client_for(None, west), code).status_code == 302


def test_what_cannot_be_a_code_costs_nothing(west: Portal) -> None:
    for _ in range(NETWORK.tries + 5):
        assert redeem(client_for(None, west), "niets").status_code == 422


def test_the_same_wrong_code_again_and_again_waits(west: Portal) -> None:
    answers = [redeem(client_for(None, west), WRONG).status_code for _ in range(SECRET.tries + 1)]
    assert answers == [422] * SECRET.tries + [429]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_what_a_network_is(one: str, other: str, is_same: bool) -> None:
    now = timezone.now()
    ask = RequestFactory()
    for _ in range(NETWORK.tries):
        take_try(ask.post("/", REMOTE_ADDR=one), action="test", now=now)
    if is_same:
        with pytest.raises(TooManyTries):
            take_try(ask.post("/", REMOTE_ADDR=other), action="test", now=now)
    else:
        take_try(ask.post("/", REMOTE_ADDR=other), action="test", now=now)


def test_an_account_is_limited_wherever_it_is(west: Portal) -> None:
    person = make_person(west, verified=False)
    statuses: Sequence[int] = [
        client_for(person, west)
        .post(url("redeem_code"), {"code": f"ZZZZ-{number:04d}"}, REMOTE_ADDR=f"192.0.2.{number}")
        .status_code
        for number in range(11)
    ]
    assert statuses == [422] * 10 + [429]


def test_a_code_of_another_municipality_looks_like_any_wrong_one(west: Portal) -> None:
    other = make_portal("oosterpark", code="GM0014")
    with in_municipality(other.municipality_id):
        _run, (code,) = make_letters(other, at=timezone.now())
    browser = client_for(None, west)
    known, unknown = redeem(browser, code), redeem(browser, WRONG)
    assert known.status_code == unknown.status_code == 422
    assert "We do not know this code." in known.text
    assert not Person.objects.filter(origin=Origin.LETTER).exists()


def test_signing_in_with_an_address_of_the_own_list_proves_it(west: Portal) -> None:
    content = "Achternaam;Voornaam;Geboortedatum;E-mail\nVos;Noor;1991-02-03;noor@example.org\n"
    import_list(west, content, at=timezone.now(), purpose=ListPurpose.OWN_LIST)
    browser = client_for(None, west)
    browser.post(url("account_request_login_code"), {"email": "noor@example.org"})
    assert not ResidencyProof.objects.exists()
    browser.post(url("account_confirm_login_code"), {"code": mailed_code()})
    assert ResidencyProof.objects.get().kind == ProofKind.LIST


def test_the_desk_leads_organisers_to_letters(west: Portal) -> None:
    organiser, clerk = (make_person(west, roles=[role]) for role in (Role.ORGANISER, Role.CLERK))
    assert url("letters_desk") in client_for(organiser, west).get(url("desk")).text
    assert url("letters_desk") not in client_for(clerk, west).get(url("desk")).text
    assert (
        url("redeem_code")
        in client_for(make_person(west, verified=False), west).get(url("how_votes_count")).text
    )


def test_an_own_list_leads_to_no_letters(west: Portal) -> None:
    content = "Achternaam;Voornaam;Geboortedatum;E-mail\nVos;Noor;1991-02-03;noor@example.org\n"
    this = import_list(west, content, at=timezone.now(), purpose=ListPurpose.OWN_LIST)
    browser = client_for(make_person(west, roles=[Role.ORGANISER]), west)
    assert "Have letters printed" not in browser.get(url("resident_list", this.public_id)).text
    day = (timezone.now() + timedelta(days=30)).date().isoformat()
    assert browser.post(url("start_letters", this.public_id), {"valid_until": day}).status_code == 409


def test_a_list_of_nothing_but_mistakes_cannot_be_confirmed(west: Portal) -> None:
    now = timezone.now()
    this = check(
        organiser_of(west, at=now),
        send_in(organiser_of(west, at=now), west, f"{PEOPLE_HEADINGS}\n;;;;;;;x\n", at=now),
        at=now,
    )
    browser = client_for(make_person(west, roles=[Role.ORGANISER]), west)
    assert browser.post(url("confirm_list", this.public_id)).status_code == 409
    assert browser.post(url("discard_list", this.public_id)).status_code == 302
    assert ResidentList.objects.get().state == ListState.DISCARDED
    assert not ListedResident.objects.exists()
