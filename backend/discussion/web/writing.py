"""Writing: an argument, a reply, a question, what one takes along; changing and withdrawing one's own."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.core.errors import require
from backend.core.web.views import SignedInMixin

from .. import permissions
from ..errors import TextGone, TooLateToEdit
from ..models import Post, Thread
from ..rules import can_still_edit
from ..services.arguments import edit_text, place_argument, reply, withdraw_text
from ..services.facilitation import ask_question, summarise
from ..services.moderation.pausing import require_not_paused
from ..services.threads import require_open
from ..states import PostState, Side, ThreadState
from .base import PortalForm, PortalPage, place_of, post_url
from .forms import TextForm
from .presenting import post_view, reader_of


class WriteForm(PortalForm):
    """A page to write one text on."""

    template_name = "discussion/write.html"
    form_class = TextForm
    heading: str | Promise = ""
    lead: str | Promise = ""
    button: str | Promise = _("Place it")

    @cached_property
    def this_thread(self) -> Thread:
        return self.thread()

    def may_write(self) -> bool:
        return True

    def check(self) -> None:
        """Whether it can be written now: better said before somebody typed it than after."""
        require(self.may_write())
        require_open(self.actor, self.this_thread)
        require_not_paused(actor=self.actor, now=self.now)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.check()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Whether it is too late is said with the form, so that what was typed is still there.
        require(self.may_write())
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            thread=self.this_thread,
            heading=self.heading,
            lead=self.lead,
            button=self.button,
            back=self.this_thread.address,
            **kwargs,
        )

    def act(self, form: TextForm) -> HttpResponse:
        placed = self.place(form.cleaned_data["text"])
        if placed.state == PostState.SHOWN:
            messages.success(self.request, _("Your text stands there."))
        else:
            messages.info(self.request, _("Your text is kept. A moderator reads it first."))
        return redirect(place_of(placed))

    def place(self, text: str) -> Post:
        raise TypeError(f"{type(self).__name__} does not say what it places")


class Argue(WriteForm):
    """Give an argument of one side."""

    side = Side.FOR

    def place(self, text: str) -> Post:
        thread = self.kwargs["thread_public_id"]
        return place_argument(
            actor=self.actor, thread_public_id=thread, side=self.side, text=text, now=self.now
        )


class ArgueFor(Argue):
    """Give an argument for."""

    heading = _("Your argument for")
    lead = _("Tell what is good about it. One argument at a time is easiest to answer.")


class ArgueAgainst(Argue):
    """Give an argument against."""

    side = Side.AGAINST
    heading = _("Your argument against")
    lead = _("Tell what is not good about it. One argument at a time is easiest to answer.")


class CouncilForm(WriteForm):
    """What only councillors write."""

    def may_write(self) -> bool:
        is_open = self.this_thread.state == ThreadState.OPEN
        return permissions.can_facilitate(self.actor, self.this_thread) or not is_open


class AskQuestion(CouncilForm):
    """A councillor asks everybody something."""

    heading = _("Ask a question")
    lead = _("Everybody can reply to it. Your name, role and party stand with it.")

    def place(self, text: str) -> Post:
        thread = self.kwargs["thread_public_id"]
        return ask_question(actor=self.actor, thread_public_id=thread, text=text, now=self.now)


class Summarise(CouncilForm):
    """A councillor says what they take along."""

    heading = _("What you take along")
    lead = _("Say what you heard here and what you will do with it. Your name, role and party stand with it.")

    def place(self, text: str) -> Post:
        thread = self.kwargs["thread_public_id"]
        return summarise(actor=self.actor, thread_public_id=thread, text=text, now=self.now)


class AboutPost(WriteForm):
    """Writing about a text that is there already."""

    @cached_property
    def this_post(self) -> Post:
        return self.post_here()

    @cached_property
    def this_thread(self) -> Thread:
        return self.this_post.thread

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reader = reader_of(self.actor, self.this_thread, now=self.now)
        found = super().get_context_data(about=post_view(self.this_post, reader), **kwargs)
        return {**found, "back": post_url(self.this_post)}


class Reply(AboutPost):
    """Reply to an argument, or to a councillor."""

    heading = _("Your reply")

    def check(self) -> None:
        super().check()
        if self.this_post.state != PostState.SHOWN:
            raise TextGone
        require(permissions.can_reply(self.actor, self.this_post))

    def place(self, text: str) -> Post:
        return reply(actor=self.actor, post_public_id=self.kwargs["public_id"], text=text, now=self.now)


class EditText(AboutPost):
    """Change one's own words."""

    heading = _("Edit your text")
    lead = _("What it said before stays, for everybody to read.")
    button = _("Save it")

    def may_write(self) -> bool:
        return permissions.is_author(self.actor, self.this_post)

    def check(self) -> None:
        super().check()
        if self.this_post.state not in {PostState.SHOWN, PostState.HELD}:
            raise TextGone
        if not can_still_edit(self.this_post.placed_at, now=self.now):
            raise TooLateToEdit

    def get_initial(self) -> dict[str, Any]:
        return {"text": self.this_post.text}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "about": None}

    def act(self, form: TextForm) -> HttpResponse:
        edited = edit_text(
            actor=self.actor,
            post_public_id=self.kwargs["public_id"],
            text=form.cleaned_data["text"],
            now=self.now,
        )
        if edited.edited_at != self.now:
            messages.info(self.request, _("Your text says the same as before. Nothing was changed."))
        elif edited.state == PostState.SHOWN:
            messages.success(self.request, _("Your text was changed. Everybody reads it as it is now."))
        else:
            messages.info(self.request, _("Your text is kept. A moderator reads it first."))
        return redirect(post_url(self.this_post))


class WithdrawText(SignedInMixin, PortalPage):
    """Taking one's own words back, with one button."""

    template_name = "discussion/withdraw.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        post = self.post_here()
        require(permissions.is_author(self.actor, post))
        if post.state == PostState.WITHDRAWN:
            return redirect(post_url(post))
        reader = reader_of(self.actor, post.thread, now=self.now)
        context = self.get_context_data(post=post_view(post, reader), thread=post.thread)
        return self.render_to_response(context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        post = self.post_here()
        withdraw_text(actor=self.actor, post_public_id=post.public_id, now=self.now)
        messages.success(request, _("Your text is gone. That it stood there can still be seen."))
        return redirect(post.thread.address if post.parent is None else post_url(post.parent))
