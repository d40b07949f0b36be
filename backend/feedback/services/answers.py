"""Answering once for many: drafted, looked at, sent, and on its way to each person in their own channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require, require_found
from backend.identity.selectors.roles import shown_as
from backend.identity.states import Role
from backend.notifications import services as notifications
from backend.notifications.selectors import people_reached_on_page, people_who_chose
from backend.notifications.services import Notice
from backend.notifications.states import Channel, Choice, Kind

from .. import permissions
from ..errors import DraftChanged, NobodyWaits
from ..models import Answer, Promise, Subject
from ..rules import LONGEST_TEXT
from ..selectors.owed import get_subject, people_of_answer, people_who_contributed, waiting_for
from ..states import ANSWERING_ROLES, Contribution, Phase, PromiseState
from .settling import hold, settle

PEOPLE_AT_ONCE = 1_000


@dataclass(frozen=True, kw_only=True)
class AnswerText:
    """What an official writes, and for whom. A draft may be half empty; an empty choice leaves nobody out."""

    done: str = ""
    not_done: str = ""
    why: str = ""
    contributions: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


@transaction.atomic
def keep_draft(*, actor: Actor, public_id: str, text: AnswerText, now: datetime) -> Answer:
    """Keep what was typed about a subject. Each official has one draft of it, which nobody else sees."""
    subject = hold(get_subject(actor=actor, public_id=public_id).pk)
    require(permissions.can_answer(actor, subject))
    typed = {name: getattr(text, name).strip() for name in ("done", "not_done", "why")}
    for name, value in typed.items():
        if len(value) > LONGEST_TEXT:
            message = _(
                "This is too long: %(length)s characters. At most %(limit)s fit. Nothing you typed was lost."
            )
            raise InvalidInput(message % {"length": len(value), "limit": LONGEST_TEXT}, field=name)
    chosen = {
        "contributions": [kind for kind in Contribution.values if kind in text.contributions],
        "phases": [phase for phase in Phase.values if phase in text.phases],
        "channels": [channel for channel in Channel.values if channel in text.channels],
    }
    draft = Answer.objects.filter(subject=subject, written_by=actor.require_person(), sent_at=None).first()
    if draft is None:
        draft = Answer(
            municipality_id=subject.municipality_id,
            subject=subject,
            written_by_id=actor.person_id,
            changed_at=now,
        )
    said = typed | chosen
    if draft.pk and all(getattr(draft, name) == value for name, value in said.items()):
        return draft
    for name, value in said.items():
        setattr(draft, name, value)
    draft.changed_at = now
    _sign(draft, actor, subject, now)
    draft.edition += 1
    draft.save()
    return draft


@transaction.atomic
def send_answer(*, actor: Actor, answer_public_id: str, edition: int, now: datetime) -> Answer:
    """Send one's own draft to everybody who waits for it. A second time changes nothing.

    `edition` is the one that was looked at. Raises DraftChanged when there is a newer one, NobodyWaits when
    somebody else answered meanwhile, InvalidInput naming the field that is empty.
    """
    mine = Answer.objects.filter(public_id=answer_public_id, written_by=actor.require_person())
    found = require_found(mine.filter(subject__portal_id=actor.require_portal()).first())
    subject = hold(found.subject_id)
    require(permissions.can_answer(actor, subject))
    draft = mine.get()
    if draft.sent_at is not None:
        return draft
    if draft.edition != edition:
        raise DraftChanged
    require_complete(draft)
    draft.people = _pick(draft)
    if not draft.people:
        raise NobodyWaits
    draft.sent_at = now
    _sign(draft, actor, subject, now)
    draft.save()
    _send(draft, subject, context_of(draft, subject), people_of_answer(draft), now)
    audit.record(actor=actor, action="feedback.answer_sent", target=draft, at=now, people=draft.people)
    pagecache.empty(subject.portal_id)
    return draft


def _sign(draft: Answer, actor: Actor, subject: Subject, now: datetime) -> None:
    """Put below it who answers: in the role that owes the answer when they have it."""
    draft.role = next(role for role in (subject.owed_by, *ANSWERING_ROLES) if actor.has_role(role))
    holder = shown_as(actor, now=now, role=Role(draft.role))
    draft.signed_name, draft.affiliation = (holder.name, holder.affiliation) if holder else ("", "")


def context_of(draft: Answer, subject: Subject) -> Mapping[str, str | int]:
    """What the message of an answer in somebody's own words is made of."""
    return {
        "title": subject.title,
        "address": f"/beloften/{subject.public_id}/",
        "done": draft.done,
        "not_done": draft.not_done,
        "why": draft.why,
        "name": draft.signed_name,
        "role": draft.role,
        "affiliation": draft.affiliation,
    }


def require_complete(draft: Answer) -> None:
    """Raises InvalidInput naming the first of the three texts that is still empty."""
    missing = {
        "done": _("Write what was done. If nothing was done, write that."),
        "not_done": _("Write what was not done. If nothing was left out, write that."),
        "why": _("Write why."),
    }
    for name, message in missing.items():
        if not getattr(draft, name):
            raise InvalidInput(message, field=name)


@dataclass(frozen=True, kw_only=True)
class ItsOwnAnswer:
    """What a subject answers by itself, in words of its own, such as the outcome of a plan."""

    template: str
    version: str = ""
    context: Mapping[str, str | int] = field(default_factory=dict)


def answer_by_itself(*, subject_type: str, subject_id: int, telling: ItsOwnAnswer, now: datetime) -> int:
    """Give everybody who contributed the answer that follows from what happened. How many are told.

    It answers those who still wait. Who was answered before hears it too.
    """
    known = Subject.objects.get(subject_type=subject_type, subject_id=subject_id)
    subject = hold(known.pk)
    answer = Answer.objects.create(
        municipality_id=subject.municipality_id,
        subject=subject,
        template=telling.template,
        version=telling.version,
        context=dict(telling.context),
        changed_at=now,
        sent_at=now,
    )
    Answer.objects.filter(pk=answer.pk).update(people=_pick(answer))
    people = people_who_contributed(subject_type=subject_type, subject_id=subject_id)
    told = _send(answer, subject, telling.context, people, now)
    pagecache.empty(subject.portal_id)
    return told


def _pick(answer: Answer) -> int:
    """Take everybody who waits for this answer, in one statement: then they wait for no other any more."""
    return waiting_for(answer).update(state=PromiseState.ANSWERED, answer=answer)


def _send(
    answer: Answer, subject: Subject, context: Mapping[str, str | int], people: Iterable[int], now: datetime
) -> int:
    """Queue it for each person once, also who contributed twice. Who chose their page has it now."""
    told = notifications.notify(
        portal=subject.portal,
        people=people,
        notice=Notice(
            kind=Kind.ANSWERS,
            template=answer.template,
            subject=message_subject(answer.pk),
            version=answer.version,
            context=context,
        ),
        now=now,
    )
    _conclude_on_page(answer, now)
    settle(subject, now)
    return told


def _conclude_on_page(answer: Answer, now: datetime) -> None:
    """Whom the page alone tells: who chose it has the answer now.

    By their numbers, some at a time: the database takes minutes for thousands in one statement, as long as it
    does not know yet how many there are.
    """
    on_page = iter(
        people_reached_on_page(
            template=answer.template, subject=message_subject(answer.pk), version=answer.version
        )
    )
    chose = people_who_chose(Kind.ANSWERS, Choice.PAGE)
    while people := list(islice(on_page, PEOPLE_AT_ONCE)):
        theirs = Promise.objects.filter(answer=answer, state=PromiseState.ANSWERED, person_id__in=people)
        chosen = list(chose.filter(person_id__in=people))
        theirs.filter(person_id__in=chosen).update(state=PromiseState.KEPT, kept_at=now, told_by=Channel.PAGE)
        # Nobody knows whether somebody looks at a page that they did not choose, for want of any address.
        theirs.update(state=PromiseState.UNREACHABLE)


def message_subject(answer_id: int | str) -> str:
    """What the messages of an answer are about, as the outbox knows it."""
    return f"answer:{answer_id}"
