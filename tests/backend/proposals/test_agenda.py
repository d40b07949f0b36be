"""The committee's meetings, and winners that come on their agendas by themselves."""

from datetime import UTC, date, datetime, timedelta

import pytest

from backend.core.due import walk
from backend.core.errors import InvalidInput, NotAllowed, NotFound
from backend.feedback.models import Promise
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.places.models import Portal
from backend.proposals.errors import AlreadyDecided
from backend.proposals.models import AgendaItem, Announcement
from backend.proposals.selectors.meetings import list_waiting_items
from backend.proposals.services.agenda import choose_attendance, give_context, take_off_agenda
from backend.proposals.services.outcomes import record_outcome
from backend.proposals.states import Attendance, PlanState
from tests.builders.people import make_actor
from tests.builders.plans import (
    again,
    close,
    make_meeting,
    make_plan,
    make_winner,
    new_outcome,
    round_at,
)
from tests.builders.portals import visitor_of

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
CLOSES = datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC)
AFTER = CLOSES + timedelta(hours=1, microseconds=123456)


def item_of(plan_id: int) -> AgendaItem:
    return AgendaItem.objects.select_related("meeting").get(plan_id=plan_id)


def test_the_winner_goes_to_the_first_meeting_that_still_takes_papers(west: Portal) -> None:
    make_meeting(west, starts_at=CLOSES + timedelta(days=3), papers_due_at=CLOSES, at=NOW)
    later = make_meeting(west, starts_at=CLOSES + timedelta(days=45), at=NOW)
    sooner = make_meeting(west, starts_at=CLOSES + timedelta(days=17), at=NOW)
    official = make_actor(west, Role.OFFICIAL)
    item = item_of(make_winner(west, at=NOW).pk)
    assert (item.meeting, item.position) == (sooner, 1)
    assert item.meeting != later
    assert item.context_due_on == date(2027, 2, 14)
    wanted = Message.objects.get(template="context_wanted")
    assert wanted.person_id == official.person_id


def test_without_a_meeting_the_winner_waits_and_is_placed_when_one_is_planned(west: Portal) -> None:
    first = make_winner(west, at=NOW)
    second_month = round_at(west, CLOSES)
    second = make_plan(west, at=CLOSES, votes=2, title="De tweede")
    close(second_month)
    assert [item.plan for item in list_waiting_items(visitor_of(west)).order_by("added_at")] == [
        first,
        second,
    ]
    assert item_of(first.pk).context_due_on == date(2027, 2, 14)
    at = second_month.closes_at + timedelta(days=1)
    meeting = make_meeting(west, starts_at=at + timedelta(days=20), at=at)
    assert [(item_of(plan.pk).meeting, item_of(plan.pk).position) for plan in (first, second)] == [
        (meeting, 1),
        (meeting, 2),
    ]
    assert not list_waiting_items(visitor_of(west)).exists()


def test_a_winner_that_needs_no_meeting_any_more_is_not_placed(west: Portal) -> None:
    plan = make_winner(west, at=NOW)
    outcome = new_outcome(next_on=date(2027, 6, 1))
    record_outcome(
        actor=make_actor(west, Role.COUNCILLOR), plan_public_id=plan.public_id, new=outcome, now=AFTER
    )
    walk(AFTER)
    assert again(plan).state == PlanState.DECIDED
    make_meeting(west, starts_at=AFTER + timedelta(days=20), at=AFTER)
    assert item_of(plan.pk).meeting is None
    assert not list_waiting_items(visitor_of(west)).exists()


def test_a_meeting_lies_ahead_and_its_papers_are_due_before_it(west: Portal) -> None:
    with pytest.raises(InvalidInput) as refusal:
        make_meeting(west, starts_at=NOW, at=NOW)
    assert refusal.value.field == "day"
    day = NOW + timedelta(days=1)
    with pytest.raises(InvalidInput) as refusal:
        make_meeting(west, starts_at=day, papers_due_at=day + timedelta(minutes=1), at=NOW)
    assert refusal.value.field == "papers_day"


def test_the_winner_tells_everyone_and_prepares_its_proposer(west: Portal) -> None:
    proposer = make_actor(west)
    make_winner(west, proposer=proposer, at=NOW, votes=3)
    walk(AFTER)
    assert Message.objects.filter(template="plan_won").count() == 4
    prepare = Message.objects.get(template="prepare")
    assert prepare.person_id == proposer.person_id
    # To have won is no answer yet: everyone is still owed one.
    assert Promise.objects.filter(state="open").count() == 4


def test_taking_a_winner_off_needs_a_reason_and_tells_everyone(west: Portal) -> None:
    plan, clerk = make_winner(west, at=NOW), make_actor(west, Role.CLERK)
    with pytest.raises(InvalidInput) as refusal:
        take_off_agenda(actor=clerk, plan_public_id=plan.public_id, reason="  ", now=AFTER)
    assert refusal.value.field == "reason"
    assert again(plan).state == PlanState.ON_AGENDA
    take_off_agenda(actor=clerk, plan_public_id=plan.public_id, reason="Is al gemaakt.", now=AFTER)
    item = item_of(plan.pk)
    assert (item.removal_reason, item.removed_at, item.removed_by_id) == (
        "Is al gemaakt.",
        AFTER,
        clerk.person_id,
    )
    assert again(plan).state == PlanState.TAKEN_OFF
    walk(AFTER)
    told = Message.objects.filter(template="plan_taken_off")
    assert {message.context["reason"] for message in told} == {"Is al gemaakt."}
    assert told.count() == 3
    assert not Promise.objects.filter(state="open").exists()
    with pytest.raises(NotAllowed):
        take_off_agenda(actor=clerk, plan_public_id=plan.public_id, reason="Weer.", now=AFTER)


def test_a_plan_with_a_final_outcome_stays_on_the_agenda(west: Portal) -> None:
    """Between the outcome and the moment everyone has been told, nothing else can become of it."""
    plan, clerk = make_winner(west, at=NOW), make_actor(west, Role.CLERK)
    outcome = new_outcome(next_on=date(2027, 6, 1))
    record_outcome(actor=clerk, plan_public_id=plan.public_id, new=outcome, now=AFTER)
    with pytest.raises(AlreadyDecided):
        take_off_agenda(actor=clerk, plan_public_id=plan.public_id, reason="Toch niet.", now=AFTER)
    assert Announcement.objects.filter(told_at=None, template="plan_taken_off").count() == 0


def test_the_official_gives_context_and_can_improve_it(west: Portal) -> None:
    plan, official = make_winner(west, at=NOW), make_actor(west, Role.OFFICIAL)
    with pytest.raises(InvalidInput) as refusal:
        give_context(actor=official, plan_public_id=plan.public_id, text="\n", now=AFTER)
    assert refusal.value.field == "text"
    give_context(actor=official, plan_public_id=plan.public_id, text="Het kost veel.", now=AFTER)
    later = AFTER + timedelta(days=1)
    give_context(actor=official, plan_public_id=plan.public_id, text="Het kost minder.", now=later)
    item = item_of(plan.pk)
    assert (item.context, item.context_at, item.context_by_id) == (
        "Het kost minder.",
        later,
        official.person_id,
    )


@pytest.mark.parametrize("attendance", [choice for choice in Attendance if choice != Attendance.UNKNOWN])
def test_the_clerk_hears_what_the_proposer_will_do(west: Portal, attendance: Attendance) -> None:
    proposer, clerk = make_actor(west), make_actor(west, Role.CLERK)
    plan = make_winner(west, proposer=proposer, at=NOW)

    def choose(what: Attendance, at: datetime) -> None:
        choose_attendance(actor=proposer, plan_public_id=plan.public_id, attendance=what, note=" n ", now=at)

    choose(attendance, AFTER)
    item = item_of(plan.pk)
    assert (item.attendance, item.attendance_note) == (attendance, "n")
    told = Message.objects.get(template="attendance_chosen")
    assert (told.person_id, told.context["attendance"]) == (clerk.person_id, attendance)
    choose(Attendance.COMES, AFTER + timedelta(days=1))
    assert item_of(plan.pk).attendance == Attendance.COMES
    assert Message.objects.filter(template="attendance_chosen").count() == 2


def test_only_a_winner_has_a_place_on_the_agenda(west: Portal) -> None:
    plan = make_plan(west, at=NOW)
    with pytest.raises(NotFound):
        take_off_agenda(
            actor=make_actor(west, Role.CLERK), plan_public_id=plan.public_id, reason="x", now=NOW
        )
