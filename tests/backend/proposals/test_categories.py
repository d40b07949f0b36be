"""Subjects that plans can be about."""

import pytest

from backend.core.errors import InvalidInput, NotAllowed
from backend.identity.states import Role
from backend.places.models import Portal
from backend.proposals.models import Category
from backend.proposals.selectors.plans import list_categories
from backend.proposals.services.categories import add_category
from tests.builders.people import START, actor_of, make_person


def test_a_clerk_adds_a_subject_after_the_others(west: Portal) -> None:
    clerk = actor_of(make_person(west, roles=(Role.CLERK,)), west)
    before = len(list_categories(west))
    added = add_category(actor=clerk, portal=west, name_nl="Water en kade", name_en="", now=START)
    assert added.slug == "water-en-kade"
    assert added.name_en == "Water en kade"
    assert list_categories(west)[before] == added


def test_the_same_subject_twice_is_refused(west: Portal) -> None:
    clerk = actor_of(make_person(west, roles=(Role.CLERK,)), west)
    add_category(actor=clerk, portal=west, name_nl="Water", name_en="Water", now=START)
    with pytest.raises(InvalidInput):
        add_category(actor=clerk, portal=west, name_nl="water", name_en="", now=START)
    assert Category.objects.filter(slug="water").count() == 1


def test_a_resident_adds_no_subject(west: Portal) -> None:
    with pytest.raises(NotAllowed):
        add_category(
            actor=actor_of(make_person(west), west), portal=west, name_nl="Water", name_en="", now=START
        )
