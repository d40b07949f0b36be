"""Mail to everybody never holds up the closing of a round."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from backend.core import due
from backend.notifications.models import Message
from backend.notifications.states import Channel, Delivery, Kind
from backend.places.models import Portal
from backend.proposals.models import Round
from tests.builders.people import make_person
from tests.builders.plans import make_plan, round_at
from tests.builders.post_office import post_office

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
DIGESTS = 50_000


def make_digests(portal: Portal, *, at: datetime) -> None:
    """So many digests that wait. Of one person: who they are to makes no difference to the queue."""
    person = make_person(portal, verified=False, at=at)
    common = {
        "municipality_id": portal.municipality_id,
        "portal": portal,
        "person": person,
        "channel": Channel.EMAIL,
        "delivery": Delivery.QUEUED,
        "created_at": at,
    }
    Message.objects.bulk_create(
        (
            Message(
                **common,
                kind=Kind.DIGEST,
                template="digest",
                version=str(number),
                reference=f"digest-{number}",
                next_attempt_at=at,
            )
            for number in range(DIGESTS)
        ),
        batch_size=5_000,
    )
    digests = Message.objects.filter(kind=Kind.DIGEST).values_list("pk", flat=True)
    context = {"title": "Bankjes", "address": "/plannen/abc/", "round": 3}
    Message.objects.bulk_create(
        (
            Message(
                **common,
                kind=Kind.PLANS,
                template="plan_won",
                subject=f"plan:{digest}",
                context=context,
                reference=f"item-{digest}",
                digest_id=digest,
            )
            for digest in list(digests)
        ),
        batch_size=5_000,
    )


@pytest.mark.slow
def test_a_round_closes_in_the_walk_at_its_end_while_fifty_thousand_digests_wait(
    west: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plan(west, at=NOW, votes=2)
    this = round_at(west, NOW)
    make_digests(west, at=NOW)
    monkeypatch.setattr(due, "SECONDS_OF_PATIENT_WORK", 1.0)
    with post_office() as office:
        began = time.monotonic()
        due.walk(this.closes_at - timedelta(hours=3))
        assert time.monotonic() - began < 30, "a walk ends, whatever waits"
        sent = len(office.received)
        assert 0 < sent < DIGESTS / 2
        report = due.walk(this.closes_at)
    done = list(report.done)
    assert done.index("proposals.close_round") < done.index("notifications.send_digests")
    assert Round.objects.get(pk=this.pk).counted_at == this.closes_at
    assert sent < len(office.received) < DIGESTS / 2
