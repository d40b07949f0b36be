"""From a list to a vote that counts: with the keyboard alone, and without scripts."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path

import pypdf
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from backend.core.due import walk
from backend.places.models import Portal
from tests.builders.letters import CODE, codes_of, make_letters, people_csv
from tests.builders.people import make_actor
from tests.builders.plans import make_plan

from .conftest import NewVisitor
from .hands import Hands, Keyboard, Mouse
from .site import aside
from .visitors import Visitor

TITLE = "Meer bankjes langs de kade"


@dataclass(frozen=True)
class Manner:
    name: str
    hands: Hands
    scripts: bool


# Every test has its own people: who has a letter from one portal of a municipality gets none from another.
MANNERS = [Manner("keyboard", Keyboard(), True), Manner("no-scripts", Mouse(), False)]


@pytest.mark.parametrize("manner", MANNERS, ids=lambda manner: manner.name)
def test_a_list_becomes_votes(visit: NewVisitor, portal: Portal, manner: Manner, tmp_path: Path) -> None:
    path = aside(_plan_of, portal)
    file = tmp_path / "inwoners.csv"
    file.write_text(people_csv(3, first=MANNERS.index(manner) * 10 + 2_000) + ";Bas;;;;;;\n")
    organiser = visit(scripts=manner.scripts).be("organisator")
    codes = _print_letters(organiser, manner.hands, file)
    assert len(set(codes)) == 3
    resident = visit(scripts=manner.scripts)
    _vote_with(resident, manner.hands, path, codes[0])
    stranger = visit(scripts=manner.scripts)
    stranger.go("/brief/")
    manner.hands.write(stranger.page.locator("[name=code]"), codes[0])
    manner.hands.press(stranger.button("Use this code"))
    expect(stranger.page.locator(".error-summary")).to_contain_text("This code was used already.")
    expect(stranger.page.locator("[name=code]")).to_have_value(codes[0])


def test_the_square_on_a_letter_fills_in_the_code_and_leaves_no_trace(
    visit: NewVisitor, portal: Portal
) -> None:
    code = aside(_code_of, portal)
    resident = visit()
    resident.go(f"/brief/#{code}")
    expect(resident.page.locator("[name=code]")).to_have_value(code)
    expect(resident.page).to_have_url(re.compile(r"/brief/$"))
    assert not [request.url for request in resident.watch.requests if code in request.url.partition("#")[0]]
    resident.button("Use this code").click()
    expect(resident.page.get_by_text("You can vote now.")).to_be_visible()


def _plan_of(portal: Portal) -> str:
    now = timezone.now()
    plan = make_plan(portal, proposer=make_actor(portal, at=now), at=now, title=TITLE)
    return f"/plannen/{plan.public_id}/"


def _code_of(portal: Portal) -> str:
    run, _codes = make_letters(portal, at=timezone.now(), content=people_csv(1, first=3_000))
    return codes_of(run)[0]


def _print_letters(organiser: Visitor, hands: Hands, file: Path) -> list[str]:
    """From the desk to the file, looking again by hand."""
    page = organiser.page
    organiser.go("/werk/")
    hands.press(organiser.button("Letters"))
    hands.press(organiser.button("Send in a list"))
    hands.attach(page.locator("[name=file]"), file)
    hands.write(page.locator("[name=name]"), "Inwoners")
    hands.tick(page.get_by_label("A person, with name and date of birth"))
    hands.press(organiser.button("Send in this list"))
    expect(organiser.heading("Which column is what?")).to_be_visible()
    hands.press(organiser.button("Check the list"))
    expect(page.get_by_role("progressbar")).to_be_visible()
    aside(walk, timezone.now())
    hands.press(organiser.button("Look again"))
    expect(page.locator("main")).to_contain_text("Row 5, Surname: Nothing is filled in here")
    hands.press(organiser.button("Import 3 rows"))
    hands.press(organiser.button("Have letters printed"))
    hands.press(organiser.button("Make the letters"))
    expect(page.get_by_role("progressbar")).to_be_visible()
    aside(walk, timezone.now())
    hands.press(organiser.button("Look again"))
    with page.expect_download() as fetching:
        hands.press(organiser.button("Fetch the file to print"))
    pdf = pypdf.PdfReader(io.BytesIO(Path(fetching.value.path()).read_bytes()))
    return [CODE.findall(page.extract_text())[0] for page in pdf.pages]


def _vote_with(resident: Visitor, hands: Hands, path: str, code: str) -> None:
    page = resident.page
    resident.go(path)
    hands.press(resident.button("Vote for this plan"))
    hands.press(page.get_by_role("link", name="I have a letter with a code"))
    hands.write(page.locator("[name=code]"), code.lower())
    hands.press(resident.button("Use this code"))
    expect(page.get_by_text("You can vote now.")).to_be_visible()
    hands.press(resident.button("Vote for this plan"))
    expect(page.locator("#stem")).to_contain_text("Your vote counts.")
    expect(page.locator("#stem")).to_contain_text("1 vote")
