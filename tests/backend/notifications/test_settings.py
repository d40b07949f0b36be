"""The page where people choose how and where they hear from us."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from backend.audit.models import Entry
from backend.core.errors import NotAllowed
from backend.identity.models import Person
from backend.identity.states import Role
from backend.notifications.models import ContactDetails, Message
from backend.notifications.rules import Details, possible_choice
from backend.notifications.selectors import choices_of, count_by_channel, details_of, people_told_by
from backend.notifications.services import choose, keep_settings
from backend.notifications.states import CHOICES, Channel, Choice, Kind
from backend.places.models import Portal
from tests.builders.outbox import tell
from tests.builders.people import actor_of, make_person
from tests.builders.web import client_for

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
PAGE = "/mijn/instellingen/"
HERE = {
    "contact_name": "Sam de Vries",
    "street": "Kinkerstraat 12-3",
    "postcode": "1055tk",
    "city": "Amsterdam",
    "telephone": "06 12 34 56 78",
}


def filled_in(**changes: str) -> dict[str, str]:
    of_resident = [kind.value for kind in CHOICES if kind != Kind.WORK]
    return {"name": "", "language": "en"} | dict.fromkeys(of_resident, "at_once") | changes


def test_each_kind_has_its_own_choice_and_details_are_kept(west: Portal) -> None:
    person = make_person(west)
    browser = client_for(person, west)
    said = filled_in(answers="call", plans="weekly", discussion="letter", **HERE)
    assert browser.post(PAGE, said).status_code == 302
    mine = actor_of(person, west)
    assert choices_of(mine) == {
        Kind.ANSWERS: Choice.CALL,
        Kind.PLANS: Choice.WEEKLY,
        Kind.DISCUSSION: Choice.LETTER,
        Kind.WORK: Choice.AT_ONCE,
    }
    assert details_of(mine) == Details(
        "Sam de Vries", "Kinkerstraat 12-3", "1055 TK", "Amsterdam", "06 12 34 56 78"
    )
    page = browser.get(PAGE).text
    assert 'value="Kinkerstraat 12-3"' in page
    on_record = Entry.objects.filter(person_id=person.pk, action__startswith="notifications.")
    assert on_record.count() == 4
    assert "Kinkerstraat" not in str(list(on_record.values()))
    browser.post(PAGE, said)
    assert on_record.count() == 4, "nothing changed, so nothing is on record"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"answers": "letter"}, "contact_name"),
        ({"answers": "letter", **HERE, "street": " "}, "street"),
        ({"answers": "call", **HERE, "telephone": ""}, "telephone"),
        ({**HERE, "postcode": "12345"}, "postcode"),
        ({**HERE, "telephone": "bel maar"}, "telephone"),
        ({**HERE, "telephone": "06\r\nBcc: x"}, "telephone"),
    ],
)
def test_what_has_nowhere_to_go_is_said_at_the_field_and_nothing_is_lost(
    west: Portal, changes: dict[str, str], field: str
) -> None:
    person = make_person(west)
    answer = client_for(person, west).post(PAGE, filled_in(name="Sam", **changes))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert 'value="Sam"' in answer.text
    assert set(choices_of(actor_of(person, west)).values()) == {Choice.AT_ONCE}
    assert not ContactDetails.objects.exists()
    person.refresh_from_db()
    assert person.name == ""


def test_details_go_when_they_are_taken_out_and_not_while_they_are_needed(west: Portal) -> None:
    person = make_person(west)
    browser = client_for(person, west)
    browser.post(PAGE, filled_in(answers="letter", **HERE))
    assert browser.post(PAGE, filled_in(answers="letter")).status_code == 422
    assert browser.post(PAGE, filled_in()).status_code == 302
    assert not ContactDetails.objects.exists()


def test_about_their_account_and_by_call_about_plans_nobody_can_choose(west: Portal) -> None:
    mine = actor_of(make_person(west), west)
    for kind, choice in ((Kind.ACCOUNT, Choice.PAGE), (Kind.PLANS, Choice.CALL), (Kind.WORK, Choice.LETTER)):
        with pytest.raises(NotAllowed):
            choose(actor=mine, kind=kind, choice=choice, now=NOW)
    answer = client_for(make_person(west), west).post(PAGE, filled_in(plans="call", **HERE))
    assert answer.status_code == 422


def test_work_is_a_choice_for_who_has_a_role(west: Portal) -> None:
    resident, clerk = make_person(west), make_person(west, roles=[Role.CLERK])
    assert 'name="work"' not in client_for(resident, west).get(PAGE).text
    assert 'name="work"' in client_for(clerk, west).get(PAGE).text


def test_an_assistant_fills_it_in_for_somebody_without_seeing_their_address(west: Portal) -> None:
    person = make_person(west, email="sam@example.org")
    helper = make_person(west, roles=[Role.ASSISTANT])
    browser = client_for(helper, west)
    said = {"card_number": person.card_number, "channel": "phone", "asked": "on"}
    assert browser.post("/werk/helpen/", said).status_code == 302
    page = browser.get("/mijn/bereikbaar/")
    assert page.status_code == 200
    assert "sam@example.org" not in page.text
    assert 'name="work"' not in page.text
    answer = browser.post("/mijn/bereikbaar/", filled_in(answers="call", **HERE))
    assert answer.status_code == 302, answer.context["form"].errors
    assert choices_of(actor_of(person, west))[Kind.ANSWERS] == Choice.CALL
    (entry,) = Entry.objects.filter(action="notifications.contact_details_changed")
    assert (entry.person_id, entry.details["assistant"]) == (person.pk, helper.pk)


def test_a_message_goes_the_way_that_was_chosen_for_its_kind(west: Portal) -> None:
    person = make_person(west)
    mine = actor_of(person, west)
    keep_settings(
        actor=mine,
        choices={Kind.ANSWERS: Choice.CALL, Kind.PLANS: Choice.LETTER, Kind.DISCUSSION: Choice.DAILY},
        details=Details(**HERE),
        now=NOW,
    )
    found = {
        kind: tell(west, person, kind=kind, title=kind.value, at=NOW)[0]
        for kind in (Kind.ANSWERS, Kind.PLANS, Kind.DISCUSSION, Kind.WORK, Kind.ACCOUNT)
    }
    assert {kind: (message.channel, message.cadence) for kind, message in found.items()} == {
        Kind.ANSWERS: (Channel.CALL, ""),
        Kind.PLANS: (Channel.LETTER, ""),
        Kind.DISCUSSION: (Channel.EMAIL, "daily"),
        Kind.WORK: (Channel.EMAIL, ""),
        Kind.ACCOUNT: (Channel.EMAIL, ""),
    }
    Person.objects.filter(pk=person.pk).update(email=None)
    (later,) = tell(west, person, kind=Kind.DISCUSSION, title="later", at=NOW)
    assert later.channel == Channel.PAGE


@pytest.mark.parametrize(
    ("chosen", "at_once", "ways", "done"),
    [
        (Choice.LETTER, False, "mail address", Choice.LETTER),
        (Choice.LETTER, False, "mail", Choice.AT_ONCE),
        (Choice.LETTER, False, "", Choice.PAGE),
        (Choice.CALL, True, "telephone", Choice.CALL),
        (Choice.CALL, False, "mail address", Choice.AT_ONCE),
        (Choice.DAILY, False, "mail", Choice.DAILY),
        (Choice.DAILY, True, "mail", Choice.AT_ONCE),
        (Choice.PAGE, True, "mail", Choice.AT_ONCE),
        (Choice.PAGE, True, "address", Choice.PAGE),
    ],
)
def test_a_choice_that_cannot_be_done_becomes_another(
    chosen: Choice, at_once: bool, ways: str, done: Choice
) -> None:
    assert done == possible_choice(
        chosen,
        at_once=at_once,
        has_mail="mail" in ways,
        has_address="address" in ways,
        has_telephone="telephone" in ways,
    )


@pytest.mark.parametrize("choice", list(Choice))
@pytest.mark.parametrize("ways", ["mail", "mail address", "mail telephone", "", "address", "telephone"])
def test_who_is_told_in_which_channel_is_known_before(west: Portal, choice: Choice, ways: str) -> None:
    """The database and the rules say the same, whatever somebody chose and however they can be reached."""
    person = make_person(west)
    ContactDetails.objects.create(
        person=person,
        name="Sam",
        street="Kade 1" if "address" in ways else "",
        postcode="1055 TK",
        city="Amsterdam",
        telephone="0612345678" if "telephone" in ways else "",
    )
    if "mail" not in ways:
        Person.objects.filter(pk=person.pk).update(email=None)
    choose(actor=actor_of(person, west), kind=Kind.ANSWERS, choice=choice, now=NOW)
    everybody = Person.objects.filter(pk=person.pk).values("pk")
    known = count_by_channel(Kind.ANSWERS, everybody)
    (message,) = tell(west, person, kind=Kind.ANSWERS, at=NOW)
    assert known == {Channel(Message.objects.get(pk=message.pk).channel): 1}
    for channel in Channel:
        told = people_told_by(Kind.ANSWERS, [channel]).filter(pk=person.pk).exists()
        assert told is (channel in known)
