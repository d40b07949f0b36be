"""What discussions do when something happens to people, and moderation when something happens to a text."""

from backend.core.events import subscribe
from backend.core.live.closing import close_pages_of
from backend.core.tenancy import in_municipality
from backend.identity.events import PeopleJoined

from .events import PersonPaused, PostWithdrawn
from .services.joining import move_texts
from .services.moderation.people import move_moderation
from .services.moderation.reporting import clear_away_withdrawn


@subscribe(PeopleJoined)
def move_texts_of_joined_people(event: PeopleJoined) -> None:
    move_texts(from_person_id=event.from_person_id, into_person_id=event.into_person_id)


@subscribe(PeopleJoined)
def move_moderation_of_joined_people(event: PeopleJoined) -> None:
    move_moderation(from_person_id=event.from_person_id, into_person_id=event.into_person_id, now=event.at)


@subscribe(PostWithdrawn)
def answer_who_reported_withdrawn_text(event: PostWithdrawn) -> None:
    with in_municipality(event.municipality_id):
        clear_away_withdrawn(post_id=event.post_id, now=event.at)


@subscribe(PersonPaused)
def close_pages_of_who_is_paused(event: PersonPaused) -> None:
    close_pages_of([event.person_id])
