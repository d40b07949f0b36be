"""What discussions do when something happens to people."""

from backend.core.events import subscribe
from backend.identity.events import PeopleJoined

from .services.joining import move_texts


@subscribe(PeopleJoined)
def move_texts_of_joined_people(event: PeopleJoined) -> None:
    move_texts(from_person_id=event.from_person_id, into_person_id=event.into_person_id)
