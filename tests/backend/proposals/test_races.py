"""Many people at the same moment: nobody votes twice, no vote is late, and none is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from backend.core.actor import Actor
from backend.core.errors import DomainError
from backend.core.tenancy import in_municipality
from backend.discussion.models import Post, Thread
from backend.discussion.services.arguments import withdraw_text
from backend.feedback.models import Promise
from backend.identity.services.counter import confirm_at_counter
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.places.models import Portal
from backend.proposals.errors import ChangedMeanwhile, PlanNotCompeting, RoundClosed, TextStands
from backend.proposals.models import AgendaItem, Announcement, Plan, PlanVersion, Protocol, Round, Vote
from backend.proposals.selectors.tallies import recount
from backend.proposals.services.agenda import take_off_agenda
from backend.proposals.services.counting import close_round
from backend.proposals.services.plans import submit_plan, withdraw_plan
from backend.proposals.services.votes import cast_vote, withdraw_vote
from backend.proposals.states import PlanState
from tests.builders.people import actor_of, document_of, make_actor, make_person
from tests.builders.plans import again, argue, make_draft, make_plan, make_winner, round_at, take_up
from tests.builders.portals import system_of
from tests.builders.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
CLOSES = datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC)
LAST_SECOND = CLOSES - timedelta(seconds=1)


def race(portal: Portal, jobs: list[Callable[[], object]]) -> list[object]:
    return list(at_once(jobs, municipality_id=portal.municipality_id))


def counting(portal: Portal, this: Round) -> Callable[[], Protocol]:
    actor = Actor.system("the round ended", municipality_id=portal.municipality_id)
    return partial(close_round, actor=actor, round_id=this.pk, now=this.closes_at)


def recounted(this: Round, at: datetime) -> dict[int, int]:
    return {tally.plan_id: tally.votes for tally in recount(this.portal_id, this.rules, at)}


def test_one_person_in_eight_threads_votes_once(west: Portal) -> None:
    plan, voter = make_plan(west, at=NOW), make_actor(west)
    votes = [partial(cast_vote, actor=voter, public_id=plan.public_id, now=NOW) for _ in range(8)]
    answers = race(west, votes)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert again(plan).vote_count == 1
    assert Vote.objects.count() == 1
    assert Promise.objects.filter(contribution="voted").count() == 1
    assert Message.objects.filter(template="vote_received").count() == 1


def test_forty_people_in_eight_threads_are_forty_votes(west: Portal) -> None:
    plan, voters = make_plan(west, at=NOW), [make_actor(west) for _ in range(40)]
    answers = race(west, [partial(cast_vote, actor=v, public_id=plan.public_id, now=NOW) for v in voters])
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert again(plan).vote_count == 40
    assert Vote.objects.count() == 40
    assert recounted(round_at(west, NOW), CLOSES) == {plan.pk: 40}


def test_the_first_votes_of_a_month_begin_one_round(west: Portal) -> None:
    plan, voters = make_plan(west, at=NOW), [make_actor(west) for _ in range(8)]
    at = CLOSES + timedelta(days=40)
    answers = race(west, [partial(cast_vote, actor=v, public_id=plan.public_id, now=at) for v in voters])
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert list(Round.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    assert again(plan).vote_count == 8


def test_the_first_plans_of_a_portal_begin_one_round(west: Portal) -> None:
    people = [make_actor(west) for _ in range(8)]
    drafts = [make_draft(west, proposer=person, at=NOW) for person in people]
    answers = race(
        west,
        [
            partial(submit_plan, actor=person, public_id=draft.public_id, now=NOW)
            for person, draft in zip(people, drafts, strict=True)
        ],
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert Round.objects.count() == 1
    assert Plan.objects.filter(state=PlanState.COMPETING).count() == 8


def vote_and_perhaps_take_it_back(plan: Plan, voter: Actor, takes_back: bool) -> bool:
    """Whether the vote stands after all, as the voter was told."""
    cast_vote(actor=voter, public_id=plan.public_id, now=LAST_SECOND)
    if takes_back:
        try:
            withdraw_vote(actor=voter, public_id=plan.public_id, now=LAST_SECOND)
        except (PlanNotCompeting, RoundClosed):
            return True
        return False
    return True


@pytest.mark.parametrize("turn", range(3))
def test_no_vote_is_late_and_none_is_lost_while_the_month_is_counted(west: Portal, turn: int) -> None:
    """Everybody acts in the last second, while two workers count."""
    plans = [make_plan(west, at=NOW, title=f"Plan {number}") for number in range(2)]
    this = round_at(west, NOW)
    voters = [make_actor(west) for _ in range(40)]
    jobs: list[Callable[[], object]] = [
        partial(vote_and_perhaps_take_it_back, plans[index % 2], voter, index % 3 == 0)
        for index, voter in enumerate(voters)
    ]
    places = {10 + 9 * turn, 14 + 9 * turn}
    for place in sorted(places):
        jobs.insert(place, counting(west, this))
    answers = race(west, jobs)
    given: Counter[str] = Counter()
    voting = [answer for place, answer in enumerate(answers) if place not in places]
    for index, answer in enumerate(voting):
        assert answer in (True, False) or isinstance(answer, PlanNotCompeting | RoundClosed), answer
        given[plans[index % 2].public_id] += answer is True
    protocol = Protocol.objects.get()
    assert {row["plan"]: row["votes"] for row in protocol.body["plans"]} == {
        plan.public_id: given[plan.public_id] for plan in plans
    }
    assert {plan.public_id: again(plan).vote_count for plan in plans} == {
        plan.public_id: given[plan.public_id] for plan in plans
    }
    standing = Vote.objects.filter(withdrawn_at=None)
    assert standing.count() == sum(given.values())
    assert Promise.objects.filter(contribution="voted", state="open").count() == sum(given.values())


def test_eight_workers_that_count_at_once_make_one_protocol(west: Portal) -> None:
    plan = make_plan(west, at=NOW, votes=2)
    this = round_at(west, NOW)
    answers = race(west, [counting(west, this) for _ in range(8)])
    assert {getattr(answer, "hash", answer) for answer in answers} == {Protocol.objects.get().hash}
    assert again(plan).counts_taken == 1
    assert AgendaItem.objects.count() == 1
    assert Announcement.objects.filter(template="plan_won").count() == 1


@pytest.mark.parametrize("turn", range(4))
def test_a_plan_is_withdrawn_or_it_wins_but_never_both(west: Portal, turn: int) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW, votes=2)
    this = round_at(west, NOW)
    withdrawing = partial(withdraw_plan, actor=proposer, public_id=plan.public_id, now=LAST_SECOND)
    jobs: list[Callable[[], object]] = [counting(west, this), withdrawing]
    at_once(jobs, threads=2, municipality_id=west.municipality_id)
    has_won = AgendaItem.objects.filter(plan=plan).exists()
    assert again(plan).state == (PlanState.ON_AGENDA if has_won else PlanState.WITHDRAWN)
    assert Protocol.objects.get().body["winner"] == (plan.public_id if has_won else None)
    told = set(Announcement.objects.values_list("template", flat=True))
    assert told == ({"plan_won"} if has_won else {"plan_withdrawn"})


@pytest.mark.parametrize("turn", range(4))
def test_the_words_change_before_the_count_or_not_at_all(west: Portal, turn: int) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW, votes=2)
    post, this = argue(plan, at=NOW), round_at(west, NOW)
    changing = partial(take_up, plan, post, proposer=proposer, at=LAST_SECOND, what="Anders.")
    answers = at_once([counting(west, this), changing], threads=2, municipality_id=west.municipality_id)
    has_changed = not isinstance(answers[1], Exception)
    assert has_changed or isinstance(answers[1], TextStands), answers[1]
    assert isinstance(answers[0], Protocol), answers[0]
    assert (again(plan).version, again(plan).what) == ((2, "Anders.") if has_changed else (1, plan.what))
    assert PlanVersion.objects.count() == (2 if has_changed else 0)
    assert Announcement.objects.filter(template="plan_changed").count() == has_changed
    assert again(plan).state == PlanState.ON_AGENDA


def test_eight_clicks_make_one_version(west: Portal) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW)
    click = partial(take_up, plan, argue(plan, at=NOW), proposer=proposer, at=NOW, what="Anders.", replaces=1)
    answers = race(west, [click] * 8)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert (again(plan).version, PlanVersion.objects.count()) == (2, 2)
    assert Announcement.objects.filter(template="plan_changed").count() == 1


def test_of_two_tabs_one_changes_the_plan_and_the_other_is_told(west: Portal) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW)
    posts = [argue(plan, at=NOW, text=f"Argument {number}.") for number in range(8)]
    tabs = [
        partial(take_up, plan, post, proposer=proposer, at=NOW, what=f"Tekst {number}.", replaces=1)
        for number, post in enumerate(posts)
    ]
    answers = race(west, tabs)
    kinds = Counter(type(answer) for answer in answers)
    assert kinds == {Plan: 1, ChangedMeanwhile: 7}, answers
    taken_up = PlanVersion.objects.get(number=2)
    assert again(plan).what == taken_up.what
    assert list(Post.objects.exclude(taken_up_in="").values_list("pk", flat=True)) == [taken_up.adopted_id]


def test_nobody_waits_for_each_other_in_a_discussion_that_lives(west: Portal) -> None:
    """People argue, take their words back and vote, while the proposer takes arguments up and withdraws."""
    proposer, writers = make_actor(west), [make_actor(west) for _ in range(6)]
    plan = make_plan(west, proposer=proposer, at=NOW)
    first = argue(plan, at=NOW)
    jobs: list[Callable[[], object]] = []
    for number, writer in enumerate(writers):
        jobs += [
            partial(argue_and_take_back, plan, writer),
            partial(cast_vote, actor=writer, public_id=plan.public_id, now=NOW),
            partial(take_up, plan, first, proposer=proposer, at=NOW, what=f"Tekst {number}."),
        ]
    jobs.append(partial(withdraw_plan, actor=proposer, public_id=plan.public_id, now=NOW))
    answers = race(west, jobs)
    assert not [
        answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, DomainError)
    ], answers
    assert again(plan).state == PlanState.WITHDRAWN
    assert Thread.objects.get().state == "hidden"
    standing = Post.objects.exclude(state="withdrawn").values_list("author_id", flat=True)
    argued = Promise.objects.filter(contribution="argued").values_list("person_id", flat=True)
    assert sorted(argued) == sorted(standing)


def argue_and_take_back(plan: Plan, writer: Actor) -> None:
    post = argue(plan, writer=writer, at=NOW, text="Iets.")
    withdraw_text(actor=writer, post_public_id=post.public_id, now=NOW)


def test_running_totals_stay_right_while_people_vote_and_show_where_they_live(west: Portal) -> None:
    plan = make_plan(west, at=NOW)
    unverified = [make_person(west, verified=False) for _ in range(12)]
    with in_municipality(west.municipality_id):
        for person in unverified:
            cast_vote(actor=actor_of(person, west), public_id=plan.public_id, now=NOW)
    jobs: list[Callable[[], object]] = []
    for person in unverified:
        proof = partial(
            confirm_at_counter,
            actor=system_of(west),
            portal=west,
            email=person.email or "",
            age=18,
            claims=[document_of(person)],
            now=NOW,
        )
        voter = make_actor(west)
        jobs += [proof, partial(cast_vote, actor=voter, public_id=plan.public_id, now=NOW)]
    answers = race(west, jobs)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert recounted(round_at(west, NOW), CLOSES) == {plan.pk: 24}
    assert again(plan).vote_count == 24


def test_two_clicks_take_a_plan_off_once(west: Portal) -> None:
    plan, clerk = make_winner(west, at=NOW), make_actor(west, Role.CLERK)
    click = partial(take_off_agenda, actor=clerk, plan_public_id=plan.public_id, reason="Klaar.", now=CLOSES)
    answers = race(west, [click] * 8)
    assert Counter(type(answer) for answer in answers)[type(None)] == 1
    assert all(answer is None or isinstance(answer, DomainError) for answer in answers)
    assert Announcement.objects.filter(template="plan_taken_off").count() == 1
