"""Counting a month: once, whoever asks and however late, as the votes stood when it ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import require
from backend.core.events import publish
from backend.core.lots.commitments import ALGORITHM
from backend.core.lots.drawing import Lot
from backend.feedback import services as feedback
from backend.feedback.states import Phase
from backend.notifications import services as notifications
from backend.notifications.services import Notice
from backend.notifications.states import Kind

from .. import permissions
from ..errors import NotDueYet
from ..events import RoundCounted
from ..models import Plan, PlanCount, Protocol, Round, Vote
from ..protocol_format import FORMAT, hash_of
from ..rules import Count, count_votes
from ..selectors.tallies import PlanTally, candidates, recount
from ..states import PlanState
from .agenda import put_on_agenda
from .announcements import SUBJECT, announce, announce_to_many
from .threads import close_threads_of

BATCH = 1_000


@dataclass(frozen=True)
class CountedPlan:
    """What the count needs to know of a plan; its texts stay in the database."""

    pk: int
    public_id: str
    reference: str
    title: str
    submitted_at: datetime
    count: int


@transaction.atomic
def close_round(*, actor: Actor, round_id: int, now: datetime) -> Protocol:
    """Count a round that has ended, publish its protocol and put the winner on the committee's agenda.

    Takes the round alone, so that every vote in flight is in before counting and none comes after it. A
    second call gives the same protocol. Raises NotDueYet while the round, or one before it, is still open.
    """
    require(permissions.can_close_rounds(actor))
    this = Round.objects.select_for_update().get(pk=round_id)
    made = Protocol.objects.filter(round=this).first()
    if made is not None:
        return made
    uncounted_before = Round.objects.filter(portal_id=this.portal_id, number__lt=this.number, counted_at=None)
    if this.closes_at > now or uncounted_before.exists():
        raise NotDueYet
    tallies = {tally.plan_id: tally for tally in recount(this.portal_id, this.rules, this.closes_at)}
    plans = {plan.public_id: plan for plan in _counted_plans(this)}
    lot = Lot(commitment=this.lot_commitment, secret=this.lot_secret)
    votes = {public_id: tallies[plan.pk].votes for public_id, plan in plans.items()}
    count = count_votes(votes, minimum=this.rules.minimum_votes, lot=lot)
    protocol = _publish(this, _body(this, plans, tallies, count), now)
    this.counted_at = now
    this.save(update_fields=["counted_at"])
    _keep_counts(this, plans, count, votes)
    _settle(this, plans, count, votes, now)
    audit.record(actor=actor, action="proposals.round_counted", target=this, at=now, protocol=protocol.hash)
    publish(RoundCounted(municipality_id=this.municipality_id, at=now, round_id=this.pk))
    pagecache.empty(this.portal_id)
    return protocol


def _counted_plans(this: Round) -> Iterator[CountedPlan]:
    rows = candidates(this.portal_id, at=this.closes_at).order_by("public_id")
    fields = ("pk", "public_id", "source_reference", "title", "submitted_at", "counts_taken")
    for pk, public_id, reference, title, submitted_at, taken in rows.values_list(*fields).iterator():
        yield CountedPlan(pk, public_id, reference, title, submitted_at or this.opens_at, taken + 1)


def _body(
    this: Round, plans: dict[str, CountedPlan], tallies: dict[int, PlanTally], count: Count
) -> dict[str, object]:
    """The protocol without its hash; `verify_protocol.py` says how to check it."""
    rules = this.rules
    not_counted: dict[str, int] = {}
    for tally in tallies.values():
        for reason, number in tally.not_counted.items():
            not_counted[reason] = not_counted.get(reason, 0) + number
    lot: dict[str, object] = {
        "algorithm": ALGORITHM,
        "commitment": this.lot_commitment,
        "secret": this.lot_secret,
    }
    if count.drawn is not None:
        lot["list_fingerprint"] = count.drawn.list_fingerprint
    return {
        "format": FORMAT,
        "portal": this.portal.slug,
        "municipality": this.municipality.code,
        "round": this.number,
        "opened_at": _utc(this.opens_at),
        "closed_at": _utc(this.closes_at),
        "rules": {
            "version": rules.version,
            "period": str(rules.period),
            "closing_time": rules.closing_time.isoformat(),
            "counts": rules.counts,
            "minimum_votes": rules.minimum_votes,
            "minimum_age": rules.minimum_age,
            "district": rules.district.name,
            "proof_level": rules.proof_level,
            "totals": str(rules.totals),
        },
        "plans": [
            {
                "plan": public_id,
                "reference": plans[public_id].reference,
                "title": plans[public_id].title,
                "submitted_at": _utc(plans[public_id].submitted_at),
                "count": plans[public_id].count,
                "votes": tallies[plans[public_id].pk].votes,
                "not_counted": tallies[plans[public_id].pk].not_counted,
                "outcome": _outcome(plans[public_id], count.winner, rules.counts),
            }
            for public_id in count.order
        ],
        "not_counted": not_counted,
        "tie": {"plans": count.tied, "order": list(count.drawn.order)} if count.drawn is not None else None,
        "lot": lot,
        "winner": count.winner,
    }


def _outcome(plan: CountedPlan, winner: str | None, counts: int) -> str:
    if plan.public_id == winner:
        return "winner"
    return "lapsed" if plan.count >= counts else "competes_again"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _publish(this: Round, body: dict[str, object], now: datetime) -> Protocol:
    before = Protocol.objects.filter(round__portal_id=this.portal_id).order_by("-round__number").first()
    previous_hash = before.hash if before else ""
    body["previous_hash"] = previous_hash
    own_hash = hash_of(body)
    return Protocol.objects.create(
        municipality_id=this.municipality_id,
        round=this,
        body={**body, "hash": own_hash},
        previous_hash=previous_hash,
        hash=own_hash,
        made_at=now,
    )


def _keep_counts(this: Round, plans: dict[str, CountedPlan], count: Count, votes: dict[str, int]) -> None:
    rows = (
        PlanCount(
            municipality_id=this.municipality_id,
            round=this,
            plan_id=plans[public_id].pk,
            votes=votes[public_id],
            place=count.places[public_id],
        )
        for public_id in count.order
    )
    while batch := list(islice(rows, BATCH)):
        PlanCount.objects.bulk_create(batch)


def _settle(
    this: Round, plans: dict[str, CountedPlan], count: Count, votes: dict[str, int], now: datetime
) -> None:
    """The winner goes to the committee; the others compete again, or lapse after their last count."""
    competed = candidates(this.portal_id, at=this.closes_at)
    competed.update(counts_taken=F("counts_taken") + 1, last_round=this)
    if count.winner is not None:
        _send_winner(this, plans[count.winner].pk, votes[count.winner], now)
    # The winner no longer competes, so it is not among these.
    lapsing = competed.filter(counts_taken__gte=this.rules.counts)
    close_threads_of(lapsing)
    feedback.move_subjects(subject_type=SUBJECT, subject_ids=lapsing.values("pk"), phase=Phase.ANSWERING)
    announce_to_many(
        plans=lapsing, template="plan_lapsed", is_answer=True, now=now, context={"round": this.number}
    )
    # Their pages say from now on what the protocol says, also when votes of the next round came in already.
    counted = PlanCount.objects.filter(round=this, plan=OuterRef("pk")).values("votes")
    lapsing.update(state=PlanState.LAPSED, changed_at=now, vote_count=Subquery(counted))
    # What was taken back before the count is not needed any more.
    Vote.objects.filter(plan__portal_id=this.portal_id, withdrawn_at__lt=this.closes_at).delete()


def _send_winner(this: Round, plan_id: int, votes: int, now: datetime) -> None:
    plan = Plan.objects.select_related("portal").get(pk=plan_id)
    plan.state = PlanState.ON_AGENDA
    plan.changed_at = now
    plan.vote_count = votes
    plan.save(update_fields=["state", "changed_at", "vote_count"])
    feedback.move_subjects(subject_type=SUBJECT, subject_ids=[plan.pk], phase=Phase.TRANSLATING)
    put_on_agenda(plan=plan, round_counted=this, now=now)
    announce(plan=plan, template="plan_won", now=now, context={"round": this.number})
    if plan.proposer_id is not None:
        notifications.notify(
            portal=plan.portal,
            people=[plan.proposer_id],
            notice=Notice(
                kind=Kind.PLANS,
                template="prepare",
                subject=f"plan:{plan.pk}",
                context={"title": plan.title, "address": f"/plannen/{plan.public_id}/voorbereiden/"},
            ),
            now=now,
        )


def rounds_to_close(now: datetime) -> list[int]:
    """Rounds that have ended and were not counted, oldest first."""
    ended = Round.objects.all_municipalities().filter(counted_at=None, closes_at__lte=now)
    return list(ended.order_by("closes_at", "number").values_list("pk", flat=True))
