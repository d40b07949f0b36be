"""What the pages of discussions share."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from backend.identity.web import base

from ..models import Post, Thread
from ..selectors.posts import get_post
from ..selectors.threads import get_thread
from ..states import PostKind, PostState, Sort


class PortalMixin(base.PortalMixin):
    """A page about a discussion. An assistant may use it in the name of somebody they help."""

    open_to_helpers = True

    def thread(self) -> Thread:
        """The thread of this address, when the visitor may see it."""
        return get_thread(actor=self.actor, public_id=self.kwargs["thread_public_id"])

    def post_here(self) -> Post:
        """The text of this address, when the visitor may see it."""
        return get_post(actor=self.actor, public_id=self.kwargs["public_id"])


class PortalPage(PortalMixin, base.PortalPage):
    """A page that shows something."""


class PortalForm(PortalMixin, base.PortalForm):
    """A page on which a signed-in person does one thing."""


def post_url(post: Post) -> str:
    """The page of a text; that of a reply leads on to where it stands among the others."""
    return reverse("post", args=[post.public_id])


def place_of(post: Post) -> str:
    """Where its writer finds a text that was just placed: among the newest, or where it waits."""
    if post.kind == PostKind.REPLY or post.state != PostState.SHOWN:
        return post_url(post)
    order = f"?volgorde={Sort.NEW}" if post.kind == PostKind.ARGUMENT else ""
    return f"{post.thread.address}{order}#tekst-{post.public_id}"


def back_to(request: HttpRequest, post: Post) -> HttpResponse:
    """Back to the page somebody pressed a button on, at the text it was about."""
    came_from = request.POST.get("terug", "").partition("#")[0]
    is_ours = url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    address = came_from if is_ours else post_url(post.parent or post)
    return redirect(f"{address}#tekst-{post.public_id}")
