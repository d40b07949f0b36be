"""What promises do when something happens to people."""

from backend.core.events import subscribe
from backend.identity.events import PeopleJoined

from .services import move_promises


@subscribe(PeopleJoined)
def move_promises_of_joined_people(event: PeopleJoined) -> None:
    move_promises(from_person_id=event.from_person_id, into_person_id=event.into_person_id)
