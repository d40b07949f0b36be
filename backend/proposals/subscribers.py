"""What plans do when something happens to people, in discussions, or to the answers that are owed."""

from backend.core.actor import Actor
from backend.core.events import subscribe
from backend.core.tenancy import in_municipality
from backend.discussion.events import PostPlaced, PostWithdrawn
from backend.feedback.events import SubjectAnswered
from backend.identity.events import PeopleJoined, PersonLeft, ResidencyProved

from .selectors.plans import find_plan_of_thread
from .services.announcements import SUBJECT, close_when_answered
from .services.arguments import owe_for_argument, release_for_arguments
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


@subscribe(PostPlaced)
def owe_who_argued(event: PostPlaced) -> None:
    with in_municipality(event.municipality_id):
        plan = find_plan_of_thread(event.thread_id)
        if plan is not None and event.person_id is not None:
            owe_for_argument(
                actor=Actor.system("somebody argued", municipality_id=event.municipality_id),
                plan=plan,
                person_id=event.person_id,
                now=event.at,
            )


@subscribe(PostWithdrawn)
def release_who_took_everything_back(event: PostWithdrawn) -> None:
    with in_municipality(event.municipality_id):
        plan = find_plan_of_thread(event.thread_id)
        if plan is not None and event.person_id is not None and event.is_last:
            release_for_arguments(plan=plan, person_id=event.person_id, now=event.at)


@subscribe(SubjectAnswered)
def close_answered_plan(event: SubjectAnswered) -> None:
    if event.subject_type == SUBJECT:
        close_when_answered(plan_id=event.subject_id, now=event.at)
