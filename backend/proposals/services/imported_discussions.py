"""Reading in discussions that were held elsewhere, as plans and what people wrote under them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import transaction

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.plain import one_line
from backend.core.tenancy import in_municipality
from backend.discussion.services import imports as discussion
from backend.discussion.services.imports import ForeignPost, ForeignThread
from backend.discussion.states import ThreadState
from backend.feedback import services as feedback
from backend.places.models import Portal

from .. import decide_madrid
from ..decide_madrid import Comment, Proposal, Status
from ..models import ImportRun, Plan, Rules
from ..states import PlanState
from .imported_plans import shortened
from .imports import ImportOutcome, importing_portal, require_new_references
from .plans import TITLE_LENGTH, subject_of
from .rounds import ensure_rounds
from .threads import address_of

COMMENTS_PER_BATCH = 1_000
# What was archived there had its time and did not get far enough, which is what not selected means here.
STATES = {
    Status.OPEN: (PlanState.COMPETING, ThreadState.OPEN),
    Status.ARCHIVED: (PlanState.LAPSED, ThreadState.CLOSED),
}


@dataclass
class DiscussionReport:
    """What the files hold, and whether this time it was added to the portal."""

    check: decide_madrid.Report
    outcome: ImportOutcome
    plans: int = 0
    remarks: int = 0
    replies: int = 0


def preview_discussions(*, actor: Actor, portal_id: int, folder: Path, now: datetime) -> DiscussionReport:
    """Say what reading in would do, and change nothing. Raises what reading it in would raise."""
    portal = importing_portal(actor, portal_id)
    report = DiscussionReport(decide_madrid.check(folder, now), ImportOutcome.READY)
    if report.check.is_broken:
        report.outcome = ImportOutcome.BROKEN
        return report
    with in_municipality(portal.municipality_id):
        if ImportRun.objects.filter(portal=portal, fingerprint=report.check.fingerprint).exists():
            report.outcome = ImportOutcome.UNCHANGED
        else:
            _require_new(portal, report.check)
    return report


def import_discussions(
    *, actor: Actor, portal_id: int, folder: Path, now: datetime, progress: Callable[[int, int], None]
) -> DiscussionReport:
    """Turn proposals into plans, and the comments on them into discussions without names.

    All of it is added or nothing is. The same files a second time change nothing.
    Raises PlansReadInBefore, RoundClosed, NotFound or NotAllowed.
    """
    report = preview_discussions(actor=actor, portal_id=portal_id, folder=folder, now=now)
    if report.outcome is not ImportOutcome.READY:
        return report
    portal = importing_portal(actor, portal_id)
    with in_municipality(portal.municipality_id), transaction.atomic():
        run, is_new = ImportRun.objects.get_or_create(
            portal=portal,
            fingerprint=report.check.fingerprint,
            defaults={
                "municipality_id": portal.municipality_id,
                "plans_done": True,
                "finished_at": now,
            },
        )
        if not is_new:
            # Somebody else was reading in the same files, and has just finished.
            report.outcome = ImportOutcome.UNCHANGED
            return report
        _require_new(portal, report.check)
        round_now = ensure_rounds(actor=actor, portal_id=portal.pk, now=now)
        threads = _add_plans(portal, list(report.check.proposals.values()), round_now.rules, now)
        report.plans = len(threads)
        _add_comments(portal, folder, report, threads, progress)
        audit.record(
            actor=actor,
            action="proposals.discussions_imported",
            target=run,
            at=now,
            fingerprint=report.check.fingerprint,
            plans=report.plans,
            texts=report.remarks + report.replies,
            refused=report.check.refused,
        )
        pagecache.empty(portal.pk)
    report.outcome = ImportOutcome.IMPORTED
    return report


def _require_new(portal: Portal, check: decide_madrid.Report) -> None:
    require_new_references(portal, [proposal.reference for proposal in check.proposals.values()])


def _add_plans(portal: Portal, proposals: Sequence[Proposal], rules: Rules, now: datetime) -> dict[int, int]:
    """Plans without a proposer, each with its discussion. Gives the discussion by the proposal's number.

    About those that still collect votes people here will be owed an answer; nobody is for what is over.
    """
    plans = [_plan(portal, proposal, now) for proposal in proposals]
    threads = discussion.add_threads(
        portal=portal,
        threads=[
            ForeignThread(
                title=plan.title,
                address=address_of(plan),
                state=STATES[proposal.status][1],
                opened_at=proposal.placed_at,
            )
            for plan, proposal in zip(plans, proposals, strict=True)
        ],
    )
    for plan, thread_id in zip(plans, threads, strict=True):
        plan.thread_id = thread_id
    Plan.objects.bulk_create(plans)
    competing = (plan for plan in plans if plan.state == PlanState.COMPETING)
    feedback.open_subjects(subjects=(subject_of(plan, rules, now) for plan in competing), now=now)
    return {proposal.number: thread_id for proposal, thread_id in zip(proposals, threads, strict=True)}


def _plan(portal: Portal, proposal: Proposal, now: datetime) -> Plan:
    return Plan(
        municipality_id=portal.municipality_id,
        portal=portal,
        state=STATES[proposal.status][0],
        title=shortened(one_line(proposal.title), TITLE_LENGTH),
        what=proposal.text,
        source_reference=proposal.reference,
        created_at=proposal.placed_at,
        changed_at=now,
        submitted_at=proposal.placed_at,
    )


def _add_comments(
    portal: Portal,
    folder: Path,
    report: DiscussionReport,
    threads: dict[int, int],
    progress: Callable[[int, int], None],
) -> None:
    """First the remarks and then the replies to them: the files may hold them in any order."""
    total = report.check.remarks + report.check.replies
    progress(0, total)
    ids: dict[int, int] = {}
    remarks = _remarks(folder, report.check)
    while batch := list(islice(remarks, COMMENTS_PER_BATCH)):
        posts = [_post(comment, threads, parent_id=None) for comment in batch]
        made = discussion.add_posts(portal=portal, posts=posts)
        ids.update(zip((comment.number for comment in batch), made, strict=True))
        report.remarks += len(batch)
        progress(report.remarks, total)
    replies = _replies(folder, report.check)
    while pairs := list(islice(replies, COMMENTS_PER_BATCH)):
        posts = [_post(comment, threads, parent_id=ids[top]) for comment, top in pairs]
        discussion.add_posts(portal=portal, posts=posts)
        report.replies += len(pairs)
        progress(report.remarks + report.replies, total)
    discussion.count_replies(thread_ids=list(threads.values()))


def _remarks(folder: Path, check: decide_madrid.Report) -> Iterator[Comment]:
    return (comment for comment, top in decide_madrid.comments(folder, check) if comment.number == top)


def _replies(folder: Path, check: decide_madrid.Report) -> Iterator[tuple[Comment, int]]:
    return ((comment, top) for comment, top in decide_madrid.comments(folder, check) if comment.number != top)


def _post(comment: Comment, threads: dict[int, int], *, parent_id: int | None) -> ForeignPost:
    return ForeignPost(
        reference=str(comment.number),
        thread_id=threads[comment.proposal],
        parent_id=parent_id,
        text=comment.text,
        placed_at=comment.placed_at,
        convincing=comment.positive,
    )
