"""Reading: a discussion on a page of its own, one text with its replies, and the rules of play."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from backend.core.errors import NotFound
from backend.places.web.middleware import may_be_kept

from ..models import ModerationAction, Post
from ..permissions import can_read_text, is_author, own_actions
from ..rules import EDIT_WITHIN
from ..selectors.posts import (
    REPLIES_PER_PAGE,
    page_of_reply,
    replies_to,
    revisions_of,
)
from ..selectors.threads import council_texts
from ..states import PostKind, PostState
from .base import PortalPage, post_url
from .moderation_public import rules_in_words
from .presenting import post_view, reader_of
from .section import section


class ThreadPage(PortalPage):
    """A discussion by itself, for who was sent a link to it."""

    template_name = "discussion/thread.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        thread = self.thread()
        found = section(request, thread, self.actor, now=self.now)
        response = self.render_to_response(self.get_context_data(thread=thread, **found))
        return response if request.GET else may_be_kept(response)


class CouncilTexts(PortalPage):
    """All that is pinned, and all that councillors asked and take along."""

    template_name = "discussion/council_texts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        thread = self.thread()
        texts = council_texts(actor=self.actor, thread=thread)
        page = Paginator(texts, REPLIES_PER_PAGE).get_page(self.request.GET.get("pagina"))
        reader = reader_of(self.actor, thread, now=self.now)
        views = [post_view(post, reader) for post in page.object_list]
        return super().get_context_data(
            thread=thread, reader=reader, page=page, texts=views, back=self.request.get_full_path(), **kwargs
        )


class PostPage(PortalPage):
    """One text with all replies to it. The address of a reply leads to where it stands among them."""

    template_name = "discussion/post_page.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        post = self.post_here()
        if post.parent is not None:
            number = page_of_reply(actor=self.actor, reply=post)
            page = f"?pagina={number}" if number > 1 else ""
            return redirect(f"{post_url(post.parent)}{page}#tekst-{post.public_id}")
        response = self.render_to_response(self.get_context_data(**self._context(post)))
        is_public = post.state != PostState.HELD
        return may_be_kept(response) if is_public and not request.GET else response

    def _context(self, post: Post) -> dict[str, Any]:
        reader = reader_of(self.actor, post.thread, now=self.now)
        replies = replies_to(actor=self.actor, post=post)
        page = Paginator(replies, REPLIES_PER_PAGE).get_page(self.request.GET.get("pagina"))
        return {
            "post": post_view(post, reader, is_convinced=vars(post)["is_convinced"]),
            "replies": [post_view(reply, reader) for reply in page.object_list],
            "page": page,
            "thread": post.thread,
            "reader": reader,
            "back": self.request.get_full_path(),
            "seen_url": reverse("replies_seen", args=[post.public_id]),
            "done_to_it": self._done_to_it(post),
        }

    def _done_to_it(self, post: Post) -> ModerationAction | None:
        """What a moderator did to one's own text, for whoever wants to know why, or to object."""
        if post.state == PostState.SHOWN or not is_author(self.actor, post):
            return None
        return own_actions(self.actor).filter(post=post).order_by("-acted_at", "-pk").first()


class History(PortalPage):
    """What a text said before it was edited."""

    template_name = "discussion/history.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        post = self.post_here()
        revisions = revisions_of(actor=self.actor, post=post)
        # Its former texts can be gone: a moderator removed them, or asked for other words.
        if post.edited_at is None or not can_read_text(self.actor, post):
            raise NotFound
        reader = reader_of(self.actor, post.thread, now=self.now)
        return super().get_context_data(
            post=post_view(post, reader),
            revisions=revisions,
            thread=post.thread,
            is_reply=post.kind == PostKind.REPLY,
            **kwargs,
        )


class DiscussionRules(PortalPage):
    """The rules of play for discussions, in plain words."""

    template_name = "discussion/rules.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        minutes = int(EDIT_WITHIN.total_seconds() // 60)
        response = self.render_to_response(self.get_context_data(minutes=minutes, **rules_in_words()))
        return response if request.GET else may_be_kept(response)
