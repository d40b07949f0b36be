"""Nothing is held about anybody that does not stand in the list of what is held."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.utils import timezone

from backend.core import personal_data
from backend.core.retention import Clock
from backend.core.tenancy import in_municipality
from backend.identity.models import Person, RetentionClock
from backend.identity.states import Role
from backend.places.models import Portal
from backend.proposals.services.votes import cast_vote
from tests.builders.clocks import make_clocks
from tests.builders.people import actor_of, make_person
from tests.builders.plans import make_draft, make_plan

# Columns with the number of a person that are no key to it, and two tables that know people inside.
WITHOUT_KEY = {"audit.entry.person_id", "identity.erasure.person_id", "identity.person", "sessions.session"}


def columns_about_people() -> Iterator[str]:
    for model in apps.get_models(include_auto_created=True):
        for field in (*model._meta.fields, *model._meta.many_to_many):
            if field.related_model is Person:
                yield f"{model._meta.label_lower}.{field.name}"


def registered_columns() -> list[str]:
    return [column for held in personal_data.registered() for column in held.columns]


def test_every_column_about_a_person_is_registered() -> None:
    missing = {*columns_about_people(), *WITHOUT_KEY} - set(registered_columns())
    assert not missing, f"Register in a personal_data.py: {sorted(missing)}"


def test_every_registered_column_exists_and_is_registered_once() -> None:
    assert sorted(registered_columns()) == sorted({*columns_about_people(), *WITHOUT_KEY})


def test_a_number_of_a_person_without_a_key_is_noticed_by_its_name() -> None:
    """Whoever adds a bare person number has to say here that it is one."""
    bare = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.fields
        if field.related_model is None and field.name in {"person_id", "user_id", "voter_id", "assistant_id"}
    }
    assert bare <= WITHOUT_KEY


def test_everything_refers_to_a_clock_that_runs(db: None) -> None:
    make_clocks()
    clocks = set(RetentionClock.objects.values_list("purpose", flat=True))
    assert clocks == set(Clock.values)
    assert {str(held.clock) for held in personal_data.registered()} <= clocks


def test_everything_says_in_words_what_it_is_why_and_how_long() -> None:
    for held in personal_data.registered():
        assert all(str(text) for text in (held.label, held.why, held.kept, held.basis.label)), held.slug


@pytest.mark.parametrize("who", ["mine", "other"])
def test_rows_are_of_one_person_only(west: Portal, who: str) -> None:
    now = timezone.now()
    mine = make_person(west, name="Fatima", roles=[Role.CLERK])
    other = make_person(west, name="Joop")
    plan = make_plan(west, proposer=actor_of(mine, west), at=now, title="Plan van Fatima")
    make_draft(west, proposer=actor_of(mine, west), at=now, title="Concept van Fatima")
    with in_municipality(west.municipality_id):
        cast_vote(actor=actor_of(mine, west), public_id=plan.public_id, now=now)
    of_person = mine if who == "mine" else other
    rows = {
        held.slug: [str({str(k): str(v) for k, v in row.items()}) for row in held.rows(of_person.pk)]
        for held in personal_data.registered()
    }
    text = str(rows)
    assert ("Fatima" in text) is (who == "mine")
    assert ("Joop" in text) is (who == "other")
    expected = {"account", "sign_in_means", "proofs", "identity_keys"}
    if who == "mine":
        expected |= {"plans", "votes", "messages", "promises", "roles", "audit"}
    assert {slug for slug, found in rows.items() if found} == expected
