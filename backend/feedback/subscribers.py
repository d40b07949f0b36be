"""What promises do when something happens to people, or to the messages that carry an answer."""

from backend.core.events import subscribe
from backend.core.tenancy import in_municipality
from backend.identity.events import PeopleJoined, PeopleRecognised
from backend.notifications.events import MessageDelivered, MessageNotDelivered, OutcomesCameIn
from backend.notifications.services import reroute

from .services.delivering import note_arrival, note_return
from .services.promises import hold_promises_of, move_promises
from .services.settling import hold_subjects_of

ABOUT_ANSWERS = "answer"


@subscribe(PeopleRecognised)
def hold_promises_of_one_person(event: PeopleRecognised) -> None:
    hold_promises_of([event.from_person_id, event.into_person_id])


@subscribe(PeopleJoined)
def move_promises_of_joined_people(event: PeopleJoined) -> None:
    move_promises(from_person_id=event.from_person_id, into_person_id=event.into_person_id, now=event.at)
    # Only now: what is said to have not arrived must find the promise with who stays.
    reroute([event.into_person_id], event.at)


@subscribe(OutcomesCameIn)
def hold_what_was_promised(event: OutcomesCameIn) -> None:
    answer_ids = [answer_id for subject in event.subjects if (answer_id := _answer_of(subject)) is not None]
    if answer_ids:
        hold_subjects_of(answer_ids)


@subscribe(MessageDelivered)
def note_that_an_answer_arrived(event: MessageDelivered) -> None:
    answer_id = _answer_of(event.subject)
    if answer_id is not None:
        with in_municipality(event.municipality_id):
            note_arrival(answer_id=answer_id, person_id=event.person_id, channel=event.channel, now=event.at)


@subscribe(MessageNotDelivered)
def note_that_an_answer_came_back(event: MessageNotDelivered) -> None:
    answer_id = _answer_of(event.subject)
    if answer_id is not None:
        with in_municipality(event.municipality_id):
            note_return(
                answer_id=answer_id, person_id=event.person_id, message_id=event.message_id, now=event.at
            )


def _answer_of(subject: str) -> int | None:
    """The answer that a message carries; other messages are nobody's promise."""
    about, _separator, number = subject.partition(":")
    return int(number) if about == ABOUT_ANSWERS else None
