"""Names and titles as everybody sees them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.plain import one_line
from backend.discussion.rules import as_compared
from backend.identity.models import Person
from backend.identity.services.people import set_profile
from backend.identity.states import Role
from backend.places.models import Portal
from backend.proposals.services.categories import add_category
from tests.builders.people import make_actor

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ingrid \n de  Vries\t", "Ingrid de Vries"),
        # Right-to-left override: shows as "Wim" with the rest of the line turned round.
        ("miW\u202e", "miW"),
        ("In\u200bgrid\u2060 \ufeffde\u00ad Vries", "Ingrid de Vries"),
        ("\u2067Griffier\u2069", "Griffier"),
        # Letters of other languages, marks on them, and a family of four stay whole.
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Zoë Çelik", "Zoë Çelik"),
        ("👨\u200d👩\u200d👧\u200d👦", "👨\u200d👩\u200d👧\u200d👦"),
        ("\u200b\u2066", ""),
    ],
)
def test_what_nobody_sees_is_left_out(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


@given(st.text())
def test_twice_is_the_same_as_once(text: str) -> None:
    assert one_line(one_line(text)) == one_line(text)


def test_nobody_takes_the_name_of_another_with_signs_nobody_sees(west: Portal) -> None:
    actor = make_actor(west)
    set_profile(actor=actor, name="Ing\u200brid\u202e", language="nl", now=NOW)
    assert Person.objects.get(pk=actor.person_id).name == "Ingrid"


def test_no_subject_of_plans_looks_like_another(west: Portal) -> None:
    actor = make_actor(west, Role.CLERK)
    added = add_category(actor=actor, portal=west, name_nl="Wat\u200ber\u202e", name_en="", now=NOW)
    assert (added.name_nl, added.name_en) == ("Water", "Water")


def test_a_repeat_with_signs_nobody_sees_is_a_repeat() -> None:
    assert as_compared("Meer\u200b bankjes") == as_compared("meer bankjes")
