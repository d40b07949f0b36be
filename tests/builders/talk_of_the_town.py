"""A portal where people wrote in every place where they can, and not all of it is for everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.core.actor import Actor
from backend.core.due import walk
from backend.core.live.sources import Asking, Part, source_named
from backend.core.tenancy import in_municipality
from backend.discussion.models import Post
from backend.discussion.services.arguments import edit_text, withdraw_text
from backend.discussion.services.facilitation import ask_question, pin, summarise
from backend.discussion.services.moderation.interests import declare_interest
from backend.discussion.services.moderation.objecting import object_to
from backend.discussion.services.moderation.texts import ask_to_rephrase, hide
from backend.discussion.states import PostState
from backend.feedback.models import Subject
from backend.feedback.services.answers import AnswerText, keep_draft
from backend.identity.models import Person
from backend.identity.services.copies import ask_for_copy, make_copy
from backend.identity.states import Role
from backend.notifications.models import ContactDetails
from backend.notifications.services.newsletters import add_text
from backend.places.models import Portal
from backend.proposals.models import Plan
from backend.proposals.services.agenda import choose_attendance, give_context
from backend.proposals.services.plans import withdraw_plan
from backend.proposals.states import Attendance

from .discussions import make_argument, make_reply
from .moderation import grounds_for, report_of
from .newsletters import make_newsletter, send
from .people import actor_of, make_person
from .plans import (
    argue,
    make_draft,
    make_meeting,
    make_plan,
    make_votes,
    make_winner,
    take_up,
)

# What is written in a place. A name with a plus is for everybody to read; the others are not.
Words = Callable[[str], str]
# A little more than a month.
LONG_AGO = timedelta(days=32)


@dataclass(frozen=True)
class Town:
    """Who lives there, and the plan that all of it is about."""

    portal: Portal
    plan: Plan
    people: dict[str, Person]


def make_town(portal: Portal, words: Words, *, at: datetime) -> Town:
    with in_municipality(portal.municipality_id):
        before = at - 3 * LONG_AGO
        people = {
            name: make_person(portal, name=words(f"+{name}")[:80], roles=roles, at=before)
            for name, roles in {
                # Wrote everything that is not for everybody.
                "writer": [],
                "neighbour": [],
                "councillor": [Role.COUNCILLOR],
                "official": [Role.OFFICIAL],
                "moderator": [Role.MODERATOR],
                "partial": [Role.MODERATOR],
            }.items()
        }
        _agenda(portal, people, words, at)
        town = Town(portal, _plans(portal, people, words, at), people)
        _discussion(town, words, at)
        _hidden(town, words, at)
        _answers(town, words, at)
        _newsletters(portal, words, at)
        export = ask_for_copy(actor=_actor(town, "writer"), now=at)
        make_copy(export_id=export.pk, now=at)
        ContactDetails.objects.create(
            person=people["writer"],
            name=words("contact_name")[:80],
            street=words("contact_street")[:100],
            postcode="1055 TK",
            city="Amsterdam",
        )
    return town


def _actor(town: Town, name: str) -> Actor:
    return actor_of(town.people[name], town.portal)


def _agenda(portal: Portal, people: dict[str, Person], words: Words, at: datetime) -> None:
    """A plan that won some time ago and will be discussed. Every month since then was counted."""
    won_at, proposer = at - 2 * LONG_AGO, actor_of(people["writer"], portal)
    make_meeting(portal, starts_at=at + LONG_AGO, at=won_at)
    winner = make_winner(portal, proposer=proposer, at=won_at)
    walk(at)
    give_context(
        actor=actor_of(people["official"], portal),
        plan_public_id=winner.public_id,
        text=words("+context"),
        now=at,
    )
    choose_attendance(
        actor=proposer,
        plan_public_id=winner.public_id,
        attendance=Attendance.COMES,
        note=words("attendance_note"),
        now=at,
    )


def _plans(portal: Portal, people: dict[str, Person], words: Words, at: datetime) -> Plan:
    """One that everybody reads, a draft, and one that was withdrawn after it was changed."""
    writer, neighbour = actor_of(people["writer"], portal), actor_of(people["neighbour"], portal)
    texts = ("title", "what", "why", "address")
    make_draft(portal, proposer=writer, at=at, **{name: words(f"draft_{name}") for name in texts})
    withdrawn = make_plan(
        portal, proposer=writer, at=at, **{name: words(f"withdrawn_{name}") for name in ("what", "why")}
    )
    make_votes(withdrawn, 1, at=at)
    said = argue(withdrawn, writer=neighbour, at=at, text=words("said_of_withdrawn"))
    take_up(
        withdrawn,
        said,
        proposer=writer,
        at=at,
        what=words("withdrawn_version"),
        change=words("withdrawn_change"),
    )
    withdraw_plan(actor=writer, public_id=withdrawn.public_id, now=at)
    plan = make_plan(portal, proposer=writer, at=at, **{name: words(f"+plan_{name}") for name in texts})
    make_votes(plan, 1, at=at)
    return plan


def _discussion(town: Town, words: Words, at: datetime) -> None:
    """What everybody reads."""
    neighbour, councillor = _actor(town, "neighbour"), _actor(town, "councillor")
    said = argue(town.plan, writer=neighbour, at=at, text=words("+argument_before"))
    edit_text(actor=neighbour, post_public_id=said.public_id, text=words("+argument"), now=at)
    make_reply(said, words("+reply"), at=at, writer=_actor(town, "writer"))
    thread = said.thread
    ask_question(actor=councillor, thread_public_id=thread.public_id, text=words("+question"), now=at)
    summary = summarise(actor=councillor, thread_public_id=thread.public_id, text=words("+summary"), now=at)
    pin(actor=councillor, post_public_id=summary.public_id, now=at)
    take_up(
        town.plan,
        said,
        proposer=_actor(town, "writer"),
        at=at,
        what=words("+plan_version"),
        change=words("+plan_change"),
    )
    report_of(said, at=at, reporter=_actor(town, "writer"), note=words("report_note"))
    declare_interest(
        actor=_actor(town, "partial"), thread_public_id=thread.public_id, why=words("interest"), now=at
    )


def _hidden(town: Town, words: Words, at: datetime) -> None:
    """What not everybody reads: held, hidden, to be rephrased, withdrawn. Both as argument and as reply."""
    writer, moderator = _actor(town, "writer"), _actor(town, "moderator")
    answered = argue(town.plan, writer=_actor(town, "neighbour"), at=at, text=words("+stays"))
    thread = answered.thread
    newcomer = actor_of(make_person(town.portal, at=at), town.portal)
    assert make_argument(thread, words("held"), at=at, writer=newcomer).state == PostState.HELD
    assert make_reply(answered, words("held_reply"), at=at, writer=newcomer).state == PostState.HELD

    def placed(name: str, *, as_reply: bool) -> Post:
        """With another text before it, which is hidden with it."""
        first = words(f"{name}_before")
        post = (
            make_reply(answered, first, at=at, writer=writer)
            if as_reply
            else make_argument(thread, first, at=at, writer=writer)
        )
        edit_text(actor=writer, post_public_id=post.public_id, text=words(name), now=at)
        return post

    for as_reply in (False, True):
        tail = "_reply" if as_reply else ""
        hidden = placed(f"hidden{tail}", as_reply=as_reply)
        grounds = grounds_for(hidden, reason=words(f"reason_to_hide{tail}"))
        action = hide(actor=moderator, post_public_id=hidden.public_id, grounds=grounds, now=at)
        object_to(actor=writer, action_public_id=action.public_id, text=words(f"objection{tail}"), now=at)
        unclear = placed(f"unclear{tail}", as_reply=as_reply)
        grounds = grounds_for(unclear, reason=words(f"reason_to_rephrase{tail}"))
        ask_to_rephrase(actor=moderator, post_public_id=unclear.public_id, grounds=grounds, now=at)
        taken_back = placed(f"taken_back{tail}", as_reply=as_reply)
        if not as_reply:
            make_reply(taken_back, words("+below_taken_back"), at=at, writer=_actor(town, "neighbour"))
        withdraw_text(actor=writer, post_public_id=taken_back.public_id, now=at)


def _answers(town: Town, words: Words, at: datetime) -> None:
    """An answer that somebody is still writing."""
    subject = Subject.objects.get(subject_type="proposals.plan", subject_id=town.plan.pk)
    text = AnswerText(done=words("unsent_done"), not_done=words("unsent_not_done"), why=words("unsent_why"))
    keep_draft(actor=_actor(town, "councillor"), public_id=subject.public_id, text=text, now=at)


def _newsletters(portal: Portal, words: Words, at: datetime) -> None:
    send(
        make_newsletter(portal, subject=words("+letter_subject"), intro=words("+letter_intro"), at=at), at=at
    )
    draft = make_newsletter(
        portal, subject=words("unsent_letter_subject"), intro=words("unsent_letter_intro"), texts=0, at=at
    )
    from_system = Actor(portal.municipality_id, portal.pk, reason="test")
    add_text(
        actor=from_system,
        public_id=draft.public_id,
        title=words("unsent_letter_title"),
        text=words("unsent_letter_text"),
        now=at,
    )


def told_live(town: Town, *, now: datetime) -> list[Part]:
    """Everything that an open page of the plan is sent, for visitors and for others, from its start on."""
    source = source_named("plan")
    before, votes, _thread = source.versions([town.plan.pk], now)[town.plan.pk].split(".")
    askings = (
        Asking(id=town.plan.pk, since=f"{before}.{votes}.0", language="en", for_visitors=for_visitors)
        for for_visitors in (False, True)
    )
    return [part for asking in askings for part in source.render(asking, now).parts]
