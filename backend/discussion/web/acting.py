"""Small things people do with a text of somebody else, and saying up to where they have read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import View

from backend.core.errors import require
from backend.core.web.views import SignedInMixin
from backend.identity.errors import TooManyTries
from backend.identity.web.limits import Purse, take_turn

from .. import permissions
from ..errors import TextGone, TooManyMarks
from ..services.arguments import mark_convincing, unmark_convincing
from ..services.facilitation import pin, unpin
from ..services.threads import require_open
from ..services.visits import note_replies_seen, note_visit
from ..states import PostState
from .base import PortalMixin, PortalPage, back_to, post_url
from .presenting import post_view, reader_of
from .section import number_in

# What a button says it does, rather than that it turns something round: pressed twice it does it once.
ON, OFF = "aan", "uit"
# Our default: this many marks in ten minutes. Each one is counted and sent to every open page.
MARKS = Purse("marks", 60, 10)


class Convincing(SignedInMixin, PortalPage):
    """Say that an argument convinces, or take that back. Who comes from signing in sees one button."""

    template_name = "discussion/convincing.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        post = self.post_here()
        require_open(self.actor, post.thread)
        if post.state != PostState.SHOWN:
            raise TextGone
        require(permissions.can_be_convinced(self.actor, post))
        reader = reader_of(self.actor, post.thread, now=self.now)
        view = post_view(post, reader, is_convinced=vars(post)["is_convinced"])
        return self.render_to_response(self.get_context_data(post=view, thread=post.thread))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self._take_turn()
        do = unmark_convincing if request.POST.get("doe") == OFF else mark_convincing
        post = do(actor=self.actor, post_public_id=self.kwargs["public_id"], now=self.now)
        return back_to(request, post)

    def _take_turn(self) -> None:
        try:
            take_turn(purse=MARKS, action="convincing", person_id=self.actor.require_person(), now=self.now)
        except TooManyTries as error:
            # That one speaks of codes.
            raise TooManyMarks from error


class Pin(SignedInMixin, PortalMixin, View):
    """Put a text above the others, or back in its place."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        do = unpin if request.POST.get("doe") == OFF else pin
        post = do(actor=self.actor, post_public_id=self.kwargs["public_id"], now=self.now)
        return back_to(request, post)


class Seen(SignedInMixin, PortalMixin, View):
    """Somebody has read a discussion up to a version: their page says so by itself, or they do."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        version = number_in(request.POST, "versie") or 0
        thread = self.thread()
        note_visit(actor=self.actor, thread_public_id=thread.public_id, version=version, now=self.now)
        if request.headers.get("X-Requested-With") == "fetch":
            return HttpResponse(status=204)
        messages.success(request, _("Next time you see here what is new."))
        # To the top of the page, where that stands.
        return redirect(thread.address)


class RepliesSeen(SignedInMixin, PortalMixin, View):
    """Somebody has read the replies to a text."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        post = self.post_here()
        note_replies_seen(actor=self.actor, post_public_id=post.public_id, now=self.now)
        if request.headers.get("X-Requested-With") == "fetch":
            return HttpResponse(status=204)
        messages.success(request, _("Noted. You have seen these replies."))
        return redirect(post_url(post))
