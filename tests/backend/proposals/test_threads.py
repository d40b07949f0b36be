"""The discussion of a plan lives as long as the plan, and whoever argues in it is owed an answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction

from backend.core.due import walk
from backend.core.events import publish
from backend.core.tenancy import in_municipality
from backend.discussion.errors import DiscussionClosed
from backend.discussion.events import PostPlaced, PostWithdrawn
from backend.discussion.models import Thread
from backend.discussion.services.arguments import withdraw_text
from backend.feedback.models import Promise
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.places.models import Portal
from backend.proposals.models import Plan
from backend.proposals.services.outcomes import record_outcome
from backend.proposals.states import PlanState, Result
from tests.builders.people import make_actor
from tests.builders.plans import (
    again,
    argue,
    close,
    make_draft,
    make_plan,
    make_plan_in,
    make_winner,
    new_outcome,
    round_at,
)

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
AFTER = datetime(2027, 2, 12, 9, 30, tzinfo=UTC)


def test_a_plan_gets_its_discussion_when_it_is_put_up(west: Portal) -> None:
    plan = again(make_plan(west, at=NOW, title="Bankjes"))
    thread = plan.thread
    assert (thread.title, thread.address) == ("Bankjes", f"/plannen/{plan.public_id}/")
    assert (thread.state, thread.opened_at, thread.portal_id) == ("open", NOW, west.pk)


def test_a_draft_has_none(west: Portal) -> None:
    assert make_draft(west, at=NOW).thread is None
    assert not Thread.objects.exists()


@pytest.mark.parametrize(
    ("state", "thread_state"),
    [
        ("competing", "open"),
        ("on_agenda", "open"),
        ("decided", "closed"),
        ("taken_off", "closed"),
        ("lapsed", "closed"),
        ("withdrawn", "hidden"),
    ],
)
def test_a_discussion_is_as_its_plan(west: Portal, state: str, thread_state: str) -> None:
    plan = make_plan_in(west, PlanState(state), proposer=make_actor(west), at=NOW)
    assert plan.state == state
    assert again(plan).thread.state == thread_state


def test_more_time_keeps_a_discussion_open_and_a_final_outcome_closes_it_at_once(west: Portal) -> None:
    plan, councillor = make_winner(west, at=NOW), make_actor(west, Role.COUNCILLOR)
    for result, state in ((Result.MORE_TIME, "open"), (Result.NOT, "closed")):
        outcome = new_outcome(result, next_on=date(2027, 6, 1))
        record_outcome(actor=councillor, plan_public_id=plan.public_id, new=outcome, now=AFTER)
        assert again(plan).thread.state == state
    # Not everybody was told yet, so the plan itself is not decided: nobody can keep it open by arguing.
    assert again(plan).state == PlanState.ON_AGENDA
    with pytest.raises(DiscussionClosed):
        argue(plan, at=AFTER)


def test_who_argues_is_owed_an_answer_and_gets_it(west: Portal) -> None:
    plan, writer = make_plan(west, at=NOW, votes=1), make_actor(west)
    argue(plan, writer=writer, at=NOW)
    argue(plan, writer=writer, at=NOW, text="En nog iets.")
    promise = Promise.objects.get(contribution="argued")
    assert (promise.person_id, promise.state) == (writer.person_id, "open")
    assert (promise.subject.subject_type, promise.subject.subject_id) == ("proposals.plan", plan.pk)
    close(round_at(west, NOW))
    walk(AFTER)
    assert Message.objects.filter(person_id=writer.person_id, template="plan_won").exists()


def test_what_waits_for_a_moderator_is_owed_an_answer_too(west: Portal) -> None:
    plan, writer = again(make_plan(west, at=NOW)), make_actor(west)
    with transaction.atomic():
        publish(placed_event(PostPlaced, plan, writer.person_id))
    assert Promise.objects.filter(contribution="argued", person_id=writer.person_id).exists()


def test_nothing_is_owed_any_more_when_all_words_are_taken_back(west: Portal) -> None:
    plan, writer = make_plan(west, at=NOW), make_actor(west)
    posts = [argue(plan, writer=writer, at=NOW, text=text) for text in ("Een.", "Twee.")]
    mine = Promise.objects.filter(contribution="argued", person_id=writer.person_id)
    for post, left in zip(posts, (1, 0), strict=True):
        withdraw_text(actor=writer, post_public_id=post.public_id, now=NOW)
        assert mine.count() == left


def test_texts_of_nobody_and_under_something_else_promise_nothing(west: Portal) -> None:
    plan, writer = again(make_plan(west, at=NOW)), make_actor(west)
    other = Thread.objects.create(
        municipality=west.municipality, portal=west, title="Iets", address="/iets/", opened_at=NOW
    )
    with transaction.atomic():
        publish(placed_event(PostPlaced, plan, None))
        publish(placed_event(PostPlaced, plan, writer.person_id, thread_id=other.pk))
        publish(placed_event(PostWithdrawn, plan, writer.person_id, thread_id=other.pk, is_last=True))
    assert not Promise.objects.filter(contribution="argued").exists()


def placed_event(
    kind: type[PostPlaced] | type[PostWithdrawn],
    plan: Plan,
    person_id: int | None,
    **changes: int | bool,
) -> PostPlaced | PostWithdrawn:
    facts = {"municipality_id": plan.municipality_id, "at": NOW, "post_id": 1, "person_id": person_id}
    return kind(**{**facts, "thread_id": plan.thread_id, **changes})  # type: ignore[arg-type]  # mixed facts


def test_an_event_is_heard_outside_the_municipality_too(west: Portal) -> None:
    plan, writer = again(make_plan(west, at=NOW)), make_actor(west)
    with in_municipality(None), transaction.atomic():
        publish(placed_event(PostPlaced, plan, writer.person_id))
    assert Promise.objects.filter(contribution="argued").count() == 1


def test_plans_of_before_there_were_discussions_get_the_one_they_would_have_had(west: Portal) -> None:
    proposer, councillor = make_actor(west), make_actor(west, Role.COUNCILLOR)
    in_order = ["lapsed", "taken_off", "decided", "on_agenda", "competing", "withdrawn", "draft"]
    made = [
        make_plan_in(west, PlanState(state), proposer=proposer, at=NOW + timedelta(days=28 * min(number, 4)))
        for number, state in enumerate(in_order)
    ]
    outcome = new_outcome(Result.NOT, next_on=date(2028, 1, 1))
    at = NOW + timedelta(days=112)
    record_outcome(actor=councillor, plan_public_id=made[3].public_id, new=outcome, now=at)
    argued = argue(made[4], at=at)
    plans = Plan.objects.exclude(pk=made[4].pk)
    as_now = dict(plans.values_list("pk", "thread__state"))
    plans.update(thread=None)
    Thread.objects.exclude(pk=argued.thread_id).delete()
    import_module("backend.proposals.migrations.0006_threads_of_plans").open_threads(apps, None)
    assert dict(plans.values_list("pk", "thread__state")) == as_now
    assert list(as_now.values()) == ["closed", "closed", "closed", "closed", "hidden", None]
    assert again(made[4]).thread_id == argued.thread_id
    for plan in plans.exclude(state="draft").select_related("thread"):
        assert (plan.thread.title, plan.thread.opened_at) == (plan.title, plan.submitted_at)
        assert plan.thread.address == f"/plannen/{plan.public_id}/"
