"""What a person and the record are told about a role."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from backend.audit.models import Entry
from backend.identity.services.roles import change_role, end_role, give_role
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.notifications.rendering import words_of
from backend.places.models import Portal
from tests.builders.people import make_person
from tests.builders.roles import NOON, administrator, given

TODAY = date(2027, 1, 12)
A_DAY = timedelta(days=1)


def test_the_person_is_told_in_their_own_language(west: Portal) -> None:
    person = make_person(west, language="en")
    chief = administrator(west)
    assignment = give_role(
        actor=chief,
        person=person,
        role=Role.COUNCILLOR,
        portal=west,
        reason="geheime reden",
        ends_on=TODAY + 30 * A_DAY,
        now=NOON,
    )
    change_role(actor=chief, assignment_id=assignment.pk, ends_on=None, affiliation="", now=NOON + A_DAY)
    end_role(actor=chief, assignment_id=assignment.pk, reason="geheime reden", now=NOON + 2 * A_DAY)
    told = list(Message.objects.filter(person=person).select_related("portal").order_by("created_at"))
    assert [message.template for message in told] == ["role_given", "role_given", "role_ended"]
    words = [words_of(message, language="en") for message in told]
    assert words[0].subject == "You have a role at Stem van West"
    assert "Your role: Councillor" in words[0].body
    assert "from 12 January 2027 up to and including 11 February 2027" in words[0].body
    assert "You have it from 12 January 2027." in words[1].body
    assert words[2].subject == "Your role at Stem van West has ended"
    assert not any("geheime reden" in one.body for one in words)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_its_name_in_the_message(west: Portal, role: Role) -> None:
    assignment = given(west, role, whole=True)
    (message,) = Message.objects.filter(person=assignment.person_id).select_related("portal")
    body = words_of(message, language="en").body
    assert f"Your role: {role.label}" in body
    assert words_of(message, language="en").subject == "You have a role at Amsterdam"


def test_the_record_holds_numbers_and_days_only(west: Portal) -> None:
    chief, person = administrator(west), make_person(west, email="wilhelmina@example.org", name="Wilhelmina")
    assignment = give_role(
        actor=chief,
        person=person,
        role=Role.CLERK,
        portal=west,
        reason="Omdat",
        affiliation="Partij",
        now=NOON,
    )
    change_role(actor=chief, assignment_id=assignment.pk, ends_on=TODAY, affiliation="Club", now=NOON)
    end_role(actor=chief, assignment_id=assignment.pk, reason="Daarom", now=NOON)
    rows = list(Entry.objects.filter(person_id=chief.person_id).order_by("pk"))
    assert [row.action for row in rows] == [
        "identity.role_given",
        "identity.role_changed",
        "identity.role_ended",
    ]
    assert {row.roles for row in rows} == {"administrator"}
    assert {row.target_id for row in rows} == {assignment.pk}
    assert {row.details["person"] for row in rows} == {person.pk}
    text = str([row.details for row in rows])
    assert not any(word in text for word in ("Omdat", "Daarom", "Partij", "Club", "ilhelmina"))
