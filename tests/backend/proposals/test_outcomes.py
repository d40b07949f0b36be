"""What came of a plan, and that nobody is forgotten in telling it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from backend.core.actor import Actor
from backend.core.due import walk
from backend.core.errors import InvalidInput, NotAllowed
from backend.feedback.models import Promise, Subject
from backend.feedback.services.delivering import tell_in_person
from backend.feedback.states import Told
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.notifications.services import choose
from backend.notifications.states import Channel, Choice, Kind
from backend.places.models import Portal
from backend.proposals.due import announcements_to_tell, tell_one
from backend.proposals.errors import AlreadyDecided, AnswersOwed
from backend.proposals.models import Outcome, Plan
from backend.proposals.services.announcements import close_when_answered
from backend.proposals.services.outcomes import NewOutcome, record_outcome
from backend.proposals.services.votes import cast_vote, withdraw_vote
from backend.proposals.states import FINAL_RESULTS, PlanState, Result
from tests.builders.people import make_actor
from tests.builders.plans import again, close, make_plan, make_winner, new_outcome, round_at
from tests.builders.promises import answer, arrives, comes_back, everything_arrives

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
AFTER = datetime(2027, 2, 20, 19, 0, tzinfo=UTC)
NEXT = date(2027, 6, 1)


@pytest.fixture
def plan(west: Portal) -> Plan:
    return make_winner(west, at=NOW)


@pytest.fixture
def councillor(west: Portal) -> Actor:
    return make_actor(west, Role.COUNCILLOR)


def record(actor: Actor, plan: Plan, new: NewOutcome, at: datetime = AFTER) -> Outcome:
    return record_outcome(actor=actor, plan_public_id=plan.public_id, new=new, now=at)


@pytest.mark.parametrize("result", sorted(FINAL_RESULTS))
def test_a_final_outcome_is_told_to_everyone_and_then_closes_the_plan(
    plan: Plan, councillor: Actor, result: Result
) -> None:
    outcome = record(councillor, plan, new_outcome(result, next_on=NEXT, reason="Er is geld."))
    assert (outcome.result, outcome.recorded_by_id) == (result, councillor.person_id)
    # Nobody has been told yet, so it is not closed yet.
    assert again(plan).state == PlanState.ON_AGENDA
    assert Promise.objects.filter(state="open").count() == 3
    walk(AFTER)
    assert again(plan).state == PlanState.DECIDED
    told = Message.objects.filter(template="outcome")
    assert told.count() == 3
    assert {(m.context["result"], m.context["reason"]) for m in told} == {(str(result), "Er is geld.")}
    assert set(Promise.objects.values_list("state", "kept_at")) == {("kept", AFTER)}
    walk(AFTER + timedelta(days=1))
    assert told.count() == 3


def test_more_time_keeps_the_promises_open_and_is_followed_by_an_outcome(
    plan: Plan, councillor: Actor
) -> None:
    record(councillor, plan, new_outcome(Result.MORE_TIME, next_on=NEXT))
    walk(AFTER)
    assert again(plan).state == PlanState.ON_AGENDA
    assert Promise.objects.filter(state="open").count() == 3
    assert Message.objects.filter(template="outcome").count() == 3
    again_later = AFTER + timedelta(days=60)
    record(councillor, plan, new_outcome(Result.MORE_TIME, next_on=NEXT), again_later)
    record(councillor, plan, new_outcome(Result.IN_PART, next_on=NEXT), again_later)
    walk(again_later)
    assert again(plan).state == PlanState.DECIDED
    assert Message.objects.filter(template="outcome").count() == 9
    assert not Promise.objects.filter(state="open").exists()


@pytest.mark.parametrize("second", list(Result))
def test_there_is_one_final_outcome(plan: Plan, councillor: Actor, second: Result) -> None:
    record(councillor, plan, new_outcome(Result.NOT, next_on=NEXT))
    with pytest.raises(AlreadyDecided):
        record(councillor, plan, new_outcome(second, next_on=NEXT))
    walk(AFTER)
    with pytest.raises(NotAllowed):
        record(councillor, plan, new_outcome(second, next_on=NEXT))
    assert Outcome.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"owner": "\n"}, "owner"),
        ({"next_on": date(2027, 2, 19)}, "next_on"),
    ],
)
def test_an_outcome_has_a_reason_an_owner_and_a_date(
    plan: Plan, councillor: Actor, change: dict[str, str], field: str
) -> None:
    complete = {"result": Result.NOT, "reason": "Te duur.", "owner": "Stadswerken", "next_on": NEXT}
    with pytest.raises(InvalidInput) as refusal:
        record(councillor, plan, NewOutcome(**{**complete, **change}))  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert not Outcome.objects.exists()


def test_today_is_a_date_with_news(plan: Plan, councillor: Actor) -> None:
    record(councillor, plan, new_outcome(next_on=AFTER.date()))
    assert Outcome.objects.count() == 1


def test_a_plan_cannot_be_closed_while_somebody_is_owed_an_answer(
    west: Portal, plan: Plan, councillor: Actor
) -> None:
    record(councillor, plan, new_outcome(next_on=NEXT))
    with transaction.atomic(), pytest.raises(AnswersOwed):
        close_when_answered(plan_id=plan.pk, now=AFTER)
    assert again(plan).state == PlanState.ON_AGENDA
    walk(AFTER)
    assert again(plan).state == PlanState.DECIDED


def test_everyone_is_told_in_the_channel_they_chose(west: Portal, councillor: Actor) -> None:
    plan = make_plan(west, at=NOW)
    by_mail, on_page = make_actor(west), make_actor(west)
    choose(actor=on_page, kind=Kind.ANSWERS, choice=Choice.PAGE, now=NOW)
    for voter in (by_mail, on_page):
        cast_vote(actor=voter, public_id=plan.public_id, now=NOW)
    close(round_at(west, NOW))
    record(councillor, plan, new_outcome(next_on=NEXT))
    # Only told, not sent: what is sent is another kind of due work.
    walk(AFTER)
    told = {m.person_id: m for m in Message.objects.filter(template="outcome")}
    assert told[by_mail.person_id].channel == Channel.EMAIL
    assert told[on_page.person_id].channel == Channel.PAGE
    assert told[on_page.person_id].delivery == "on_page"


def test_who_took_the_vote_back_is_not_told(west: Portal, plan: Plan, councillor: Actor) -> None:
    other, voter = make_plan(west, at=AFTER, votes=2), make_actor(west)
    cast_vote(actor=voter, public_id=other.public_id, now=AFTER)
    withdraw_vote(actor=voter, public_id=other.public_id, now=AFTER)
    this = round_at(west, AFTER)
    close(this)
    record(councillor, other, new_outcome(next_on=NEXT), this.closes_at)
    walk(this.closes_at)
    assert not Message.objects.filter(template="outcome", person_id=voter.person_id).exists()
    assert Message.objects.filter(template="outcome").count() == 3


def tell_only(at: datetime) -> None:
    """Queue the news of plans, and send none of it."""
    for announcement_id in announcements_to_tell(at):
        tell_one(announcement_id, at)


def test_a_plan_is_decided_by_the_last_answer_that_arrives(plan: Plan, councillor: Actor) -> None:
    tell_only(AFTER)
    record(councillor, plan, new_outcome(next_on=NEXT))
    tell_only(AFTER)
    told = list(Message.objects.filter(template="outcome").order_by("pk"))
    # It is queued for everybody, which is no answer yet.
    assert set(Promise.objects.values_list("state", flat=True)) == {"answered"}
    for message in told[:-1]:
        arrives(message, at=AFTER)
    assert again(plan).state == PlanState.ON_AGENDA
    comes_back(told[-1], at=AFTER)
    assert again(plan).state == PlanState.ON_AGENDA
    assert Promise.objects.get(person_id=told[-1].person_id).state == "unreachable"
    # Somebody goes by and tells it.
    clerk = make_actor(plan.portal, Role.CLERK)
    promise = Promise.objects.get(state="unreachable")
    tell_in_person(actor=clerk, promise_id=promise.pk, how=Told.VISIT, now=AFTER)
    assert again(plan).state == PlanState.DECIDED


def test_who_was_answered_before_hears_the_outcome_too_before_the_plan_is_decided(
    plan: Plan, councillor: Actor
) -> None:
    """An official may answer early. The plan waits for its outcome, and for everybody to hear that."""
    subject = Subject.objects.get(subject_id=plan.pk)
    answer(councillor, subject, at=AFTER)
    everything_arrives(at=AFTER)
    assert set(Promise.objects.values_list("state", flat=True)) == {"kept"}
    assert again(plan).state == PlanState.ON_AGENDA
    record(councillor, plan, new_outcome(next_on=NEXT))
    assert again(plan).state == PlanState.ON_AGENDA
    tell_only(AFTER)
    assert Message.objects.filter(template="outcome").count() == 3
    assert again(plan).state == PlanState.DECIDED
