"""What plans do when something happens to people, or to the answers these are owed."""

from backend.core.actor import Actor
from backend.core.events import subscribe
from backend.feedback.events import SubjectAnswered
from backend.identity.events import PeopleJoined, PersonLeft, ResidencyProved

from .services.announcements import SUBJECT, close_when_answered
from .services.joining import move_contributions
from .services.leaving import take_back_all_votes
from .services.votes import recognise_votes


@subscribe(ResidencyProved)
def count_votes_of_proved_resident(event: ResidencyProved) -> None:
    recognise_votes(
        actor=Actor.system("residency proved", municipality_id=event.municipality_id),
        person_id=event.person_id,
        district_id=event.district_id,
        now=event.at,
    )


@subscribe(PeopleJoined)
def move_contributions_of_joined_people(event: PeopleJoined) -> None:
    move_contributions(from_person_id=event.from_person_id, into_person_id=event.into_person_id, now=event.at)


@subscribe(PersonLeft)
def take_back_votes_of_who_left(event: PersonLeft) -> None:
    take_back_all_votes(actor=Actor.system("somebody left"), person_id=event.person_id, now=event.at)


@subscribe(SubjectAnswered)
def close_answered_plan(event: SubjectAnswered) -> None:
    if event.subject_type == SUBJECT:
        close_when_answered(plan_id=event.subject_id, now=event.at)
