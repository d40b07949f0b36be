"""What waits for a moderator, and one text with all that is needed to judge it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from backend.core.actor import Actor
from backend.core.errors import require, require_found

from ...conduct import GIVES_BACK
from ...models import ModerationAction, Post, Report, Revision, Thread
from ...permissions import can_moderate, visible_posts
from ...states import PostState, ThreadState
from ..posts import revisions_of

NEIGHBOURS = 2


@dataclass(frozen=True, kw_only=True)
class QueueFilter:
    """What a moderator looks for: only what is held or reported, or reports of one rule."""

    what: str = ""
    rule: str = ""


HELD, REPORTED = "held", "reported"


def seen_of(post: Post) -> str:
    """A word for how a text stands now: what was done about it last, and when it was edited last."""
    last = ModerationAction.objects.filter(post=post).order_by("-pk").values_list("pk", flat=True).first()
    edited = int(post.edited_at.timestamp() * 1_000_000) if post.edited_at else 0
    return f"{last or 0}.{edited}"


def waiting_posts(
    posts: QuerySet[Post], reports: QuerySet[Report], *, before: datetime | None = None
) -> QuerySet[Post]:
    """Texts that are held back or reported, each with the moment from which it waits. Longest first.

    With `before` only those that have waited since before that moment.

    What belongs to a subject that is not public any more waits for nobody.
    """
    waiting = reports.filter(outcome="")
    since = waiting.filter(post=OuterRef("pk")).order_by().values("post").annotate(since=Min("reported_at"))
    found = (
        posts.filter(Q(state=PostState.HELD) | Q(state=PostState.SHOWN, pk__in=waiting.values("post_id")))
        .exclude(thread__state=ThreadState.HIDDEN)
        .annotate(
            waits_since=Case(
                When(state=PostState.HELD, then=Coalesce(F("edited_at"), F("placed_at"))),
                default=Subquery(since.values("since")),
            )
        )
        .order_by("waits_since", "pk")
    )
    return found if before is None else found.filter(waits_since__lte=before)


def list_waiting(actor: Actor, chosen: QueueFilter) -> QuerySet[Post]:
    """The queue of a portal, with how often moderators had to act on texts of each writer before."""
    require(can_moderate(actor))
    posts = Post.objects.filter(thread__portal_id=actor.require_portal())
    waiting = waiting_posts(posts, Report.objects.all())
    if chosen.what == HELD:
        waiting = waiting.filter(state=PostState.HELD)
    if chosen.what == REPORTED:
        waiting = waiting.filter(state=PostState.SHOWN)
    if chosen.rule:
        of_rule = Report.objects.filter(outcome="", rule=chosen.rule)
        waiting = waiting.filter(pk__in=of_rule.values("post_id"))
    return waiting.select_related("thread", "parent").annotate(acts_before=_acts_before(actor))


def _acts_before(actor: Actor) -> Coalesce:
    """How many acts against the writer of a text still count: what was undone does not."""
    acts = (
        ModerationAction.objects.filter(
            portal_id=actor.require_portal(), person=OuterRef("author"), act__in=list(GIVES_BACK)
        )
        .exclude(pk__in=ModerationAction.objects.filter(undoes__isnull=False).values("undoes_id"))
        .order_by()
        .values("person")
        .annotate(number=Count("pk"))
    )
    return Coalesce(Subquery(acts.values("number")), Value(0))


def open_reports_of(posts: list[Post]) -> dict[int, list[Report]]:
    """The reports of some texts that nobody answered yet, oldest first. Who reported is told to nobody."""
    found: dict[int, list[Report]] = {}
    rows = Report.objects.filter(post__in=[post.pk for post in posts], outcome="")
    for one in rows.order_by("reported_at", "pk"):
        found.setdefault(one.post_id, []).append(one)
    return found


@dataclass(frozen=True)
class Item:
    """A text in its surroundings."""

    post: Post
    reports: list[Report]
    before: list[Post]
    after: list[Post]
    actions: list[ModerationAction]
    revisions: list[Revision]
    seen: str

    @property
    def acts_before(self) -> int:
        number: int = vars(self.post)["acts_before"]
        return number


def get_item(actor: Actor, public_id: str) -> Item:
    """A text as a moderator judges it. Any text of the portal, also one that waits for nothing."""
    require(can_moderate(actor))
    posts = visible_posts(actor).select_related("thread", "parent", "author")
    post = require_found(posts.annotate(acts_before=_acts_before(actor)).filter(public_id=public_id).first())
    # Texts on the same level of the same thread, in the order in which people read them.
    around = Post.objects.filter(thread_id=post.thread_id, parent_id=post.parent_id)
    around = around.exclude(pk=post.pk).exclude(state=PostState.WITHDRAWN)
    earlier = around.filter(placed_at__lte=post.placed_at).order_by("-placed_at", "-pk")[:NEIGHBOURS]
    later = around.filter(placed_at__gt=post.placed_at).order_by("placed_at", "pk")[:NEIGHBOURS]
    actions = ModerationAction.objects.filter(post=post).select_related("moderator").order_by("-pk")
    return Item(
        post=post,
        reports=open_reports_of([post]).get(post.pk, []),
        before=list(reversed(earlier)),
        after=list(later),
        actions=list(actions),
        revisions=revisions_of(actor=actor, post=post),
        seen=seen_of(post),
    )


def count_waiting(actor: Actor) -> int:
    return list_waiting(actor, QueueFilter()).count()


def is_overdue(post: Post, *, before: datetime) -> bool:
    """Whether a text of the queue has waited since before a moment."""
    since: datetime = vars(post)["waits_since"]
    return since < before


def thread_of_work(actor: Actor, public_id: str) -> Thread:
    """A discussion as a moderator closes it, or declares an interest in its subject."""
    require(can_moderate(actor))
    threads = Thread.objects.filter(portal_id=actor.require_portal()).exclude(state=ThreadState.HIDDEN)
    return require_found(threads.filter(public_id=public_id).first())
