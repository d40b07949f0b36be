"""Putting messages together in one mail a day or a week.

A digest is known by person, portal, cadence and day, whenever it is made: a worker that was away makes it
later, and two that meet make it once. What waits is asked of the database, never remembered from last time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from ..keys import reference_of
from ..models import Message
from ..rules import digest_day, digest_moment
from ..states import CADENCES, Channel, Delivery, Kind

TEMPLATE = "digest"
# So many are made in one transaction, in a second or two.
AT_ONCE = 2_000


def digests_to_prepare(now: datetime) -> Iterable[int]:
    """One number for each cadence for which anything waits, that tells the day as well."""
    due = ((place, cadence, digest_day(cadence, now)) for place, cadence in enumerate(CADENCES))
    return [
        day.toordinal() * len(CADENCES) + place
        for place, cadence, day in due
        if _waiting(cadence, day).exists()
    ]


@transaction.atomic
def prepare_digests(number: int, now: datetime) -> None:
    """Make the next digests of a cadence and a day. What they hold is fixed from then on."""
    ordinal, place = divmod(number, len(CADENCES))
    cadence, day = CADENCES[place], date.fromordinal(ordinal)
    waiting = _waiting(cadence, day)
    keys = list(
        waiting.order_by("person_id", "portal_id")
        .values_list("person_id", "portal_id", "municipality_id")
        .distinct()[:AT_ONCE]
    )
    if not keys:
        return
    version = _version(cadence, day)
    of_these = Q(person__gte=keys[0][0], person__lte=keys[-1][0])
    Message.objects.bulk_create(
        (_digest(*key, version, now) for key in keys), batch_size=500, ignore_conflicts=True
    )
    # Those that nobody can send yet are ours. One that another worker made is closed already.
    made = Message.objects.all_municipalities().filter(
        of_these,
        template=TEMPLATE,
        version=version,
        delivery=Delivery.QUEUED,
        next_attempt_at=None,
    )
    of_item = made.filter(person=OuterRef("person"), portal=OuterRef("portal"))
    items = _not_in_a_digest(cadence, day).filter(Exists(of_item), of_these)
    items.update(digest=Subquery(of_item.values("pk")[:1]))
    made.update(next_attempt_at=now)


def _waiting(cadence: str, day: date) -> QuerySet[Message]:
    """What goes in the digests of this day. Who has that digest already gets the rest in the next one."""
    made = Message.objects.all_municipalities().filter(
        person=OuterRef("person"),
        portal=OuterRef("portal"),
        template=TEMPLATE,
        version=_version(cadence, day),
    )
    return _not_in_a_digest(cadence, day).filter(~Exists(made))


def _not_in_a_digest(cadence: str, day: date) -> QuerySet[Message]:
    return Message.objects.all_municipalities().filter(
        cadence=cadence,
        delivery=Delivery.QUEUED,
        digest__isnull=True,
        created_at__lt=digest_moment(day),
    )


def _version(cadence: str, day: date) -> str:
    return f"{cadence}:{day.isoformat()}"


def _digest(person_id: int, portal_id: int, municipality_id: int, version: str, now: datetime) -> Message:
    subject = f"portal:{portal_id}"
    return Message(
        municipality_id=municipality_id,
        portal_id=portal_id,
        person_id=person_id,
        kind=Kind.DIGEST,
        template=TEMPLATE,
        subject=subject,
        version=version,
        reference=reference_of(person_id, TEMPLATE, subject, version),
        channel=Channel.EMAIL,
        delivery=Delivery.QUEUED,
        created_at=now,
    )
