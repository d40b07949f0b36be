"""Staff are staff after a second step only; everybody else may have one; who loses all of it gets help."""

from __future__ import annotations

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client, override_settings
from django.utils import timezone

from backend.audit.models import Entry
from backend.identity.models import Person
from backend.identity.selectors.acting import actor_for
from backend.identity.states import STAFF_ROLES, Role
from backend.places.models import Portal
from tests.builders.people import make_person
from tests.builders.portals import make_portal
from tests.builders.post_office import post_office
from tests.builders.second_factors import App, app_code, recovery_codes_of
from tests.builders.web import client_for, url

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", list(Role))
def test_a_role_of_staff_waits_for_the_second_factor(west: Portal, role: Role) -> None:
    person, now = make_person(west, roles=[role]), timezone.now()
    without = actor_for(person, west, now=now, second_factor=False)
    with_it = actor_for(person, west, now=now, second_factor=True)
    assert (with_it.roles, with_it.withheld_roles) == ({role}, frozenset())
    if role in STAFF_ROLES:
        assert (without.roles, without.withheld_roles) == (frozenset(), {role})
    else:
        assert (without.roles, without.withheld_roles) == ({role}, frozenset())


def test_councillors_are_no_staff() -> None:
    assert frozenset(Role.values) - STAFF_ROLES == {Role.COUNCILLOR}


def test_a_clerk_without_a_second_factor_is_led_to_one_and_is_a_resident_elsewhere(west: Portal) -> None:
    browser = client_for(make_person(west, roles=[Role.CLERK]), west, second_factor=False)
    answer = browser.get("/werk/spelregels/?x=1")
    assert answer.headers["Location"] == "/mijn/aanmelden/tweede-stap/?next=%2Fwerk%2Fspelregels%2F%3Fx%3D1"
    page = browser.get(answer.headers["Location"])
    assert page.status_code == 200
    assert "next=%2Fwerk%2Fspelregels%2F%3Fx%3D1" in page.text
    assert browser.get("/").status_code == 200
    assert browser.get("/mijn/stemmen/").status_code == 200
    # The way to the desk stands in the menu all the same.
    assert 'href="/werk/"' in browser.get("/").text


def test_a_form_of_staff_without_a_second_factor_changes_nothing_and_says_why(west: Portal) -> None:
    browser = client_for(make_person(west, roles=[Role.CLERK]), west, second_factor=False)
    answer = browser.post("/werk/onderwerpen/", {"name_nl": "Water"})
    assert answer.status_code == 403
    assert "second step" in answer.text


def test_somebody_without_a_role_is_refused_as_before(west: Portal) -> None:
    browser = client_for(make_person(west), west, second_factor=False)
    answer = browser.get("/werk/")
    assert answer.status_code == 403
    assert "second step" not in answer.text


def test_a_clerk_links_an_app_and_comes_back_to_the_desk(west: Portal) -> None:
    browser = client_for(make_person(west, roles=[Role.CLERK]), west, second_factor=False)
    way = browser.get("/werk/").headers["Location"]
    found = re.search(r'href="(/mijn/aanmelden/app/[^"]*)"', browser.get(way).text)
    assert found
    page = browser.get(found[1].replace("&amp;", "&"))
    assert 'src="data:image/svg+xml;base64,' in page.text
    shown = re.search(r'class="secret">([A-Z2-7 ]+)<', page.text)
    assert shown
    linked = browser.post(found[1], {"code": app_code(shown[1]), "next": "/werk/"})
    assert linked.headers["Location"] == "/mijn/aanmelden/herstelcodes/?next=%2Fwerk%2F"
    codes = browser.post(linked.headers["Location"], {"next": "/werk/"})
    assert len(re.findall(r'class="secret">\d{8}<', codes.text)) == 10
    assert codes.headers["Cache-Control"] == "no-store"
    assert 'href="/werk/"' in codes.text
    assert browser.get("/werk/").status_code == 200


def test_the_first_second_factor_ends_what_was_opened_without_it(west: Portal) -> None:
    person = make_person(west)
    browser, elsewhere = client_for(person, west), client_for(person, west, second_factor=False)
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', browser.get(url("mfa_activate_totp")).text)
    assert secret
    browser.post(url("mfa_activate_totp"), {"code": app_code(secret[1])})
    assert browser.get(url("my_page")).status_code == 200
    assert elsewhere.get(url("my_page")).status_code == 302


def test_a_session_from_before_the_app_shows_it_and_goes_round_in_no_circle(west: Portal) -> None:
    person = make_person(west, roles=[Role.CLERK])
    browser = client_for(person, west, second_factor=False)
    app = App(person)
    page = browser.get("/werk/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/aanmelden/opnieuw/app/")
    answer = browser.post(page.redirect_chain[-1][0], {"code": app.code()}, follow=True)
    assert answer.redirect_chain == [("/werk/", 302)]
    assert answer.status_code == 200


def test_a_wrong_first_code_links_nothing(west: Portal) -> None:
    person = make_person(west)
    browser = client_for(person, west)
    browser.get(url("mfa_activate_totp"))
    page = browser.post(url("mfa_activate_totp"), {"code": "000000"})
    assert "This code is not right." in page.text
    assert not Authenticator.objects.filter(user=person).exists()


def test_a_clerk_with_an_app_shows_it_and_comes_back(west: Portal) -> None:
    person = make_person(west, roles=[Role.CLERK])
    app = App(person)
    browser = client_for(person, west, second_factor=False, seconds_ago=3600)
    page = browser.get("/werk/", follow=True)
    assert page.redirect_chain[-1][0] == "/aanmelden/opnieuw/app/?next=%2Fwerk%2F"
    answer = browser.post(page.redirect_chain[-1][0], {"code": app.code()})
    assert answer.headers["Location"] == "/werk/"
    assert browser.get("/werk/").status_code == 200


def code_in_mail() -> str:
    found = re.search(r"code: (\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def sign_in_by_code(browser: Client, email: str, following: str = "") -> str:
    browser.post("/aanmelden/", {"email": email, "next": following})
    answer = browser.post("/aanmelden/code/", {"code": code_in_mail(), "next": following})
    return str(answer.headers["Location"])


def test_signing_in_asks_for_the_app_of_who_has_one(west: Portal) -> None:
    person = make_person(west, roles=[Role.CLERK])
    app, browser = App(person), client_for(None, west)
    assert sign_in_by_code(browser, str(person.email), "/werk/") == "/aanmelden/tweede-stap/"
    assert browser.get("/mijn/").status_code == 302
    wrong = browser.post("/aanmelden/tweede-stap/", {"code": "000000"})
    assert "This code is not right." in wrong.text
    right = browser.post("/aanmelden/tweede-stap/", {"code": app.code()})
    assert right.headers["Location"] == "/werk/"
    assert browser.get("/werk/").status_code == 200


def test_a_code_of_an_app_works_once(west: Portal) -> None:
    person = make_person(west)
    app = App(person)
    code = app.code()
    for expected in (302, 200):
        browser = client_for(None, west)
        sign_in_by_code(browser, str(person.email))
        assert browser.post("/aanmelden/tweede-stap/", {"code": code}).status_code == expected


def test_a_recovery_code_works_once(west: Portal) -> None:
    person = make_person(west, roles=[Role.CLERK])
    App(person)
    code = recovery_codes_of(person)[3]
    for expected in (302, 200):
        browser = client_for(None, west)
        sign_in_by_code(browser, str(person.email))
        assert browser.post("/aanmelden/tweede-stap/", {"code": code}).status_code == expected
    assert len(recovery_codes_of(person)) == 9


def test_new_recovery_codes_take_the_place_of_old_ones(
    west: Portal, django_capture_on_commit_callbacks: object
) -> None:
    person = make_person(west)
    App(person)
    old = recovery_codes_of(person)
    browser = client_for(person, west)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture
        page = browser.post(url("mfa_view_recovery_codes"))
    new = re.findall(r'class="secret">(\d{8})<', page.text)
    assert len(new) == 10
    assert not set(old) & set(new)
    assert mail.outbox[-1].subject == "Er zijn nieuwe herstelcodes gemaakt"
    # They are shown this one time.
    assert new[0] not in browser.get(url("mfa_view_recovery_codes")).text


def test_without_a_second_factor_there_are_no_recovery_codes(west: Portal) -> None:
    browser = client_for(make_person(west), west)
    assert browser.post(url("mfa_view_recovery_codes")).status_code == 403
    assert "You have none yet" in browser.get(url("mfa_view_recovery_codes")).text


def test_secrets_cannot_be_read_in_the_database_alone(west: Portal) -> None:
    person = make_person(west)
    app = App(person)
    codes = recovery_codes_of(person)
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert app.secret not in kept
    assert not any(code in kept for code in codes)
    with override_settings(IDENTITY_KEYS=["a newer key", "tests-only"]):
        assert recovery_codes_of(person) == codes


def test_removing_the_app_removes_its_recovery_codes_and_ends_other_sessions(
    west: Portal, django_capture_on_commit_callbacks: object
) -> None:
    person = make_person(west)
    App(person)
    recovery_codes_of(person)
    browser, elsewhere = client_for(person, west), client_for(person, west)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture
        assert browser.post(url("mfa_deactivate_totp")).headers["Location"] == url("my_sign_in")
    assert not Authenticator.objects.filter(user=person).exists()
    assert browser.get(url("my_page")).status_code == 200
    assert elsewhere.get(url("my_page")).status_code == 302
    assert mail.outbox[-1].to == [person.email]
    assert Entry.objects.filter(action="identity.app_removed", person_id=person.pk).count() == 1


def test_who_removes_their_second_factor_is_staff_no_longer(west: Portal) -> None:
    browser = client_for(make_person(west, roles=[Role.CLERK]), west, second_factor=False)
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', browser.get(url("mfa_activate_totp")).text)
    assert secret
    browser.post(url("mfa_activate_totp"), {"code": app_code(secret[1])})
    assert browser.get("/werk/").status_code == 200
    browser.post(url("mfa_deactivate_totp"))
    assert browser.get("/werk/").headers["Location"].startswith("/mijn/aanmelden/tweede-stap/")


def test_a_notice_that_cannot_be_sent_undoes_nothing(
    west: Portal, django_capture_on_commit_callbacks: object, caplog: pytest.LogCaptureFixture
) -> None:
    person = make_person(west, email="sam@example.org")
    App(person)
    with post_office() as office:
        office.refuses = {"sam@example.org"}
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture
            answer = client_for(person, west).post(url("mfa_deactivate_totp"))
    assert answer.headers["Location"] == url("my_sign_in")
    assert not Authenticator.objects.filter(user=person).exists()
    assert "safety_notice_failed" in caplog.text
    assert "sam@example.org" not in caplog.text


def test_demo_people_need_no_second_factor_and_only_there(west: Portal) -> None:
    make_person(west, email="griffier@example.org", roles=[Role.CLERK])
    browser = client_for(None, west)
    browser.post("/aanmelden/als/griffier/")
    assert browser.get("/werk/").status_code == 200
    with override_settings(DEMO_SIGN_IN=False):
        assert browser.get("/werk/").status_code == 302


def test_the_second_factor_of_one_is_not_that_of_another(west: Portal) -> None:
    """Also in one session: what somebody showed goes when they sign out."""
    clerk = make_person(west, roles=[Role.CLERK], email="clerk@example.org")
    browser = client_for(make_person(west), west)
    browser.post("/afmelden/")
    sign_in_by_code(browser, str(clerk.email))
    assert browser.get("/werk/").status_code == 302


def test_a_second_factor_counts_at_every_portal(west: Portal) -> None:
    north = make_portal("noord")
    person = make_person(north, roles=[Role.CLERK])
    assert client_for(person, north).get("/werk/").status_code == 200
    assert client_for(person, west).get("/werk/").status_code == 403


@pytest.mark.parametrize("goal", ["https://kwaad.example/", "//kwaad.example/", "javascript:alert(1)"])
def test_the_way_to_a_second_factor_leads_nowhere_else(west: Portal, goal: str) -> None:
    person = make_person(west)
    browser = client_for(person, west)
    for name in ("second_factor", "reauthenticate", "mfa_view_recovery_codes"):
        page = browser.get(url(name), {"next": goal})
        assert "kwaad" not in str(page.headers.get("Location", ""))
        assert f'href="{goal}' not in page.text


def test_everybody_may_have_a_second_factor(west: Portal) -> None:
    person: Person = make_person(west)
    page = client_for(person, west, second_factor=False).get(url("second_factor"))
    assert page.status_code == 200
    assert "still cannot get in without your second step" in page.text
