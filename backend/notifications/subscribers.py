"""What messages do when something happens to people."""

from backend.core.events import subscribe
from backend.identity.events import PeopleJoined

from .services import move_messages


@subscribe(PeopleJoined)
def move_messages_of_joined_people(event: PeopleJoined) -> None:
    move_messages(from_person_id=event.from_person_id, into_person_id=event.into_person_id)
