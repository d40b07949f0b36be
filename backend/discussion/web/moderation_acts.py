"""The forms of moderators: one page for one act, each with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.core.errors import require

from ..conduct import Act
from ..models import Thread
from ..permissions import can_act_on_post, can_act_on_thread, can_end_pause
from ..selectors.moderation.actions import get_pause
from ..selectors.moderation.items import get_item, thread_of_work
from ..services.moderation.closing import close_discussion, reopen_discussion
from ..services.moderation.moving import move
from ..services.moderation.pausing import end_pause, pause_writer
from ..services.moderation.texts import (
    ask_to_rephrase,
    forget_before,
    hide,
    leave_as_it_is,
    release,
    restore,
)
from .moderation import ModeratorForm, acts_possible
from .moderation_forms import GivingForm, MoveForm, PauseForm, TakingForm


class OneAct(ModeratorForm):
    """A form about one act. Subclasses say what it is called, what it does, and which service does it."""

    template_name = "discussion/moderation/act.html"
    title: Promise
    lead: Promise
    button: Promise

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=self.title, lead=self.lead, button=self.button, back=self.back(), **kwargs
        )

    def back(self) -> str:
        """Where to go without doing it."""
        return "/werk/modereren/"


class TextAct(OneAct):
    """An act about one text, which stands above the form."""

    form_class: type[GivingForm] = TakingForm
    does: Act

    def get_initial(self) -> dict[str, Any]:
        item = get_item(self.actor, self.kwargs["public_id"])
        first = item.reports[0].rule if item.reports else None
        return {"seen": item.seen, "rule": first}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        item = get_item(self.actor, self.kwargs["public_id"])
        require(can_act_on_post(self.actor, item.post))
        is_possible = self.does in acts_possible(item)
        return super().get_context_data(item=item, is_possible=is_possible, **kwargs)

    def back(self) -> str:
        return f"/werk/modereren/tekst/{self.kwargs['public_id']}/"

    def about(self, form: GivingForm) -> dict[str, Any]:
        return {
            "actor": self.actor,
            "post_public_id": self.kwargs["public_id"],
            "grounds": form.grounds(),
            "now": self.now,
        }

    def finish_with(self, message: Promise) -> HttpResponse:
        return self.finish(str(message), "moderation_queue")


class Hide(TextAct):
    does = Act.HIDE
    title = _("Hide this text")
    lead = _("Others see that something stood here, and not what. The writer reads why, and can object.")
    button = _("Hide this text")

    def act(self, form: TakingForm) -> HttpResponse:
        hide(**self.about(form))
        return self.finish_with(_("The text is hidden. The writer gets a message."))


class AskToRephrase(TextAct):
    does = Act.REPHRASE
    title = _("Ask to write this in other words")
    lead = _(
        "The text is hidden until the writer changed it. Then it comes back to this list, and you or another"
        " moderator reads it."
    )
    button = _("Ask the writer")

    def act(self, form: TakingForm) -> HttpResponse:
        ask_to_rephrase(**self.about(form))
        return self.finish_with(_("The text is hidden for now. The writer gets your question."))


class Release(TextAct):
    does = Act.RELEASE
    form_class = GivingForm
    title = _("Let this text through")
    lead = _("Everybody can read it from now on. The writer gets a message.")
    button = _("Let it through")

    def act(self, form: GivingForm) -> HttpResponse:
        release(**self.about(form))
        return self.finish_with(_("Everybody can read the text now."))


class LeaveAsItIs(TextAct):
    does = Act.LEAVE
    form_class = GivingForm
    title = _("Leave this text as it is")
    lead = _("It fits the rules. Whoever reported it hears that. The writer hears nothing.")
    button = _("Leave it as it is")

    def act(self, form: GivingForm) -> HttpResponse:
        leave_as_it_is(**self.about(form))
        return self.finish_with(_("The text stays. Whoever reported it gets a message."))


class Restore(TextAct):
    does = Act.RESTORE
    form_class = GivingForm
    title = _("Show this text again")
    lead = _("Everybody can read it again. The writer gets a message.")
    button = _("Show it again")

    def act(self, form: GivingForm) -> HttpResponse:
        restore(**self.about(form))
        return self.finish_with(_("Everybody can read the text again."))


class ForgetBefore(TextAct):
    does = Act.FORGET
    title = _("Remove what this text said before")
    lead = _(
        "Nobody can read the former texts any more, you neither. That cannot be undone, so the writer cannot"
        " object to it. The text as it is now stays."
    )
    button = _("Remove the former texts")

    def act(self, form: TakingForm) -> HttpResponse:
        forget_before(**self.about(form))
        return self.finish_with(_("The former texts are gone. The writer gets a message."))


class Move(TextAct):
    does = Act.MOVE
    form_class = MoveForm
    title = _("Move this text")
    lead = _("The replies go along, and so does the answer that the writer is owed.")
    button = _("Move it")

    def act(self, form: MoveForm) -> HttpResponse:
        move(place=form.place(), **self.about(form))
        return self.finish_with(_("The text is moved. The writer gets a message."))


class PauseWriter(TextAct):
    does = Act.PAUSE
    form_class = PauseForm
    title = _("Pause who wrote this")
    lead = _(
        "This person cannot write here for some days. They can read, vote and report. You still decide about"
        " the text itself."
    )
    button = _("Pause this person")

    def act(self, form: PauseForm) -> HttpResponse:
        pause_writer(days=form.cleaned_data["days"], **self.about(form))
        messages.success(self.request, gettext("This person is paused, and gets a message. Now the text."))
        return redirect(self.back())


class ThreadAct(OneAct):
    """An act about a whole discussion."""

    form_class: type[GivingForm] = TakingForm

    def thread(self) -> Thread:
        return thread_of_work(self.actor, self.kwargs["public_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        thread = self.thread()
        require(can_act_on_thread(self.actor, thread))
        return super().get_context_data(thread=thread, is_possible=True, **kwargs)

    def back(self) -> str:
        return self.thread().address

    def about(self, form: GivingForm) -> dict[str, Any]:
        return {
            "actor": self.actor,
            "thread_public_id": self.kwargs["public_id"],
            "grounds": form.grounds(),
            "now": self.now,
        }


class CloseDiscussion(ThreadAct):
    title = _("Close this discussion")
    lead = _(
        "Everybody can read it, and why you closed it. Nobody can add to it. Who wrote in it can object."
    )
    button = _("Close the discussion")

    def act(self, form: TakingForm) -> HttpResponse:
        close_discussion(**self.about(form))
        return self.finish(gettext("The discussion is closed."), "moderation_queue")


class ReopenDiscussion(ThreadAct):
    form_class = GivingForm
    title = _("Open this discussion again")
    lead = _("Everybody can add to it again. Who wrote in it gets a message.")
    button = _("Open the discussion again")

    def act(self, form: GivingForm) -> HttpResponse:
        reopen_discussion(**self.about(form))
        return self.finish(gettext("The discussion is open again."), "moderation_queue")


class EndPause(OneAct):
    form_class = GivingForm
    title = _("End this pause")
    lead = _("This person can write again at once, and gets a message.")
    button = _("End the pause")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pause = get_pause(self.actor, self.kwargs["public_id"])
        require(can_end_pause(self.actor, pause))
        return super().get_context_data(pause=pause, is_possible=True, **kwargs)

    def back(self) -> str:
        return "/werk/modereren/pauzes/"

    def act(self, form: GivingForm) -> HttpResponse:
        end_pause(
            actor=self.actor,
            action_public_id=self.kwargs["public_id"],
            grounds=form.grounds(),
            now=self.now,
        )
        return self.finish(gettext("The pause has ended."), "moderation_pauses")
