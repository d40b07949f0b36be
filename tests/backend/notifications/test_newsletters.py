"""Newsletters: made of what is public, frozen, sent once to everybody, and readable by all after that."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy
from functools import partial

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from backend.core.due import registered, walk
from backend.core.errors import InvalidInput, NotAllowed, NotFound
from backend.core.tenancy import in_municipality
from backend.identity.models import Person
from backend.identity.states import Role
from backend.notifications.blocks import Item
from backend.notifications.delivery import send as deliver
from backend.notifications.due import queue_newsletter
from backend.notifications.errors import AlreadySent, NewsletterFull
from backend.notifications.models import Block, Message, Newsletter
from backend.notifications.selectors.newsletters import get_newsletter, offers_for
from backend.notifications.services import newsletter_sending
from backend.notifications.services.newsletter_sending import queue_batch, send_newsletter, send_test
from backend.notifications.services.newsletters import (
    MOST_BLOCKS,
    NewsletterWords,
    add_items,
    add_text,
    change_text,
    change_words,
    move_block,
    remove_block,
    start_newsletter,
    throw_newsletter_away,
)
from backend.notifications.services.subscriptions import unsubscribe
from backend.notifications.states import Delivery, NewsletterState
from backend.places.models import Portal
from backend.proposals.models import Outcome, Plan
from backend.proposals.services.plans import withdraw_plan
from backend.proposals.states import PlanState
from tests.builders.newsletters import make_newsletter, make_subscriber, seen_of, send, subscribe_person
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.plans import make_draft, make_meeting, make_plan, make_plan_in, make_rules
from tests.builders.portals import make_portal, system_of, visitor_of
from tests.builders.post_office import post_office
from tests.builders.threads import at_once
from tests.builders.web import client_for, url

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
HOSTILE = '<script>alert(1)</script> "><img src=x onerror=alert(1)> {{ 7|add:7 }} {% now "Y" %}'


def offered(draft: Newsletter, slug: str, *, at: datetime = NOW) -> list[Item]:
    return next(list(offer.items) for offer in offers_for(draft, now=at) if offer.source.slug == slug)


def titles(draft: Newsletter) -> list[str]:
    return list(Block.objects.filter(newsletter=draft).order_by("position").values_list("title", flat=True))


def deliver_all(at: datetime = NOW) -> None:
    for pk in Message.objects.filter(delivery=Delivery.QUEUED).values_list("pk", flat=True):
        deliver(pk, at)


def test_it_goes_to_everybody_who_asked_in_their_own_language(west: Portal) -> None:
    make_subscriber(west, "sam@example.org", language="nl")
    subscribe_person(west, make_person(west, email="kim@example.org", language="en"))
    plan = make_plan(west, at=NOW, votes=2, title="Bankjes langs de kade")
    draft = make_newsletter(west, items=[("plans", plan.public_id)])
    sent = send(draft)
    assert (sent.state, sent.recipients) == (NewsletterState.SENT, 2)
    Message.objects.exclude(template="newsletter").delete()
    deliver_all()
    by_address = {one.to[0]: one for one in mail.outbox}
    english, dutch = str(by_address["kim@example.org"].body), str(by_address["sam@example.org"].body)
    for body in (english, dutch):
        for words in ("Dag buren,", "Bankjes langs de kade", "Zet om de honderd meter", "Bericht 1"):
            assert words in body
        assert f"http://west.localhost:8000/plannen/{plan.public_id}/" in body
        assert f"http://west.localhost:8000/nieuwsbrieven/{draft.public_id}/" in body
        assert "Amsterdam" in body
        assert "14 091" in body
    assert "because you asked Stem van West for it" in english
    assert ("Questions? Call" in english, "Questions? Call" in dutch) == (True, False)
    for one in mail.outbox:
        (address,) = [line for line in str(one.body).split() if "/nieuwsbrief/afmelden/" in line]
        assert one.extra_headers["List-Unsubscribe"] == f"<{address}>"
        assert one.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert one.subject == "Nieuws uit West"


@pytest.mark.parametrize("subscribers", [1, 3])
def test_the_page_to_send_says_to_how_many_it_goes(west: Portal, subscribers: int) -> None:
    for number in range(subscribers):
        make_subscriber(west, f"sam{number}@example.org", at=NOW - timedelta(days=900))
    draft = make_newsletter(west)
    page = client_for(make_person(west, roles=[Role.CLERK]), west).get(
        url("newsletter_send", draft.public_id)
    )
    assert f"goes to {subscribers} subscriber{'s' if subscribers > 1 else ''}." in page.text


def test_while_it_is_prepared_it_says_for_how_many(west: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newsletter_sending, "BATCH", 2)
    for number in range(3):
        make_subscriber(west, f"sam{number}@example.org")
    draft = make_newsletter(west)
    browser = client_for(make_person(west, roles=[Role.CLERK]), west)
    send_newsletter(actor=system_of(west), public_id=draft.public_id, seen=seen_of(draft), now=NOW)
    address = url("newsletter_draft", draft.public_id)
    for _ in range(2):
        assert "It is being prepared for 3 subscribers." in browser.get(address).text
        queue_newsletter(draft.pk, NOW)
    page = browser.get(address).text
    assert "To 3 subscribers." in page
    assert "being prepared" not in page


def test_any_number_is_queued_step_by_step(west: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newsletter_sending, "BATCH", 4)
    for number in range(10):
        make_subscriber(west, f"sam{number}@example.org")
    Message.objects.all().delete()
    draft = make_newsletter(west)
    send_newsletter(actor=system_of(west), public_id=draft.public_id, seen=seen_of(draft), now=NOW)
    make_subscriber(west, "te-laat@example.org", at=NOW + timedelta(seconds=1))
    counts = []
    for _ in range(5):
        queue_newsletter(draft.pk, NOW)
        counts.append(Message.objects.filter(template="newsletter").count())
    assert counts == [4, 8, 10, 10, 10]
    newsletter = Newsletter.objects.get()
    assert (newsletter.state, newsletter.recipients) == (NewsletterState.SENT, 10)


def test_a_step_that_breaks_is_done_again_and_sends_nothing_twice(west: Portal) -> None:
    make_subscriber(west, "sam@example.org")
    draft = make_newsletter(west)
    send(draft)
    # As after a copy of the database was put back.
    Newsletter.objects.update(state=NewsletterState.SENDING, queued_up_to=0)
    queue_newsletter(draft.pk, NOW)
    assert Message.objects.filter(template="newsletter").count() == 1


def test_the_closing_of_a_round_comes_before_a_newsletter(west: Portal) -> None:
    names = [work.name for work in registered()]
    assert {"proposals.close_round", "notifications.newsletters"} <= set(names)
    for number in range(3):
        make_subscriber(west, f"sam{number}@example.org")
    draft = make_newsletter(west)
    send_newsletter(actor=system_of(west), public_id=draft.public_id, seen=seen_of(draft), now=NOW)
    report = walk(NOW)
    assert report.done["notifications.newsletters"] == 1, "one step in one walk, however many wait"


def test_who_unsubscribes_meanwhile_gets_nothing_any_more(west: Portal) -> None:
    by_address, by_account = make_subscriber(west, "sam@example.org"), make_person(west)
    mine = subscribe_person(west, by_account)
    send(make_newsletter(west))
    Message.objects.exclude(template="newsletter").delete()
    for token in (by_address.token, mine.token):
        unsubscribe(actor=visitor_of(west), token=token, now=NOW)
    walk(NOW)
    assert not mail.outbox
    assert not Message.objects.exists(), "nothing is kept of it"


def test_it_is_on_no_page_of_messages_but_in_the_archive(west: Portal) -> None:
    person = make_person(west)
    subscribe_person(west, person)
    newsletter = send(make_newsletter(west))
    browser = client_for(person, west)
    assert "Nieuws uit West" not in browser.get(url("my_messages")).text
    assert "Nieuws uit West" in browser.get(url("newsletters")).text
    assert "Kom je ook?" in browser.get(url("newsletter_page", newsletter.public_id)).text


@pytest.mark.parametrize("who", ["visitor", "resident", "clerk"])
def test_a_draft_leaks_nowhere(west: Portal, who: str) -> None:
    draft = make_newsletter(west, subject="Geheim nieuws")
    roles = [Role.CLERK] if who == "clerk" else []
    browser = client_for(None if who == "visitor" else make_person(west, roles=roles), west)
    assert "Geheim" not in browser.get(url("newsletters")).text
    assert browser.get(url("newsletter_page", draft.public_id)).status_code == 404
    assert ("Geheim" in browser.get(url("newsletter_desk"), follow=True).text) is (who == "clerk")


def test_a_test_goes_to_oneself_alone(west: Portal) -> None:
    make_subscriber(west, "sam@example.org")
    Message.objects.all().delete()
    clerk = make_person(west, email="griffier@example.org", roles=[Role.CLERK], language="en")
    browser = client_for(clerk, west)
    draft = make_newsletter(west)
    browser.post(url("newsletter_test", draft.public_id))
    deliver_all(timezone.now())
    (sent,) = [one for one in mail.outbox if one.subject.startswith("Test")]
    assert {one.to[0] for one in mail.outbox} == {"griffier@example.org"}
    assert sent.subject == "Test: Nieuws uit West"
    assert "Kom je ook?" in str(sent.body)
    assert "List-Unsubscribe" not in sent.extra_headers
    assert Newsletter.objects.get().state == NewsletterState.DRAFT
    throw_newsletter_away(actor=actor_of(clerk, west), public_id=draft.public_id, now=NOW)
    assert Message.objects.get(template="newsletter_test").context["title"] == "Nieuws uit West"


def test_hostile_words_stay_words(west: Portal) -> None:
    make_subscriber(west, "sam@example.org")
    plan = make_plan(west, at=NOW, title=HOSTILE[:120], what=HOSTILE)
    draft = make_newsletter(west, subject=f"{HOSTILE[:60]}", intro=HOSTILE, items=[("plans", plan.public_id)])
    add_text(actor=system_of(west), public_id=draft.public_id, title=HOSTILE, text=HOSTILE, now=NOW)
    clerk = client_for(make_person(west, roles=[Role.CLERK]), west)
    pages = [
        clerk.get(url(name, draft.public_id)).text
        for name in ("newsletter_draft", "newsletter_preview", "newsletter_send", "newsletter_items")
    ]
    send(draft)
    visitor = client_for(None, west)
    pages += [visitor.get(url("newsletters")).text, visitor.get(url("newsletter_page", draft.public_id)).text]
    pages.append(clerk.get(url("newsletter_draft", draft.public_id)).text)
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    deliver_all()
    body = str(mail.outbox[-1].body)
    assert body.count(HOSTILE) >= 2, "in a mail of plain text it is what was typed, and obeyed by nothing"


def test_a_line_break_in_a_subject_adds_no_header(west: Portal) -> None:
    make_subscriber(west, "sam@example.org")
    Message.objects.all().delete()
    for break_ in ("\r\n", "\n", "\u2028", "\x0b"):
        draft = make_newsletter(west, subject=f"Nieuws{break_}Bcc: iedereen@example.org")
        assert draft.subject == "Nieuws Bcc: iedereen@example.org"
    # Also when it got into the table in another way.
    Newsletter.objects.filter(pk=draft.pk).update(subject="Nieuws\r\nBcc: iedereen@example.org")
    send(Newsletter.objects.select_related("portal").get(pk=draft.pk))
    with post_office() as office:
        deliver(Message.objects.get().pk, NOW)
    received = message_from_string(office.received[0], policy=policy.default)
    assert received["Bcc"] is None
    assert received["To"] == "sam@example.org"
    assert received["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_is_picked_is_what_a_visitor_may_see(west: Portal) -> None:
    clerk = make_actor(west, Role.CLERK)
    hidden = make_draft(west, proposer=clerk, at=NOW, title="Mijn concept")
    withdrawn = make_plan_in(west, PlanState.WITHDRAWN, proposer=make_actor(west), at=NOW)
    elsewhere = make_plan(make_portal("noord"), at=NOW, title="Van elders")
    shown = make_plan(west, at=NOW, title="Voor iedereen")
    draft = make_newsletter(west)
    assert [item.title for item in offered(draft, "plans")] == [shown.title]
    for plan in (hidden, withdrawn, elsewhere):
        with pytest.raises(InvalidInput):
            add_items(actor=clerk, public_id=draft.public_id, chosen=[("plans", plan.public_id)], now=NOW)
    for made_up in (("plans", "bestaatniet"), ("geen", "bron"), ("", "")):
        with pytest.raises(InvalidInput):
            add_items(actor=clerk, public_id=draft.public_id, chosen=[made_up], now=NOW)
    assert titles(draft) == ["Bericht 1"]


def test_plans_with_most_votes_and_the_newest_are_offered(west: Portal) -> None:
    loved = make_plan(west, at=NOW, votes=3, title="Geliefd")
    for number in range(12):
        make_plan(west, at=NOW + timedelta(minutes=number + 1), title=f"Plan {number}")
    found = [item.title for item in offered(make_newsletter(west), "plans")]
    assert found[0] == loved.title
    assert "Plan 11" in found
    text = offered(make_newsletter(west), "plans")[0].text
    assert text.startswith("Zet om de honderd meter een bankje.")
    assert "3" in text


def test_secret_totals_are_told_in_no_newsletter(west: Portal) -> None:
    make_rules(west, at=NOW, totals="hidden")
    first = make_plan(west, at=NOW, votes=7, title="Geliefd")
    last = make_plan(west, at=NOW + timedelta(minutes=1), title="Nieuw")
    items = offered(make_newsletter(west), "plans")
    assert [item.reference for item in items] == [last.public_id, first.public_id], "in no order of votes"
    assert "7" not in items[1].text.partition("\n\n")[2].partition(" ")[0]


def test_an_outcome_is_offered_until_it_was_told_however_old(west: Portal) -> None:
    make_plan_in(west, PlanState.DECIDED, proposer=make_actor(west), at=NOW)
    outcome = Outcome.objects.get()
    much_later = NOW + timedelta(days=700)
    draft = make_newsletter(west)
    (item,) = offered(draft, "outcomes", at=much_later)
    assert item.reference == str(outcome.pk)
    assert "Het past." in item.text
    system = system_of(west)
    add_items(actor=system, public_id=draft.public_id, chosen=[("outcomes", item.reference)], now=NOW)
    assert offered(draft, "outcomes", at=much_later) == []
    other = make_newsletter(west)
    assert len(offered(other, "outcomes", at=much_later)) == 1, "a draft told nobody"
    send(draft)
    assert offered(other, "outcomes", at=much_later) == []


def test_meetings_to_come_are_offered(west: Portal) -> None:
    make_meeting(west, starts_at=NOW + timedelta(days=10), at=NOW)
    draft = make_newsletter(west)
    (item,) = offered(draft, "meetings")
    assert "Commissie West" in item.title
    assert "Raadzaal" in item.text
    assert item.address.startswith("/agenda/")
    assert offered(draft, "meetings", at=NOW + timedelta(days=11)) == []


def test_words_are_frozen_and_what_is_withdrawn_goes_out_of_sight(west: Portal) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW, title="Bankjes")
    make_subscriber(west, "sam@example.org")
    early = send(make_newsletter(west, items=[("plans", plan.public_id)]))
    draft = make_newsletter(west, items=[("plans", plan.public_id)])
    Plan.objects.filter(pk=plan.pk).update(title="Iets anders")
    address = url("newsletter_page", early.public_id)
    assert "Bankjes" in client_for(None, west).get(address).text
    withdraw_plan(actor=proposer, public_id=plan.public_id, now=NOW)
    page = client_for(make_person(west), west).get(address).text
    assert "Bankjes" not in page
    assert "1 part is not public any more" in page
    clerk = client_for(make_person(west, roles=[Role.CLERK]), west)
    assert "Bankjes" in clerk.get(url("newsletter_send", draft.public_id)).text
    assert "not public any more" in clerk.get(url("newsletter_send", draft.public_id)).text
    assert "Bankjes" not in clerk.get(url("newsletter_preview", draft.public_id)).text
    deliver_all()
    assert "Bankjes" not in str(mail.outbox[-1].body), "a mail that still waited says it no more"


def test_a_visitor_reads_the_archive_from_store_and_sees_a_withdrawal_at_once(
    west: Portal, django_capture_on_commit_callbacks: object
) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW, title="Bankjes")
    visitor = client_for(None, west)
    assert "No newsletter was sent yet" in visitor.get(url("newsletters")).text
    draft = make_newsletter(west, items=[("plans", plan.public_id)])
    capture = django_capture_on_commit_callbacks
    with capture(execute=True):  # type: ignore[operator]  # a fixture of pytest-django
        newsletter = send(draft)
    assert "Nieuws uit West" in visitor.get(url("newsletters")).text
    address = url("newsletter_page", newsletter.public_id)
    assert "Bankjes" in visitor.get(address).text
    with capture(execute=True):  # type: ignore[operator]  # a fixture of pytest-django
        withdraw_plan(actor=proposer, public_id=plan.public_id, now=NOW)
    assert "Bankjes" not in visitor.get(address).text


@pytest.mark.parametrize("number", [1, 3])
def test_lists_and_pages_cost_the_same_for_one_and_three(
    west: Portal, number: int, django_assert_num_queries: object
) -> None:
    plans = [make_plan(west, at=NOW, title=f"Plan {n}") for n in range(number)]
    for _ in range(number):
        newsletter = send(make_newsletter(west, items=[("plans", plan.public_id) for plan in plans]))
    count = django_assert_num_queries
    # The portal, the newsletter, its parts, and for their one source which of them are public.
    with count(4):  # type: ignore[operator]  # a fixture of pytest-django
        page = client_for(None, west).get(url("newsletter_page", newsletter.public_id))
    assert page.text.count('<section class="panel') == number + 1
    with count(2):  # type: ignore[operator]  # a fixture of pytest-django
        page = client_for(None, west).get(url("newsletters"))
    assert page.text.count("panel stack") == number


def test_parts_are_put_in_order_and_taken_out(west: Portal) -> None:
    draft = make_newsletter(west, texts=3)
    ids = list(Block.objects.order_by("position").values_list("pk", flat=True))
    browser = client_for(make_person(west, roles=[Role.ORGANISER]), west)

    def press(block: int, action: str) -> list[str]:
        browser.post(url("newsletter_block", draft.public_id, block), {"action": action})
        return [title[-1] for title in titles(draft)]

    assert press(ids[2], "up") == ["1", "3", "2"]
    assert press(ids[0], "up") == ["1", "3", "2"]
    assert press(ids[0], "down") == ["3", "1", "2"]
    assert press(ids[1], "down") == ["3", "1", "2"]
    assert press(ids[0], "remove") == ["3", "2"]
    assert browser.post(url("newsletter_block", draft.public_id, ids[0]), {"action": "up"}).status_code == 404
    assert browser.post(url("newsletter_block", draft.public_id, ids[1]), {"action": "x"}).status_code == 422
    other = make_newsletter(west)
    assert (
        browser.post(url("newsletter_block", other.public_id, ids[1]), {"action": "remove"}).status_code
        == 404
    )


def test_a_clerk_makes_one_from_nothing_to_sent(west: Portal) -> None:
    plan = make_plan(west, at=timezone.now(), title="Bankjes")
    subscribe_person(west, make_person(west, email="kim@example.org"), at=NOW - timedelta(days=999))
    browser = client_for(make_person(west, roles=[Role.CLERK]), west)
    refused = browser.post(url("new_newsletter"), {"subject": " ", "intro": "Dag"})
    assert refused.status_code == 422
    to = browser.post(url("new_newsletter"), {"subject": "Nieuws", "intro": "Dag"}).headers["Location"]
    public_id = Newsletter.objects.get().public_id
    assert to == url("newsletter_draft", public_id)
    item = {"item": [f"plans:{plan.public_id}"]}
    for _ in range(2):
        assert browser.post(url("newsletter_items", public_id), item).status_code == 302
    browser.post(url("newsletter_text", public_id), {"title": "Kom", "text": "Tot dan"})
    own = Block.objects.get(source="")
    browser.post(url("change_newsletter_text", public_id, own.pk), {"title": "Kom ook", "text": "Tot dan"})
    browser.post(url("newsletter_words", public_id), {"subject": "Nieuws 2", "intro": "Dag buren"})
    assert titles(Newsletter.objects.get()) == ["Bankjes", "Kom ook"]
    page = browser.get(to).text
    assert "Draft: Nieuws 2" in page
    # A colleague changes it while one looks: what one did not see is not sent.
    looked_at = seen_on(browser, public_id)
    browser.post(url("newsletter_words", public_id), {"subject": "Nieuws 3", "intro": "Dag buren"})
    for missed in (looked_at, "", "gisteren", "9999-99-99"):
        refused = browser.post(url("newsletter_send", public_id), {"gezien": missed})
        assert refused.status_code == 409
        assert "A colleague changed the newsletter meanwhile" in refused.text
        assert "Nieuws 3" in refused.text
        assert "<details open>" in refused.text
        assert "Tot dan" in refused.text
    assert Newsletter.objects.get().state == NewsletterState.DRAFT
    looked_at = seen_on(browser, public_id)
    for _ in range(2):
        pressed = browser.post(url("newsletter_send", public_id), {"gezien": looked_at})
        assert pressed.headers["Location"] == to
    assert "It is being prepared for 1 subscriber." in browser.get(to).text
    assert "It is being prepared." in browser.get(url("newsletter_desk")).text
    queue_newsletter(Newsletter.objects.get().pk, timezone.now())
    deliver_all(timezone.now())
    assert [one.subject for one in mail.outbox if one.to == ["kim@example.org"]] == ["Nieuws 3"]
    assert "To 1 subscriber." in browser.get(to).text
    for name in ("newsletter_words", "newsletter_items", "newsletter_text", "newsletter_away"):
        assert browser.get(url(name, public_id)).status_code == 409, name
    assert browser.post(url("newsletter_words", public_id), {"subject": "X", "intro": "X"}).status_code == 409


def seen_on(browser: Client, public_id: str) -> str:
    """What the page to send a newsletter says of the version that one looks at."""
    found = re.search(r'name="gezien" value="([^"]+)"', browser.get(url("newsletter_send", public_id)).text)
    assert found
    return found.group(1)


def test_what_was_sent_never_changes(west: Portal) -> None:
    draft = make_newsletter(west)
    block = Block.objects.get()
    send(draft)
    act = {"actor": system_of(west), "public_id": draft.public_id, "now": NOW}
    for change in (
        partial(change_words, words=NewsletterWords(subject="X", intro="X")),
        partial(add_text, title="X", text="X"),
        partial(change_text, block_id=block.pk, title="X", text="X"),
        partial(add_items, chosen=[]),
        partial(move_block, block_id=block.pk, by=1),
        partial(remove_block, block_id=block.pk),
        partial(send_test, language="nl"),
        throw_newsletter_away,
        partial(send_newsletter, seen=NOW),
    ):
        with pytest.raises(AlreadySent):
            change(**act)


@pytest.mark.parametrize("role", [None, *Role])
def test_only_the_clerk_and_the_organiser_write(west: Portal, role: Role | None) -> None:
    actor = make_actor(west, *([role] if role else []))
    draft = make_newsletter(west)
    words = NewsletterWords(subject="X", intro="X")
    act = {"actor": actor, "public_id": draft.public_id, "now": NOW}
    block = Block.objects.get()
    jobs = [
        partial(start_newsletter, actor=actor, portal=west, words=words, now=NOW),
        partial(get_newsletter, actor=actor, public_id=draft.public_id),
        partial(change_words, words=words, **act),
        partial(add_text, title="X", text="X", **act),
        partial(move_block, block_id=block.pk, by=1, **act),
        partial(send_test, language="nl", **act),
        partial(remove_block, block_id=block.pk, **act),
        partial(send_newsletter, seen=NOW, **act),
    ]
    if role in {Role.CLERK, Role.ORGANISER}:
        for job in jobs:
            job()
        return
    for job in jobs:
        with pytest.raises(NotAllowed):
            job()


def test_nobody_queues_by_hand_and_nobody_writes_elsewhere(west: Portal) -> None:
    draft, clerk = make_newsletter(west), make_person(west, roles=[Role.CLERK])
    with pytest.raises(NotAllowed):
        queue_batch(actor=actor_of(clerk, west), newsletter_id=draft.pk, now=NOW)
    other = make_portal("noord")
    with in_municipality(other.municipality_id), pytest.raises(NotAllowed):
        get_newsletter(actor=actor_of(clerk, other), public_id=draft.public_id)
    there = make_actor(other, Role.CLERK)
    with pytest.raises(NotFound):
        get_newsletter(actor=there, public_id=draft.public_id)


def test_there_is_room_for_thirty_parts(west: Portal) -> None:
    draft = make_newsletter(west, texts=MOST_BLOCKS)
    with pytest.raises(NewsletterFull):
        add_text(actor=system_of(west), public_id=draft.public_id, title="X", text="X", now=NOW)


def test_an_address_that_is_gone_gets_nothing(west: Portal) -> None:
    person = make_person(west)
    subscribe_person(west, person)
    send(make_newsletter(west))
    Person.objects.filter(pk=person.pk).update(email=None)
    walk(NOW)
    assert not mail.outbox


@pytest.mark.django_db(transaction=True)
def test_eight_who_press_send_at_once_send_it_once(west: Portal) -> None:
    make_subscriber(west, "sam@example.org")
    Message.objects.all().delete()
    draft = make_newsletter(west)
    press = partial(
        send_newsletter, actor=system_of(west), public_id=draft.public_id, seen=seen_of(draft), now=NOW
    )
    answers = at_once([press] * 8, municipality_id=west.municipality_id)
    assert Counter(type(answer) for answer in answers) == {type(None): 1, AlreadySent: 7}
    answers = at_once([partial(queue_newsletter, draft.pk, NOW)] * 8, municipality_id=west.municipality_id)
    assert answers == [None] * 8
    assert Message.objects.count() == 1
    assert Newsletter.objects.get().recipients == 1
