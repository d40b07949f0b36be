"""Texts in the words of a page: who wrote it, what it is, what this reader can do with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from backend.core.actor import Actor
from backend.identity.states import Role

from ..models import Post, Thread
from ..permissions import can_argue, can_facilitate, can_moderate, can_read_text, is_author
from ..rules import beginning_of, can_still_edit
from ..selectors.standing import Standing, find_standing
from ..selectors.threads import Text
from ..states import HeldBecause, PostKind, PostState, Side, ThreadState

# As much of a text as stands in a list; the rest is one link away.
LONGEST_IN_LIST, LONGEST_REPLY_IN_LIST = 800, 400
# A few megabytes in each process: the pages of the busiest discussions.
DRAWN_TEXTS = 1_000


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads, and what they can do in a thread. Asked once for a page."""

    actor: Actor
    now: datetime
    is_visitor: bool
    may_argue: bool
    may_facilitate: bool
    is_open: bool
    may_moderate: bool = False
    # Until when a moderator paused them: they write nothing, and can still be convinced.
    paused_until: datetime | None = None
    # Texts that came after this version are new to them.
    seen: int | None = None
    # Where they take an argument up: a path to which its id is added. Empty for who cannot.
    take_up_at: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PostView:
    """One text on a page."""

    public_id: str
    url: str
    kind: str
    side: str
    tag: str
    who: str
    role: str
    affiliation: str
    placed_at: datetime
    edited_at: datetime | None
    # What stands in place of a text that cannot be read, or above one that only few can read.
    trace: str
    text: str
    is_cut: bool
    version: int
    is_new: bool
    is_pinned: bool
    is_own: bool
    convincing_label: str
    is_convinced: bool
    shows_convincing: bool
    may_convince: bool
    may_reply: bool
    may_edit: bool
    may_withdraw: bool
    may_pin: bool
    take_up_url: str
    taken_up_in: str
    may_report: bool
    may_moderate: bool
    reply_count: int
    # Visitors get links where others get buttons: a link asks them to sign in first.
    for_visitors: bool
    # Not part of the text itself.
    replies: tuple[PostView, ...] = field(default=(), compare=False)

    @property
    def html(self) -> SafeString:
        """The text as a piece of a page, in the language of this moment."""
        return _drawn(self, get_language())

    @property
    def more_replies(self) -> bool:
        return self.reply_count > len(self.replies)


@lru_cache(maxsize=DRAWN_TEXTS)
def _drawn(post: PostView, language: str | None) -> SafeString:
    """Drawn once for everybody who sees it the same: the key is all that is drawn."""
    return render_to_string("discussion/post.html", {"post": post})


def reader_of(
    actor: Actor,
    thread: Thread,
    *,
    now: datetime,
    standing: Standing | None = None,
    take_up_at: str = "",
) -> Reader:
    may_argue = can_argue(actor, thread)
    standing = standing or find_standing(actor, thread, now=now)
    return Reader(
        actor=actor,
        now=now,
        is_visitor=actor.person_id is None,
        may_argue=may_argue,
        may_facilitate=may_argue and can_facilitate(actor, thread),
        is_open=thread.state == ThreadState.OPEN,
        may_moderate=can_moderate(actor),
        paused_until=standing.paused_until,
        seen=standing.seen,
        take_up_at=take_up_at,
    )


def text_views(texts: Iterable[Text], reader: Reader) -> list[PostView]:
    """Texts of a list, each with its first replies and no longer than a list needs."""
    return [
        post_view(
            text.post,
            reader,
            is_convinced=text.is_convinced,
            longest=LONGEST_IN_LIST,
            replies=[post_view(reply, reader, longest=LONGEST_REPLY_IN_LIST) for reply in text.replies],
        )
        for text in texts
    ]


def post_view(
    post: Post,
    reader: Reader,
    *,
    is_convinced: bool = False,
    longest: int = 0,
    replies: Sequence[PostView] = (),
) -> PostView:
    """One text for one reader; whole, unless it stands in a list."""
    is_shown, is_own = post.state == PostState.SHOWN, is_author(reader.actor, post)
    whole = post.text if can_read_text(reader.actor, post) else ""
    text = beginning_of(whole, length=longest) if longest else whole
    is_argument, is_reply = post.kind == PostKind.ARGUMENT, post.kind == PostKind.REPLY
    takes_part = reader.is_open and (reader.may_argue or reader.is_visitor)
    return PostView(
        public_id=post.public_id,
        url=f"/tekst/{post.public_id}/",
        kind=post.kind,
        side=post.side,
        tag=_tag(post),
        who=_who(post, is_own=is_own),
        role=_role(post.author_role),
        affiliation=post.affiliation,
        placed_at=post.placed_at,
        edited_at=post.edited_at if whole else None,
        trace=_trace(post, is_own=is_own),
        text=text,
        is_cut=len(text) < len(whole),
        version=post.version,
        is_new=reader.seen is not None and post.text_version > reader.seen and not is_own,
        is_pinned=post.pinned_at is not None,
        is_own=is_own,
        convincing_label=_convincing_label(post.convincing_count),
        is_convinced=is_convinced,
        shows_convincing=is_argument and is_shown,
        may_convince=is_argument and is_shown and takes_part and not is_own,
        may_reply=is_shown and not is_reply and takes_part and reader.paused_until is None,
        may_edit=(
            is_own
            and reader.may_argue
            and reader.paused_until is None
            and post.state in {PostState.SHOWN, PostState.HELD}
            and can_still_edit(post.placed_at, now=reader.now)
        ),
        may_withdraw=is_own and post.state != PostState.WITHDRAWN,
        may_pin=reader.may_facilitate and is_shown and not is_reply,
        take_up_url=f"{reader.take_up_at}{post.public_id}/"
        if reader.take_up_at and is_argument and is_shown
        else "",
        taken_up_in=post.taken_up_in,
        may_report=is_shown and not is_own,
        may_moderate=reader.may_moderate,
        reply_count=post.reply_count,
        for_visitors=reader.is_visitor,
        replies=tuple(replies),
    )


def _tag(post: Post) -> str:
    """What kind of text it is, in a word or two: never told by its place or colour alone."""
    if post.kind == PostKind.ARGUMENT:
        return {Side.FOR: _("For"), Side.AGAINST: _("Against")}.get(Side(post.side), _("Remark"))
    return {
        PostKind.REPLY: _("Reply"),
        PostKind.QUESTION: _("Question"),
        PostKind.SUMMARY: _("What I take along"),
    }[PostKind(post.kind)]


def _who(post: Post, *, is_own: bool) -> str:
    if post.author_role:
        return post.author_name or _("Name not known any more")
    if post.source_reference:
        return _("Somebody elsewhere")
    return _("You") if is_own else _("A resident")


def _role(role: str) -> str:
    return str(Role(role).label) if role in Role.values else role


def _trace(post: Post, *, is_own: bool) -> str:
    if post.state == PostState.WITHDRAWN:
        return _("Withdrawn by who wrote it.")
    if post.state == PostState.HIDDEN:
        return _("Hidden by a moderator.")
    if post.state != PostState.HELD:
        return ""
    if not is_own:
        return _("This text waits for a moderator.")
    because = HeldBecause(post.held_because).label
    return _("Only you see this. It waits for a moderator, because of a rule: %(because)s.") % {
        "because": because
    }


def _convincing_label(count: int) -> str:
    words = ngettext("%(count)s person is convinced", "%(count)s people are convinced", count)
    return words % {"count": count}
