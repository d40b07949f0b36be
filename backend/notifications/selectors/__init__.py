"""Reading messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, Expression, OuterRef, Q, QuerySet, Subquery, Value, When

from backend.core.actor import Actor
from backend.core.errors import require, require_found
from backend.identity.models import Person
from backend.places.models import Portal
from backend.places.selectors import list_portals

from ..models import HAS_ADDRESS, HAS_TELEPHONE, ContactDetails, Message, PostBatch, Preference
from ..permissions import can_call, can_post, can_settle
from ..rules import Details
from ..states import CHOICES, FOR_A_HUMAN, MUST_ARRIVE, NOT_ARRIVED, Channel, Choice, Delivery, Kind

# Mail goes out within a minute. What waits longer shows that something is wrong.
STUCK_AFTER = timedelta(hours=1)


def visible_messages(actor: Actor) -> QuerySet[Message]:
    """A person's own messages at this portal, newest first."""
    return _on_page(actor).select_related("portal").order_by("-created_at", "-id")


def count_unread(actor: Actor) -> int:
    return _on_page(actor).filter(read_at=None).count()


def _on_page(actor: Actor) -> QuerySet[Message]:
    """A digest stands on no page: what it holds does. Newsletters have a page of their own, for everybody."""
    mine = Message.objects.filter(person_id=actor.require_person(), portal_id=actor.require_portal())
    return mine.exclude(kind__in=[Kind.DIGEST, Kind.NEWSLETTER])


def last_read(*, person_id: int, template: str, subject: str) -> int:
    """The message about a subject that somebody read last, or 0: what to tell once until it was read is keyed
    by it."""
    read = Message.objects.filter(person_id=person_id, template=template, subject=subject)
    return read.exclude(read_at=None).order_by("-pk").values_list("pk", flat=True).first() or 0


def choices_of(actor: Actor) -> dict[Kind, Choice]:
    """What somebody chose, for every kind that can be chosen."""
    rows = Preference.objects.filter(person_id=actor.require_person())
    chosen = {Kind(row.kind): Choice(row.choice) for row in rows}
    return {kind: chosen.get(kind, Choice.AT_ONCE) for kind in CHOICES}


def details_of(actor: Actor) -> Details:
    """Where a letter or a call finds somebody, as they filled it in."""
    row = ContactDetails.objects.filter(person_id=actor.require_person()).first()
    if row is None:
        return Details()
    return Details(row.name, row.street, row.postcode, row.city, row.telephone)


def undelivered(portal_id: int) -> QuerySet[Message]:
    """What a person must look at, oldest first: mail that failed, mail of which nobody knows whether it
    arrived, and what did not arrive and must. What is in a digest is dealt with as that digest.
    """
    by_itself = Q(delivery__in=FOR_A_HUMAN, digest=None)
    must_arrive = Q(delivery__in=NOT_ARRIVED, kind__in=MUST_ARRIVE)
    return Message.objects.filter(by_itself | must_arrive, portal_id=portal_id).order_by("created_at", "id")


def list_undelivered(actor: Actor) -> QuerySet[Message]:
    """The same, for those who deal with it."""
    require(can_settle(actor))
    return undelivered(actor.require_portal())


def get_message_here(actor: Actor, message_id: int) -> Message:
    """A message of this portal, for those who deal with what did not arrive."""
    require(can_settle(actor))
    return require_found(Message.objects.filter(pk=message_id, portal_id=actor.require_portal()).first())


def count_stuck(actor: Actor, *, now: datetime) -> int:
    """Mail that should have gone out long ago: the mail server is away, or nothing sends."""
    require(can_settle(actor))
    waiting = Message.objects.filter(
        portal_id=actor.require_portal(),
        delivery=Delivery.QUEUED,
        attempts=0,
        next_attempt_at__lte=now - STUCK_AFTER,
    )
    return waiting.count()


def letters_waiting(actor: Actor) -> QuerySet[Message]:
    """Messages of this portal that people want as a letter and that are in no batch, oldest first."""
    require(can_post(actor))
    return Message.objects.filter(
        portal_id=actor.require_portal(),
        channel=Channel.LETTER,
        delivery=Delivery.QUEUED,
        batch__isnull=True,
    ).order_by("created_at", "id")


def list_batches(actor: Actor) -> QuerySet[PostBatch]:
    """Batches of letters of this portal, newest first."""
    require(can_post(actor))
    return PostBatch.objects.filter(portal_id=actor.require_portal()).order_by("-asked_at", "-id")


def get_batch(actor: Actor, public_id: str) -> PostBatch:
    return require_found(list_batches(actor).filter(public_id=public_id).first())


def list_calls(actor: Actor) -> QuerySet[Message]:
    """Messages of this portal to tell by telephone: those not tried yet first, then oldest first."""
    require(can_call(actor))
    waiting = Message.objects.filter(
        portal_id=actor.require_portal(), channel=Channel.CALL, delivery=Delivery.QUEUED
    )
    return waiting.select_related("portal", "person").order_by("attempts", "created_at", "id")


def get_call(actor: Actor, message_id: int) -> Message:
    """A message of this portal, for whoever calls people."""
    require(can_call(actor))
    return require_found(Message.objects.filter(pk=message_id, portal_id=actor.require_portal()).first())


def details_by_person(actor: Actor, people: Iterable[int]) -> dict[int, ContactDetails]:
    """Where people are called, for whoever calls them."""
    require(can_call(actor))
    return {row.person_id: row for row in ContactDetails.objects.filter(person__in=list(people))}


def people_reached_on_page(*, template: str, subject: str, version: str = "") -> QuerySet[Message, int]:
    """Who reads this very message on their own page alone: they count as told."""
    told = Message.objects.filter(template=template, subject=subject, version=version, channel=Channel.PAGE)
    return told.order_by().values_list("person_id", flat=True)


def people_told_by(kind: Kind, channels: Iterable[str]) -> QuerySet[Person, int]:
    """Who would hear of something now in one of these channels, as a condition within another query."""
    return _with_channel(kind).filter(told_by__in=list(channels)).order_by().values_list("pk", flat=True)


def count_by_channel(kind: Kind, people: QuerySet[Any, Any]) -> dict[Channel, int]:
    """In which channel how many of these people would hear of something now, without empty channels."""
    rows = _with_channel(kind).filter(pk__in=people).order_by().values_list("told_by")
    found = dict(rows.annotate(people=Count("pk")))
    return {channel: found[channel] for channel in Channel if channel in found}


def _with_channel(kind: Kind) -> QuerySet[Any, Any]:
    """People with `told_by`: what `rules.possible_choice` says, for the database."""
    chosen = Preference.objects.filter(person=OuterRef("pk"), kind=kind).values("choice")[:1]
    details = ContactDetails.objects.filter(person=OuterRef("pk"))
    by_channel = Case(
        When(Q(chosen=Choice.LETTER) & Exists(details.filter(HAS_ADDRESS)), then=Value(Channel.LETTER)),
        When(Q(chosen=Choice.CALL) & Exists(details.filter(HAS_TELEPHONE)), then=Value(Channel.CALL)),
        When(Q(chosen=Choice.PAGE) | Q(email=None) | Q(email=""), then=Value(Channel.PAGE)),
        default=Value(Channel.EMAIL),
    )
    return Person.objects.annotate(chosen=Subquery(chosen)).annotate(told_by=by_channel)


def messages_on_their_way(*, person: OuterRef, subject: Expression) -> QuerySet[Message]:
    """Messages to somebody about something of which it is not known yet what becomes of them, as a condition
    within another query. Those that stand on a list for a person are among them."""
    return Message.objects.all_municipalities().filter(
        person_id=person, subject=subject, delivery__in=[Delivery.QUEUED, Delivery.SENDING, *FOR_A_HUMAN]
    )


def portal_last_heard_from(person_id: int) -> Portal | None:
    """The portal that wrote to somebody last, or else any: it is the one they know."""
    last = (
        Message.objects.all_municipalities()
        .filter(person_id=person_id)
        .select_related("portal")
        .order_by("-created_at", "-pk")
        .first()
    )
    if last is not None:
        return last.portal
    return next(iter(list_portals()), None)


def people_who_chose(kind: Kind, choice: Choice) -> QuerySet[Preference, int]:
    """Who wants to hear about one kind of things in this way, as a condition within another query."""
    return Preference.objects.filter(kind=kind, choice=choice).order_by().values_list("person_id", flat=True)
