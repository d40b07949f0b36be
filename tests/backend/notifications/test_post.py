"""Messages by letter: printed together, told only once they are posted, and sometimes back again."""

from __future__ import annotations

import io
import stat
from datetime import UTC, datetime, timedelta

import pypdf
import pytest

from backend.audit.models import Entry
from backend.core.due import walk
from backend.core.errors import InvalidInput, NotAllowed, NotFound
from backend.identity.models import Person
from backend.identity.states import Role
from backend.notifications.errors import MessageSettled
from backend.notifications.events import MessageDelivered, MessageNotDelivered
from backend.notifications.models import Message, PostBatch
from backend.notifications.retention import old_batches, remove_batches
from backend.notifications.rules import Details
from backend.notifications.services import choose, keep_settings
from backend.notifications.services.post import (
    ask_for_batch,
    fetch_letters,
    file_of,
    print_batch,
    say_posted,
    say_returned,
)
from backend.notifications.states import Channel, Choice, Delivery, Kind
from backend.places.models import Portal
from tests.builders.outbox import announced, at_work, give_details, heard, tell
from tests.builders.people import actor_of, make_person
from tests.builders.portals import make_portal
from tests.builders.threads import at_once
from tests.builders.web import client_for

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
HOSTILE = '#panic("x") $a$ *b* <i>c</i>'


def by_letter(portal: Portal, *, title: str = "Bankjes", language: str = "nl") -> Message:
    person = make_person(portal, language=language)
    give_details(person, street="Kinkerstraat 12-3")
    choose(actor=actor_of(person, portal), kind=Kind.ANSWERS, choice=Choice.LETTER, now=NOW)
    return tell(portal, person, kind=Kind.ANSWERS, title=title, at=NOW)[0]


def now_of(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def printed(portal: Portal) -> PostBatch:
    batch = ask_for_batch(actor=at_work(portal, Role.ORGANISER), now=NOW)
    print_batch(batch.pk, NOW)
    batch.refresh_from_db()
    return batch


def test_letters_are_printed_with_the_address_and_the_words_of_the_message(west: Portal) -> None:
    dutch, english = by_letter(west), by_letter(west, title=HOSTILE, language="en")
    batch = printed(west)
    assert batch.letters == 2
    content = file_of(batch).read_bytes()
    pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    assert len(pages) == 2
    for part in (
        "Sam de Vries",
        "Kinkerstraat 12-3",
        "1055 TK",
        "Amsterdam",
        f" {dutch.pk} ",
        "Bankjes",
    ):
        assert part in pages[0]
    assert f"“{HOSTILE}” won and goes to the committee" in pages[1]
    assert f"Number {english.pk}" in pages[1]
    assert stat.S_IMODE(file_of(batch).parent.stat().st_mode) == 0o700


def test_a_message_is_told_only_when_its_letter_is_posted(west: Portal) -> None:
    message = by_letter(west)
    with heard() as told:
        batch = printed(west)
        assert (now_of(message).delivery, told) == (Delivery.SENDING, [])
        walk(NOW + timedelta(days=3))
        assert now_of(message).delivery == Delivery.SENDING
        actor = at_work(west, Role.ORGANISER)
        say_posted(actor=actor, public_id=batch.public_id, now=NOW)
        with pytest.raises(MessageSettled):
            say_posted(actor=actor, public_id=batch.public_id, now=NOW)
    assert [type(event) for event in told] == [MessageDelivered]
    assert (told[0].message_id, told[0].channel) == (message.pk, "letter")
    assert now_of(message).sent_at == NOW


def test_a_letter_that_comes_back_did_not_arrive(west: Portal) -> None:
    message, actor = by_letter(west), at_work(west, Role.ORGANISER)
    batch = printed(west)
    with pytest.raises(MessageSettled):
        say_returned(actor=actor, number=message.pk, now=NOW)
    say_posted(actor=actor, public_id=batch.public_id, now=NOW)
    with heard() as told:
        say_returned(actor=actor, number=message.pk, now=NOW)
        with pytest.raises(MessageSettled):
            say_returned(actor=actor, number=message.pk, now=NOW)
    assert [type(event) for event in told] == [MessageNotDelivered]
    assert now_of(message).delivery == Delivery.RETURNED
    other = tell(west, make_person(west), title="mail", at=NOW)[0]
    with pytest.raises(InvalidInput):
        say_returned(actor=actor, number=other.pk, now=NOW)


@pytest.mark.parametrize("has_mail", [True, False])
def test_who_took_their_address_out_after_the_batch_was_asked_for_is_not_printed(
    west: Portal, has_mail: bool
) -> None:
    gone, here = by_letter(west), by_letter(west)
    batch = ask_for_batch(actor=at_work(west, Role.ORGANISER), now=NOW)
    # A telephone number stays, which no letter goes to.
    gone_person = Person.objects.get(pk=gone.person_id)
    give_details(gone_person, telephone="06 12 34 56 78")
    if not has_mail:
        Person.objects.filter(pk=gone_person.pk).update(email=None)
    with heard() as told:
        print_batch(batch.pk, NOW)
    batch.refresh_from_db()
    assert batch.letters == 1
    assert now_of(here).delivery == Delivery.SENDING
    assert now_of(gone).batch_id is None
    if has_mail:
        assert (now_of(gone).channel, now_of(gone).delivery, told) == (Channel.EMAIL, Delivery.QUEUED, [])
    else:
        assert [(type(event), event.message_id) for event in told] == [(MessageNotDelivered, gone.pk)]


def test_what_waits_for_a_letter_goes_another_way_when_the_address_is_taken_out(west: Portal) -> None:
    message = by_letter(west)
    person = Person.objects.get(pk=message.person_id)
    keep_settings(
        actor=actor_of(person, west), choices={Kind.ANSWERS: Choice.AT_ONCE}, details=Details(), now=NOW
    )
    # The address goes first, and then the choice: what waits goes out by mail.
    assert (now_of(message).channel, now_of(message).delivery) == (Channel.EMAIL, Delivery.QUEUED)


def test_a_batch_that_cannot_be_made_is_tried_again_and_then_its_letters_wait(
    west: Portal, settings: object
) -> None:
    message = by_letter(west)
    batch = ask_for_batch(actor=at_work(west, Role.ORGANISER), now=NOW)
    folder = file_of(batch).parent
    folder.rmdir()
    folder.write_text("in the way")
    try:
        for days in range(8):
            walk(NOW + timedelta(days=days))
    finally:
        folder.unlink(missing_ok=True)
    assert not PostBatch.objects.exists()
    assert (now_of(message).delivery, now_of(message).batch_id) == (Delivery.QUEUED, None)


def test_letters_that_nobody_posted_wait_again_and_their_file_goes(west: Portal) -> None:
    message = by_letter(west)
    batch = printed(west)
    late = NOW + timedelta(days=31)
    assert not old_batches(NOW + timedelta(days=29), 30)
    remove_batches([batch.pk], late, 30)
    assert not file_of(batch).exists()
    assert (now_of(message).delivery, now_of(message).batch_id) == (Delivery.QUEUED, None)


def test_letters_are_for_an_organiser_of_this_portal(west: Portal) -> None:
    by_letter(west)
    batch = printed(west)
    for role in set(Role) - {Role.ORGANISER}:
        with pytest.raises(NotAllowed):
            fetch_letters(actor=at_work(west, role), public_id=batch.public_id, now=NOW)
    elsewhere = at_work(make_portal("noord"), Role.ORGANISER)
    with pytest.raises(NotFound):
        fetch_letters(actor=elsewhere, public_id=batch.public_id, now=NOW)
    with pytest.raises(InvalidInput):
        ask_for_batch(actor=elsewhere, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_make_and_post_letters_at_once_one_does(west: Portal) -> None:
    message, actor = by_letter(west), at_work(west, Role.ORGANISER)
    batches = at_once([lambda: ask_for_batch(actor=actor, now=NOW)] * 8, municipality_id=west.municipality_id)
    assert {batch.pk for batch in batches if isinstance(batch, PostBatch)} == {PostBatch.objects.get().pk}
    batch = PostBatch.objects.get()
    print_batch(batch.pk, NOW)
    with heard() as told:
        answers = at_once(
            [lambda: say_posted(actor=actor, public_id=batch.public_id, now=NOW)] * 8,
            municipality_id=west.municipality_id,
        )
    assert sorted(type(answer).__name__ for answer in answers) == ["MessageSettled"] * 7 + ["NoneType"]
    assert len(told) == 1
    assert now_of(message).delivery == Delivery.SENT


def test_an_organiser_has_letters_made_fetches_and_posts_them(west: Portal) -> None:
    message = by_letter(west)
    browser = client_for(make_person(west, roles=[Role.ORGANISER]), west)
    address = browser.post("/werk/post/maken/").headers["Location"]
    assert browser.get(address).headers["Refresh"] == "10"
    walk(datetime.now(UTC))
    assert "Refresh" not in browser.get(address).headers
    file = browser.post(f"{address}bestand/")
    assert b"".join(file).startswith(b"%PDF")  # type: ignore[arg-type]  # a streaming answer
    assert file.headers["Cache-Control"] == "private, no-store"
    assert browser.post(address).status_code == 302
    assert browser.post(address).status_code == 409
    assert browser.post(f"{address}bestand/").status_code == 404
    assert browser.post("/werk/post/", {"number": message.pk}).status_code == 302
    assert now_of(message).delivery == Delivery.RETURNED
    assert browser.post("/werk/post/", {"number": "99999999999999999999"}).status_code == 422
    assert browser.post("/werk/post/maken/").status_code == 422
    done = Entry.objects.filter(action__startswith="notifications.letter").values_list("action", flat=True)
    assert sorted(done) == [
        "notifications.letter_returned",
        "notifications.letters_asked_for",
        "notifications.letters_fetched",
        "notifications.letters_posted",
        "notifications.letters_printed",
    ]


def test_a_letter_that_must_arrive_and_has_nowhere_to_go_did_not_arrive(west: Portal) -> None:
    message = by_letter(west)
    Person.objects.filter(pk=message.person_id).update(email=None)
    person = Person.objects.get(pk=message.person_id)
    with heard() as told:
        keep_settings(
            actor=actor_of(person, west), choices={Kind.ANSWERS: Choice.PAGE}, details=Details(), now=NOW
        )
    assert [(type(event), event.message_id) for event in told] == [(MessageNotDelivered, message.pk)]
    assert (now_of(message).delivery, now_of(message).failure) == (Delivery.REFUSED, "no address")


def test_a_letter_that_can_still_go_waits_when_something_else_changes(west: Portal) -> None:
    message = by_letter(west)
    Person.objects.filter(pk=message.person_id).update(email=None)
    person = Person.objects.get(pk=message.person_id)
    # The letter was the next way after a mail that did not arrive: nobody chose it.
    choose(actor=actor_of(person, west), kind=Kind.ANSWERS, choice=Choice.AT_ONCE, now=NOW)
    moved = Details("Sam de Vries", "Jan Evertsenstraat 1", "1056 AA", "Amsterdam", "06 12 34 56 78")
    keep_settings(actor=actor_of(person, west), choices={}, details=moved, now=NOW)
    assert (now_of(message).channel, now_of(message).delivery) == (Channel.LETTER, Delivery.QUEUED)


def test_posted_letters_are_announced_before_any_of_them_is_told_of(west: Portal) -> None:
    for title in ("c", "a", "b"):
        by_letter(west, title=title)
    batch = printed(west)
    with heard() as told, announced(told) as ahead:
        say_posted(actor=at_work(west, Role.ORGANISER), public_id=batch.public_id, now=NOW)
    assert ahead[0] == ({"plan:a", "plan:b", "plan:c"}, 0)
    assert {event.subject for event in told} == {"plan:a", "plan:b", "plan:c"}
