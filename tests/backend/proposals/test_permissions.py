"""Who may do what with a plan in which state, as a table, tried through the services themselves."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from PIL import Image

from backend.core.actor import Actor
from backend.core.errors import DomainError, NotAllowed, NotFound
from backend.core.tenancy import in_municipality
from backend.identity.permissions import can_see_desk
from backend.identity.states import Role
from backend.places.models import Portal
from backend.proposals import permissions
from backend.proposals.errors import AlreadySubmitted, PlanNotCompeting
from backend.proposals.models import Plan, Round
from backend.proposals.selectors.plans import get_plan
from backend.proposals.services.agenda import choose_attendance, give_context, take_off_agenda
from backend.proposals.services.counting import close_round
from backend.proposals.services.outcomes import record_outcome
from backend.proposals.services.pictures import add_picture, remove_picture
from backend.proposals.services.plans import (
    delete_draft,
    save_draft,
    start_draft,
    submit_plan,
    withdraw_plan,
)
from backend.proposals.services.versions import NewVersion, adopt_argument
from backend.proposals.services.votes import cast_vote, withdraw_vote
from backend.proposals.states import PlanState, Result
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.plans import argue, close, make_plan_in, new_outcome, plan_text, round_at
from tests.builders.portals import make_portal, system_of, visitor_of

START = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
NOW = datetime(2027, 2, 12, 9, 30, tzinfo=UTC)

STATES = ["draft", "competing", "on_agenda", "decided", "lapsed", "taken_off", "withdrawn"]
# One letter for each state above. + it is done; - not allowed, because of who asks; . there is no such plan
# for them, hidden or absent; x it is too late or too early for it, whoever asks.
TABLE = """
actor       action           draft competing on_agenda decided lapsed taken_off withdrawn
visitor     see                .       +         +        +      +       +         .
visitor     vote               .       -         -        -      -       -         .
visitor     take_vote_back     .       -         -        -      -       -         .
visitor     change             .       -         -        -      -       -         .
visitor     submit             .       -         -        -      -       -         .
visitor     delete             .       -         -        -      -       -         .
visitor     add_picture        .       -         -        -      -       -         .
visitor     withdraw           .       -         -        -      -       -         .
visitor     prepare            .       .         -        -      .       -         .
visitor     give_context       .       .         -        -      .       -         .
visitor     record_outcome     .       .         -        -      .       -         .
visitor     take_off           .       .         -        -      .       -         .
visitor     take_up            .       -         -        -      -       -         .
resident    see                .       +         +        +      +       +         .
resident    vote               .       +         x        x      x       x         .
resident    take_vote_back     .       +         x        x      x       x         .
resident    change             .       .         .        .      .       .         .
resident    submit             .       .         .        .      .       .         .
resident    delete             .       .         .        .      .       .         .
resident    add_picture        .       -         -        -      -       -         .
resident    withdraw           .       .         .        .      .       .         .
resident    prepare            .       .         -        -      .       -         .
resident    give_context       .       .         -        -      .       -         .
resident    record_outcome     .       .         -        -      .       -         .
resident    take_off           .       .         -        -      .       -         .
resident    take_up            .       .         .        .      .       .         .
proposer    see                +       +         +        +      +       +         +
proposer    vote               -       +         x        x      x       x         -
proposer    take_vote_back     -       +         x        x      x       x         -
proposer    change             +       x         x        x      x       x         x
proposer    submit             +       x         x        x      x       x         x
proposer    delete             +       -         -        -      -       -         -
proposer    add_picture        +       -         -        -      -       -         -
proposer    withdraw           x       +         x        x      x       x         x
proposer    prepare            .       .         +        -      .       -         .
proposer    give_context       .       .         -        -      .       -         .
proposer    record_outcome     .       .         -        -      .       -         .
proposer    take_off           .       .         -        -      .       -         .
proposer    take_up            x       +         x        x      x       x         x
clerk       see                .       +         +        +      +       +         .
clerk       change             .       .         .        .      .       .         .
clerk       withdraw           .       .         .        .      .       .         .
clerk       prepare            .       .         -        -      .       -         .
clerk       give_context       .       .         -        -      .       -         .
clerk       record_outcome     .       .         +        -      .       -         .
clerk       take_off           .       .         +        -      .       -         .
clerk       take_up            .       .         .        .      .       .         .
official    give_context       .       .         +        -      .       -         .
official    record_outcome     .       .         -        -      .       -         .
official    take_off           .       .         -        -      .       -         .
official    prepare            .       .         -        -      .       -         .
councillor  give_context       .       .         -        -      .       -         .
councillor  record_outcome     .       .         +        -      .       -         .
councillor  take_off           .       .         -        -      .       -         .
councillor  take_up            .       .         .        .      .       .         .
councillor  prepare            .       .         -        -      .       -         .
neighbour   see                .       .         .        .      .       .         .
neighbour   vote               .       .         .        .      .       .         .
neighbour   change             .       .         .        .      .       .         .
neighbour   withdraw           .       .         .        .      .       .         .
neighbour   give_context       .       .         .        .      .       .         .
neighbour   record_outcome     .       .         .        .      .       .         .
neighbour   take_off           .       .         .        .      .       .         .
neighbour   take_up            .       .         .        .      .       .         .
"""
NOBODYS_BUSINESS = ["moderator", "organiser", "administrator"]
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
ROWS += [
    [role, action, *([".", ".", "-", "-", ".", "-", "."])]
    for role in NOBODYS_BUSINESS
    for action in ("give_context", "record_outcome", "take_off", "prepare")
]
TOO_LATE = (PlanNotCompeting, AlreadySubmitted)
LETTER: dict[str, type[DomainError] | tuple[type[DomainError], ...]] = {
    "-": NotAllowed,
    ".": NotFound,
    "x": TOO_LATE,
}
Do = Callable[[Actor, Portal, Plan], object]


def picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, "PNG")
    return file


def take_up_argument(actor: Actor, portal: Portal, plan: Plan) -> object:
    """By an argument of a neighbour, which there can only be while there is a discussion."""
    post_id = argue(plan, at=NOW).public_id if plan.state == PlanState.COMPETING else "geenenkele"
    new = NewVersion(what="Wat anders.", why="Daarom.", change="Alles.", replaces=1)
    return adopt_argument(actor=actor, public_id=plan.public_id, post_public_id=post_id, new=new, now=NOW)


ACTIONS: dict[str, Do] = {
    "see": lambda actor, portal, plan: get_plan(actor=actor, public_id=plan.public_id),
    "vote": lambda actor, portal, plan: cast_vote(actor=actor, public_id=plan.public_id, now=NOW),
    "take_vote_back": lambda actor, portal, plan: withdraw_vote(
        actor=actor, public_id=plan.public_id, now=NOW
    ),
    "change": lambda actor, portal, plan: save_draft(
        actor=actor, public_id=plan.public_id, text=plan_text(portal), now=NOW
    ),
    "submit": lambda actor, portal, plan: submit_plan(actor=actor, public_id=plan.public_id, now=NOW),
    "delete": lambda actor, portal, plan: delete_draft(actor=actor, public_id=plan.public_id, now=NOW),
    "add_picture": lambda actor, portal, plan: add_picture(
        actor=actor, public_id=plan.public_id, upload=picture(), description="Kade", now=NOW
    ),
    "withdraw": lambda actor, portal, plan: withdraw_plan(actor=actor, public_id=plan.public_id, now=NOW),
    "take_up": take_up_argument,
    "prepare": lambda actor, portal, plan: choose_attendance(
        actor=actor, plan_public_id=plan.public_id, attendance="comes", note="", now=NOW
    ),
    "give_context": lambda actor, portal, plan: give_context(
        actor=actor, plan_public_id=plan.public_id, text="Kost veel.", now=NOW
    ),
    "record_outcome": lambda actor, portal, plan: record_outcome(
        actor=actor,
        plan_public_id=plan.public_id,
        new=new_outcome(Result.MORE_TIME, next_on=date(2027, 6, 1)),
        now=NOW,
    ),
    "take_off": lambda actor, portal, plan: take_off_agenda(
        actor=actor, plan_public_id=plan.public_id, reason="Klaar.", now=NOW
    ),
}


def acting(who: str, portal: Portal, proposer: Actor) -> tuple[Actor, Portal]:
    """The one who tries it, and the portal they are at."""
    if who == "visitor":
        return visitor_of(portal), portal
    if who == "proposer":
        return proposer, portal
    if who == "neighbour":
        # Somebody with every role, at a portal of another municipality.
        other = make_portal("oosterpark", code="GM0014")
        return actor_of(make_person(other, roles=list(Role)), other), other
    roles = [] if who == "resident" else [Role(who)]
    return make_actor(portal, *roles), portal


@pytest.mark.parametrize("state", STATES)
def test_who_may_do_what_with_a_plan(west: Portal, state: str) -> None:
    proposer = make_actor(west)
    # What was counted was so in the month before; what was not is of this month.
    at = NOW if state in {PlanState.DRAFT, PlanState.COMPETING, PlanState.WITHDRAWN} else START
    plan = make_plan_in(west, PlanState(state), proposer=proposer, at=at)
    round_at(west, NOW)
    for ended in Round.objects.filter(counted_at=None, closes_at__lte=NOW):
        close(ended, at=NOW)
    people = {who: acting(who, west, proposer) for who in dict.fromkeys(row[0] for row in ROWS)}
    wrong = []
    for row in ROWS:
        who, action, letter = row[0], row[1], row[2 + STATES.index(state)]
        found = outcome_of(ACTIONS[action], *people[who], plan)
        if found != letter:
            wrong.append(f"{who} {action} {state}: {found}, not {letter}")
    assert not wrong


def outcome_of(do: Do, actor: Actor, portal: Portal, plan: Plan) -> str:
    """The letter of the table. What was done is undone, for the next one to try."""

    class Undo(Exception):
        pass

    try:
        with transaction.atomic(), in_municipality(portal.municipality_id):
            do(actor, portal, plan)
            raise Undo
    except Undo:
        return "+"
    except DomainError as error:
        return next((letter for letter, kind in LETTER.items() if isinstance(error, kind)), repr(error))


@pytest.mark.parametrize("who", ["visitor", "resident", *Role.values, "system"])
def test_who_may_do_what_without_a_plan(west: Portal, who: str) -> None:
    actor = system_of(west) if who == "system" else acting(who, west, visitor_of(west))[0]
    signed_in = who not in {"visitor", "system"}
    clerk_or_clock = who in {"clerk", "system"}
    assert permissions.can_propose(actor) is signed_in
    assert permissions.can_manage_rounds(actor) is clerk_or_clock
    assert permissions.can_import(actor) is clerk_or_clock
    assert permissions.can_close_rounds(actor) is (who == "system")
    assert can_see_desk(actor) is (who in set(Role.values))


@pytest.mark.parametrize("who", ["visitor", "resident", *Role.values])
def test_the_services_ask_the_same(west: Portal, who: str) -> None:
    actor = acting(who, west, visitor_of(west))[0]
    this = round_at(west, START)
    may = permissions.can_propose(actor)
    assert allowed(lambda: start_draft(actor=actor, text=plan_text(west), now=NOW)) is may
    assert allowed(lambda: close_round(actor=actor, round_id=this.pk, now=NOW)) is False


def allowed(do: Callable[[], object]) -> bool:
    try:
        do()
    except NotAllowed:
        return False
    return True


def test_every_predicate_stands_in_a_table() -> None:
    """A new predicate is first given its rows here."""
    known = {
        "can_propose": "start_draft",
        "can_edit": "change",
        "can_vote": "vote",
        "can_withdraw_plan": "withdraw",
        "can_take_up": "take_up",
        "can_prepare": "a page; see test_addresses",
        "can_choose_attendance": "prepare",
        "can_manage_rounds": "without a plan",
        "can_close_rounds": "without a plan",
        "can_take_off_agenda": "take_off",
        "can_give_context": "give_context",
        "can_record_outcome": "record_outcome",
        "can_import": "without a plan",
    }
    assert {name for name in vars(permissions) if name.startswith("can_")} == set(known)


def test_pictures_leave_a_draft_by_its_proposer_alone(west: Portal) -> None:
    proposer = make_actor(west)
    plan = make_plan_in(west, PlanState.DRAFT, proposer=proposer, at=START)
    add_picture(actor=proposer, public_id=plan.public_id, upload=picture(), description="Kade", now=NOW)
    with pytest.raises(NotFound):
        remove_picture(actor=make_actor(west), public_id=plan.public_id, position=1)
    remove_picture(actor=proposer, public_id=plan.public_id, position=1)
    with pytest.raises(NotFound):
        remove_picture(actor=proposer, public_id=plan.public_id, position=1)
