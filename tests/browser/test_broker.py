"""Signing in and proving where one lives at a real provider, in a real browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as django_settings
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from backend.core.tenancy import in_municipality
from backend.identity.brokers import Broker, broker_from
from backend.identity.demo import demo_person
from backend.identity.models import Person, ResidencyProof
from backend.identity.states import Origin, ProofKind
from backend.places.models import Portal
from backend.proposals.models import Plan
from tests.builders.brokers import map_postcodes
from tests.builders.hostile_provider import CLAIM_NAMES, LEVELS
from tests.builders.people import make_actor
from tests.builders.plans import make_plan

from .conftest import NewVisitor
from .site import Site, aside
from .test_pages import AXE, SMALLEST, TOO_WIDE, _violations
from .visitors import Visitor, mailed_code

PATIENCE = 30


@pytest.fixture(scope="module")
def broker(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """allauth's own provider, in a process of its own."""
    folder: Path = tmp_path_factory.mktemp("provider")
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.providers.serve",
            f"http://*.localhost:{site.port}/aanmelden/via/digid/terug/",
        ],
        cwd=django_settings.ROOT,
        env={**os.environ, "PROVIDER_FOLDER": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port.isdigit(), "The provider did not start."
            yield broker_from(
                {
                    "id": "digid",
                    "municipality": "GM0363",
                    "name": "DigiD",
                    "issuer": f"http://127.0.0.1:{port}",
                    "client_id": "meebeslissen",
                    "client_secret": "tests-only-tests-only",
                    "acr_values": LEVELS,
                    "minimum_acr": "midden",
                    "claims": CLAIM_NAMES,
                    "proves_residency": True,
                },
                may_be_loopback=True,
            )
        finally:
            process.terminate()
            process.wait(PATIENCE)


@pytest.fixture(autouse=True)
def connected(broker: Broker, portal: Portal, settings: Any) -> Iterator[None]:
    """The people of the provider are nobody here yet."""
    cache.clear()
    settings.BROKERS = [broker]
    aside(map_postcodes, portal)
    yield
    aside(_forget_who_came)


def _forget_who_came() -> None:
    SocialAccount.objects.all().delete()
    Person.objects.filter(origin=Origin.BROKER).delete()
    ResidencyProof.objects.all_municipalities().filter(kind=ProofKind.BROKER).delete()


@pytest.fixture
def plan(portal: Portal) -> Plan:
    now = timezone.now()
    return aside(
        lambda: make_plan(portal, proposer=make_actor(portal, at=now), at=now, title="Een pannakooi")
    )


def be_there(visitor: Visitor, name: str) -> None:
    """Say at the provider who one is."""
    expect(visitor.page.get_by_role("heading", name="Who are you?")).to_be_visible()
    visitor.page.get_by_role("link", name=name, exact=True).click()
    visitor.page.wait_for_url(re.compile(r"^http://[^/]+\.localhost:"))


def kinds_of_proof(portal: Portal, person: Person | None = None) -> list[str]:
    def read() -> list[str]:
        with in_municipality(portal.municipality_id):
            proofs = ResidencyProof.objects.filter(district_id=portal.district_id, kind=ProofKind.BROKER)
            return [proof.kind for proof in (proofs.filter(person=person) if person else proofs)]

    return aside(read)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_newcomer_votes_and_the_vote_counts_at_once(visit: NewVisitor, plan: Plan, scripts: bool) -> None:
    """No address, no password, no code: the vote, the broker, and back at the vote."""
    noor = visit(scripts=scripts)
    noor.go(f"/plannen/{plan.public_id}/")
    noor.button("Vote for this plan").click()
    noor.button("Sign in with DigiD").click()
    be_there(noor, "Noor")
    expect(noor.page).to_have_url(re.compile(f"/plannen/{plan.public_id}/stem/$"))
    expect(noor.page.get_by_text("You have shown with DigiD that you live here.")).to_be_visible()
    noor.button("Vote for this plan").click()
    expect(noor.page.locator("#stem")).to_contain_text("Your vote counts.")
    noor.go("/mijn/stem-telt/")
    expect(noor.page.get_by_text("You have shown that you live here")).to_be_visible()
    expect(noor.page.locator("body")).not_to_contain_text("123456782")
    expect(noor.page.locator("body")).not_to_contain_text("Vos")
    # Only the broker was asked besides us, and nothing in the page asked it.
    assert noor.watch.strangers() <= {"127.0.0.1"}


def test_a_second_visit_is_the_same_person(visit: NewVisitor, plan: Plan) -> None:
    first, second = visit(), visit()
    for noor in (first, second):
        noor.go(f"/aanmelden/?next=/plannen/{plan.public_id}/stem/")
        noor.button("Sign in with DigiD").click()
        be_there(noor, "Noor")
        if noor is first:
            noor.button("Vote for this plan").click()
    expect(second.button("Take my vote back")).to_be_visible()
    expect(second.page.locator("#stem")).to_contain_text("1 vote")


def test_who_is_signed_in_proves_where_they_live(visit: NewVisitor, portal: Portal, plan: Plan) -> None:
    sam = visit().be("nieuw")
    sam.go(f"/plannen/{plan.public_id}/stem/")
    sam.button("Vote for this plan").click()
    expect(sam.page.locator("#stem")).to_contain_text("Your vote is kept, but does not count yet.")
    sam.go("/mijn/stem-telt/")
    sam.button("Prove with DigiD where you live").click()
    be_there(sam, "Omar")
    expect(sam.page.get_by_text("You have shown with DigiD that you live here.")).to_be_visible()
    assert kinds_of_proof(portal, aside(demo_person, "nieuw")) == ["broker"]
    sam.go(f"/plannen/{plan.public_id}/")
    expect(sam.page.locator("#stem")).to_contain_text("Your vote counts.")


def test_a_second_account_of_one_person_does_not_count(visit: NewVisitor, portal: Portal) -> None:
    for number, email in enumerate(("een@example.org", "twee@example.org")):
        visitor = visit()
        visitor.go("/aanmelden/?next=/mijn/stem-telt/")
        visitor.page.locator("[name=email]").fill(email)
        visitor.button("Send me a code").click()
        visitor.page.locator("[name=code]").fill(mailed_code(email))
        visitor.button("Sign in").click()
        visitor.button("Prove with DigiD where you live").click()
        be_there(visitor, "Noor")
        if number:
            expect(visitor.heading("It did not work with DigiD")).to_be_visible()
            expect(visitor.page.get_by_text("You took part here before with another account")).to_be_visible()
            assert _is_fine(visitor)
            visitor.page.get_by_role("link", name="See how else you can make your votes count").click()
            expect(visitor.heading("Come to the counter")).to_be_visible()
    assert kinds_of_proof(portal) == ["broker"]


@pytest.mark.parametrize(
    ("who", "heading", "said"),
    [
        ("Stop", "You stopped at DigiD", "Nothing was changed. You can try again"),
        ("Lars", "It did not work with DigiD", "in a way that is not sure enough for this"),
    ],
)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_who_does_not_get_in_reads_why_and_what_to_do(
    visit: NewVisitor, portal: Portal, who: str, heading: str, said: str, language: str
) -> None:
    visitor = visit(language=language)
    visitor.go("/aanmelden/")
    visitor.page.locator("form[action='/aanmelden/via/digid/'] button").click()
    be_there(visitor, who)
    if language == "en":
        expect(visitor.heading(heading)).to_be_visible()
        expect(visitor.page.locator("main")).to_contain_text(said)
    assert _is_fine(visitor)
    visitor.page.locator("form[action='/aanmelden/via/digid/'] button").click()
    # The broker knows them still, and asks again all the same.
    expect(visitor.page.get_by_role("heading", name="Who are you?")).to_be_visible()


def test_who_lives_elsewhere_is_signed_in_and_reads_why_votes_do_not_count(
    visit: NewVisitor, plan: Plan
) -> None:
    eva = visit()
    eva.go(f"/aanmelden/?next=/plannen/{plan.public_id}/")
    eva.button("Sign in with DigiD").click()
    be_there(eva, "Eva")
    expect(eva.heading("You are signed in, but your votes do not count yet")).to_be_visible()
    expect(eva.page.locator("main")).to_contain_text("Your address is not in the area of this site.")
    assert _is_fine(eva)
    eva.button("Go on").click()
    expect(eva.heading("Een pannakooi")).to_be_visible()


def test_the_page_on_the_way_there_works_by_itself_and_with_its_button(visit: NewVisitor) -> None:
    """A browser that is told to stay shows it: with a link for browsers that never go on by themselves."""
    slow = visit()
    slow.context.route(re.compile(r"^http://127\.0\.0\.1:"), lambda route: route.fulfill(status=204))
    slow.go("/aanmelden/")
    slow.button("Sign in with DigiD").click()
    expect(slow.heading("You go on to DigiD")).to_be_visible()
    assert _is_fine(slow)
    slow.context.unroute_all()
    slow.button("Go to DigiD").click()
    be_there(slow, "Noor")
    expect(slow.page.get_by_text("You have shown with DigiD that you live here.")).to_be_visible()


def test_going_back_from_the_broker_leads_to_the_button(visit: NewVisitor) -> None:
    noor = visit()
    noor.go("/aanmelden/")
    noor.button("Sign in with DigiD").click()
    expect(noor.page.get_by_role("heading", name="Who are you?")).to_be_visible()
    noor.page.go_back()
    noor.page.wait_for_load_state()
    expect(noor.page).to_have_url(re.compile(r"/aanmelden/"))


def test_the_pages_with_buttons_are_fine(visit: NewVisitor) -> None:
    sam = visit()
    sam.go("/aanmelden/")
    assert _is_fine(sam)
    sam.be("nieuw").go("/mijn/stem-telt/")
    assert _is_fine(sam)


def _is_fine(visitor: Visitor) -> bool:
    """Accessible, with one heading, and no wider than the smallest phone."""
    assert visitor.page.locator("h1").count() == 1
    assert _violations(visitor.page, AXE.read_text()) == []
    visitor.page.set_viewport_size(SMALLEST)
    assert visitor.page.evaluate(TOO_WIDE) == []
    return True
