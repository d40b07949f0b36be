"""Reading a thread: both sides beside each other, with first replies, in a fixed number of queries.

Nearly everybody reads the same lists. A process keeps them by the version of the thread. Every change of what
can be read adds one to it, so nothing older than the thread is ever shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    Window,
)
from django.db.models.functions import RowNumber

from backend.core.actor import Actor
from backend.core.errors import require_found

from ..models import Convinced, Post, Thread
from ..permissions import visible_posts_in, visible_threads
from ..rules import pages_for
from ..states import PostKind, PostState, Side, Sort
from .standing import Standing, find_standing

PER_SIDE = 8
REPLIES_SHOWN = 3
SHOWN_ON_TOP = 10
MOST_OWN_HELD = 20
# At most a few megabytes in each process.
PAGES_KEPT = 16
Order = tuple[str, str]
ORDERS: dict[Sort, Order] = {
    Sort.CONVINCING: ("-convincing_count", "pk"),
    Sort.NEW: ("-placed_at", "-pk"),
    Sort.REPLIES: ("-reply_count", "pk"),
}
ON_TOP, OWN_HELD = "top", "held"
_ON_TOP = Q(kind__in=[PostKind.QUESTION, PostKind.SUMMARY]) | Q(pinned_at__isnull=False)


@dataclass(frozen=True)
class Text:
    """One text as somebody finds it, with the first replies to it."""

    post: Post
    is_convinced: bool = False
    replies: list[Post] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class SideCount:
    """How many arguments of a side stand in the list, and how many of those can be read."""

    listed: int
    shown: int


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How much there is in a thread."""

    sides: dict[str, SideCount]
    # What is pinned, and what councillors asked and take along.
    top: int
    replies: int


@dataclass(frozen=True, kw_only=True)
class ThreadPage:
    """One page of a thread."""

    thread: Thread
    sort: Sort
    number: int
    pages: int
    # Only what came after this version, when that was asked for.
    since: int | None
    standing: Standing
    counted: Counted
    top: list[Text]
    sides: dict[str, list[Text]]
    own_held: list[Text]

    def is_new(self, post: Post) -> bool:
        seen = self.standing.seen
        return seen is not None and post.text_version > seen


def get_thread(*, actor: Actor, public_id: str) -> Thread:
    """A thread that this person may see, or NotFound."""
    return require_found(visible_threads(actor).filter(public_id=public_id).first())


def thread_page(
    *,
    actor: Actor,
    thread: Thread,
    now: datetime,
    sort: Sort = Sort.CONVINCING,
    number: int = 1,
    since: int | None = None,
) -> ThreadPage:
    """What stands on one page of a thread: two queries for who is signed in, none for a visitor.

    Four and three when this process did not read this version of it yet.
    """
    standing = find_standing(actor, thread, now=now)
    # Kept for everybody, unless somebody sees something of their own or asks for a part.
    shelf = (
        []
        if standing.sees_more or since is not None
        else _shelf(thread.public_id, thread.version, sort, number)
    )
    if shelf:
        lists = _with_convictions(actor, shelf[0])
    else:
        lists = _read(actor, thread, sort, number, since, with_held=standing.sees_more)
        shelf.append(_without_convictions(lists))
    return ThreadPage(
        thread=thread,
        sort=sort,
        number=lists.number,
        pages=lists.pages,
        since=since,
        standing=standing,
        counted=lists.counted,
        top=lists.texts[ON_TOP],
        sides={side: lists.texts[side] for side in Side},
        own_held=lists.texts[OWN_HELD],
    )


@dataclass(frozen=True, kw_only=True)
class _Lists:
    """The lists of one page, and where it is among the pages."""

    number: int
    pages: int
    counted: Counted
    texts: dict[str, list[Text]]


@lru_cache(maxsize=PAGES_KEPT)
def _shelf(thread_public_id: str, version: int, sort: Sort, number: int) -> list[_Lists]:
    """Where the lists of a version are kept by who reads them first. A thread is read before its texts, so
    they are of its version or later, and never older."""
    return []


def _with_convictions(actor: Actor, lists: _Lists) -> _Lists:
    """The same lists, with which of the arguments this person finds convincing."""
    if actor.person_id is None:
        return lists
    shown = [text.post.pk for texts in lists.texts.values() for text in texts]
    convinced = Convinced.objects.filter(person_id=actor.person_id, post_id__in=shown)
    return _marked(lists, set(convinced.values_list("post_id", flat=True)))


def _without_convictions(lists: _Lists) -> _Lists:
    return _marked(lists, set())


def _marked(lists: _Lists, convincing: set[int]) -> _Lists:
    texts = {
        part: [replace(text, is_convinced=text.post.pk in convincing) for text in texts]
        for part, texts in lists.texts.items()
    }
    return replace(lists, texts=texts)


def _read(
    actor: Actor, thread: Thread, sort: Sort, number: int, since: int | None, *, with_held: bool
) -> _Lists:
    listed = _listed(actor, thread)
    if since is not None:
        listed = listed.filter(_changed_after(since))
    counted = _counts(listed)
    pages = pages_for(*(count.listed for count in counted.sides.values()), size=PER_SIDE)
    number = max(1, min(number, pages))
    order = ORDERS[sort]
    parts = _parts(listed, order, number, counted)
    if with_held and number == 1 and actor.person_id is not None:
        parts[OWN_HELD] = own_held(actor, thread)[:MOST_OWN_HELD]
    texts = _texts(actor, thread, parts, order)
    return _Lists(number=number, pages=pages, counted=counted, texts=texts)


def _listed(actor: Actor, thread: Thread) -> QuerySet[Post]:
    """What stands in the thread for this person, without replies and without what waits for a moderator."""
    return visible_posts_in(actor, thread).filter(parent=None).exclude(state=PostState.HELD)


def _changed_after(version: int) -> Q:
    replies = Post.objects.filter(parent=OuterRef("pk"), text_version__gt=version, state=PostState.SHOWN)
    return Q(text_version__gt=version) | Q(Exists(replies))


def count_texts(*, actor: Actor, thread: Thread) -> Counted:
    """How much there is in a thread for this person."""
    return _counts(_listed(actor, thread))


def _counts(listed: QuerySet[Post]) -> Counted:
    groups = listed.order_by().values_list("kind", "side", "state", "pinned_at")
    listed_by, shown_by, top, replies = dict.fromkeys(Side, 0), dict.fromkeys(Side, 0), 0, 0
    for kind, side, state, pinned_at, number, replied in groups.annotate(
        number=Count("pk"), replied=Sum("reply_count")
    ):
        replies += replied
        is_argument = kind == PostKind.ARGUMENT
        if pinned_at is not None or not is_argument:
            top += number
        else:
            listed_by[Side(side)] += number
        if is_argument and state == PostState.SHOWN:
            shown_by[Side(side)] += number
    sides: dict[str, SideCount] = {
        side: SideCount(listed=listed_by[side], shown=shown_by[side]) for side in Side
    }
    return Counted(sides=sides, top=top, replies=replies)


def _parts(listed: QuerySet[Post], order: Order, number: int, counted: Counted) -> dict[str, QuerySet[Post]]:
    """The short lists that a page is made of, as far as there is anything in them."""
    first = (number - 1) * PER_SIDE
    parts: dict[str, QuerySet[Post]] = {
        side: listed.filter(kind=PostKind.ARGUMENT, side=side, pinned_at=None).order_by(*order)[
            first : first + PER_SIDE
        ]
        for side in Side
        if counted.sides[side].listed > first
    }
    if number == 1 and counted.top:
        parts[ON_TOP] = top_of(listed)[:SHOWN_ON_TOP]
    return parts


def _texts(
    actor: Actor, thread: Thread, parts: dict[str, QuerySet[Post]], order: Order
) -> dict[str, list[Text]]:
    """The texts of a page by where they stand in it: one query for them, and one for their replies."""
    posts = list(_together(actor, parts)) if parts else []
    # SQLite and PostgreSQL give the parts in an order of their own.
    places = {part: [post for post in posts if _part(post) == part] for part in (*Side, ON_TOP, OWN_HELD)}
    for side in Side:
        places[side].sort(key=lambda post: _place_in(post, order))
    places[ON_TOP].sort(key=_place_on_top)
    places[OWN_HELD].sort(key=lambda post: -post.pk)
    public = [post.pk for post in posts if post.state != PostState.HELD]
    replies = _first_replies(actor, thread, public) if public else {}
    return {
        part: [
            Text(post, is_convinced=_is_convinced(post), replies=replies.get(post.pk, [])) for post in found
        ]
        for part, found in places.items()
    }


def top_of(listed: QuerySet[Post]) -> QuerySet[Post]:
    """What is pinned, and what councillors asked and take along: the last one first."""
    return listed.filter(_ON_TOP).order_by(F("pinned_at").desc(nulls_last=True), "-placed_at", "-pk")


def own_held(actor: Actor, thread: Thread) -> QuerySet[Post]:
    mine = visible_posts_in(actor, thread).filter(author_id=actor.require_person(), state=PostState.HELD)
    return mine.order_by("-pk")


def council_texts(*, actor: Actor, thread: Thread) -> QuerySet[Post]:
    """All that is pinned, and all that councillors asked and take along."""
    return top_of(_listed(actor, thread))


def _together(actor: Actor, parts: dict[str, QuerySet[Post]]) -> QuerySet[Post]:
    """Several short lists in one query. Each asks its own index for no more than it shows."""
    convinced = convinced_by(actor)
    first, *others = [
        Post.objects.filter(pk__in=part.values("pk"))
        .annotate(part=Value(name), is_convinced=convinced)
        .order_by()
        for name, part in parts.items()
    ]
    return first.union(*others, all=True)


def convinced_by(actor: Actor) -> Exists | Value:
    """Whether this person finds a text convincing."""
    if actor.person_id is None:
        return Value(False, output_field=BooleanField())
    return Exists(Convinced.objects.filter(post=OuterRef("pk"), person_id=actor.person_id))


def _first_replies(actor: Actor, thread: Thread, parents: Iterable[int]) -> dict[int, list[Post]]:
    place = Window(RowNumber(), partition_by=[F("parent_id")], order_by=["placed_at", "pk"])
    replies = (
        visible_posts_in(actor, thread)
        .filter(parent_id__in=list(parents))
        .exclude(state=PostState.HELD)
        .annotate(place=place)
        .filter(place__lte=REPLIES_SHOWN)
        .order_by("parent_id", "placed_at", "pk")
    )
    found: dict[int, list[Post]] = {}
    for reply in replies:
        found.setdefault(reply.parent_id or 0, []).append(reply)
    return found


def _part(post: Post) -> str:
    return str(vars(post)["part"])


def _is_convinced(post: Post) -> bool:
    return bool(vars(post)["is_convinced"])


def _place_in(post: Post, order: Order) -> tuple[float, int]:
    """Where a text comes in an order, as the database would say."""
    first, last = order
    value = {
        "-convincing_count": -float(post.convincing_count),
        "-reply_count": -float(post.reply_count),
        "-placed_at": -post.placed_at.timestamp(),
    }[first]
    return value, -post.pk if last.startswith("-") else post.pk


def _place_on_top(post: Post) -> tuple[float, float, int]:
    pinned = -post.pinned_at.timestamp() if post.pinned_at else 0.0
    return pinned, -post.placed_at.timestamp(), -post.pk
