"""Messages are queued once, in the channel each person chose, and read in their own language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import translation

from backend.core.errors import NotAllowed
from backend.identity.models import Person
from backend.notifications.due import messages_to_send
from backend.notifications.models import Message
from backend.notifications.rendering import words_of
from backend.notifications.selectors import choices_of, count_unread, visible_messages
from backend.notifications.services import Notice, choose, mark_read, notify, queueing
from backend.notifications.states import CHOICES, Choice, Delivery, Kind
from backend.places.models import Portal
from tests.builders.people import actor_of, make_person
from tests.builders.portals import make_portal, visitor_of
from tests.builders.web import client_for

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
WON = Notice(
    kind=Kind.PLANS,
    template="plan_won",
    subject="plan:1",
    context={"title": "Bankjes", "address": "/plannen/abc/", "round": 3},
)


def test_the_same_news_is_queued_once_and_new_news_again(west: Portal) -> None:
    people = [make_person(west).pk for _ in range(3)]
    assert notify(portal=west, people=people, notice=WON, now=NOW) == 3
    notify(portal=west, people=[*people, make_person(west).pk], notice=WON, now=NOW + timedelta(days=1))
    assert Message.objects.count() == 4
    newer = Notice(kind=Kind.PLANS, template="plan_won", subject="plan:1", version="2", context=WON.context)
    notify(portal=west, people=people, notice=newer, now=NOW)
    assert Message.objects.count() == 7


def test_any_number_of_people_is_queued_in_batches(west: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "BATCH", 4)
    people = [make_person(west, verified=False).pk for _ in range(10)]
    assert notify(portal=west, people=iter(people), notice=WON, now=NOW) == 10
    assert set(Message.objects.values_list("person_id", flat=True)) == set(people)


def test_each_hears_in_the_channel_they_chose(west: Portal) -> None:
    by_default, on_page, by_mail, no_address = (make_person(west) for _ in range(4))
    choose(actor=actor_of(on_page, west), kind=Kind.PLANS, choice=Choice.PAGE, now=NOW)
    choose(actor=actor_of(by_mail, west), kind=Kind.PLANS, choice=Choice.PAGE, now=NOW)
    choose(actor=actor_of(by_mail, west), kind=Kind.PLANS, choice=Choice.AT_ONCE, now=NOW)
    Person.objects.filter(pk=no_address.pk).update(email=None)
    people = [by_default.pk, on_page.pk, by_mail.pk, no_address.pk]
    notify(portal=west, people=people, notice=WON, now=NOW)
    found = dict(Message.objects.values_list("person_id", "delivery"))
    assert found == {
        by_default.pk: Delivery.QUEUED,
        on_page.pk: Delivery.ON_PAGE,
        by_mail.pk: Delivery.QUEUED,
        no_address.pk: Delivery.ON_PAGE,
    }
    assert choices_of(actor_of(on_page, west))[Kind.PLANS] == Choice.PAGE
    assert choices_of(actor_of(by_default, west))[Kind.PLANS] == Choice.AT_ONCE
    assert len(list(messages_to_send(NOW))) == 2


def test_visitors_choose_nothing_and_have_no_messages(west: Portal) -> None:
    with pytest.raises(NotAllowed):
        choose(actor=visitor_of(west), kind=Kind.PLANS, choice=Choice.PAGE, now=NOW)
    with pytest.raises(NotAllowed):
        visible_messages(visitor_of(west))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_words_are_in_the_language_of_the_reader(west: Portal, language: str) -> None:
    person = make_person(west, language=language)
    notify(portal=west, people=[person.pk], notice=WON, now=NOW)
    words = words_of(Message.objects.get(), language=language)
    with translation.override(language):
        expected = translation.gettext("“%(title)s” won and goes to the committee") % {"title": "Bankjes"}
    assert words.subject == expected
    assert "http://west.localhost:8000/plannen/abc/" in words.body
    assert "http://west.localhost:8000/mijn/instellingen/" in words.body
    assert "14 091" in words.body


def test_ones_messages_are_of_oneself_and_of_this_portal(west: Portal) -> None:
    me, other, elsewhere = make_person(west), make_person(west), make_portal("noord")
    notify(portal=west, people=[me.pk, other.pk], notice=WON, now=NOW)
    notify(
        portal=elsewhere,
        people=[me.pk],
        notice=Notice(kind=Kind.PLANS, template="plan_won", subject="plan:2", context=WON.context),
        now=NOW,
    )
    mine = actor_of(me, west)
    assert [(m.person_id, m.portal_id) for m in visible_messages(mine)] == [(me.pk, west.pk)]
    assert count_unread(mine) == 1
    mark_read(actor=mine, now=NOW)
    assert count_unread(mine) == 0
    assert count_unread(actor_of(me, elsewhere)) == 1
    assert count_unread(actor_of(other, west)) == 1


def test_settings_are_kept_and_nothing_is_sent_for_it(west: Portal) -> None:
    person = make_person(west)
    browser = client_for(person, west)
    on_page = {kind.value: "page" for kind in CHOICES}
    response = browser.post("/mijn/instellingen/", {"name": " Sam ", "language": "en", **on_page})
    assert response.status_code == 302
    person.refresh_from_db()
    assert (person.name, person.language) == ("Sam", "en")
    assert choices_of(actor_of(person, west)) == dict.fromkeys(CHOICES, Choice.PAGE)
    refused = browser.post("/mijn/instellingen/", {"name": "S" * 81, "language": "en", **on_page})
    assert refused.status_code == 422
    refused = browser.post(
        "/mijn/instellingen/", {"name": "S" * 81, "language": "en", **on_page, "plans": "duif"}
    )
    assert refused.status_code == 422
    assert "S" * 81 in refused.text
    assert not mail.outbox


def test_messages_are_on_ones_page_and_looking_marks_nothing(west: Portal) -> None:
    person = make_person(west)
    notify(portal=west, people=[person.pk], notice=WON, now=NOW)
    browser = client_for(person, west)
    assert "“Bankjes” won" in browser.get("/mijn/berichten/").text
    assert count_unread(actor_of(person, west)) == 1
    browser.post("/mijn/berichten/")
    assert count_unread(actor_of(person, west)) == 0
    assert "Bankjes" not in client_for(make_person(west), west).get("/mijn/berichten/").text


def test_sent_mail_is_on_no_page_but_of_an_installation_for_trying_out(west: Portal) -> None:
    assert client_for(None, west).get("/mail/").status_code == 404
