"""Where moderators work: what waits, what was done, who is paused, objections and their own interests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.core.web.requests import actor_of
from backend.identity.web.base import DeskForm, DeskMixin, PortalPage

from ..conduct import FROM, LONGEST_WAIT, LONGEST_WAIT_FOR_OBJECTION, Act
from ..models import Objection, Post
from ..permissions import can_act_on_post, can_hear, can_moderate, has_interest
from ..selectors.moderation.actions import (
    get_objection,
    list_actions,
    list_interests,
    list_objections,
    list_pauses,
)
from ..selectors.moderation.items import (
    Item,
    get_item,
    is_overdue,
    list_waiting,
    open_reports_of,
    thread_of_work,
)
from ..services.moderation.interests import declare_interest
from ..services.moderation.objecting import decide_objection
from ..states import PostKind
from .moderation_forms import ActionFilterForm, DecisionForm, InterestForm, QueueFilterForm

PAGE_SIZE = 20


class ModeratorMixin(DeskMixin):
    """A page for moderators alone."""

    def allowed(self) -> bool:
        return can_moderate(actor_of(self.request))  # type: ignore[attr-defined]  # a mixin of views


class ModeratorPage(ModeratorMixin, PortalPage):
    def page_of(self, rows: Any) -> Any:
        return Paginator(rows, PAGE_SIZE).get_page(self.request.GET.get("pagina"))


class Queue(ModeratorPage):
    """What waits for a moderator, longest first, with the text in its context."""

    template_name = "discussion/moderation/queue.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = QueueFilterForm(self.request.GET)
        chosen = form.chosen()
        page = self.page_of(list_waiting(self.actor, chosen))
        posts = list(page.object_list)
        reports = open_reports_of(posts)
        rows = [self._row(post, reports.get(post.pk, [])) for post in posts]
        return super().get_context_data(
            form=form,
            page=page,
            rows=rows,
            is_filtered=bool(chosen.what or chosen.rule),
            objections=list_objections(self.actor).count(),
            **kwargs,
        )

    def _row(self, post: Post, reports: list[Any]) -> dict[str, Any]:
        return {
            "post": post,
            "reports": reports,
            "acts_before": acts_label(vars(post)["acts_before"]),
            "waits": waiting_label(vars(post)["waits_since"], self.now),
            "is_late": is_overdue(post, before=self.now - LONGEST_WAIT),
        }


class ItemPage(ModeratorPage):
    """One text with what stands around it, what was reported and done before, and what can be done."""

    template_name = "discussion/moderation/item.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        item = get_item(self.actor, self.kwargs["public_id"])
        may_act = can_act_on_post(self.actor, item.post)
        return super().get_context_data(
            item=item,
            acts_before=acts_label(item.acts_before),
            may_act=may_act,
            has_interest=has_interest(self.actor, item.post.thread_id),
            acts=acts_possible(item) if may_act else frozenset(),
            **kwargs,
        )


def acts_possible(item: Item) -> frozenset[str]:
    """What can be done with a text as it stands now."""
    post = item.post
    possible = {act for act, states in FROM.items() if post.state in states}
    if not item.reports:
        possible.discard(Act.LEAVE)
    if not item.revisions:
        possible.discard(Act.FORGET)
    if post.kind == PostKind.REPLY:
        possible.discard(Act.MOVE)
    if post.author_id is None:
        possible -= {Act.PAUSE, Act.REPHRASE}
    return frozenset(str(act.value) for act in possible)


class DonePage(ModeratorPage):
    """Everything that moderators did here, latest first."""

    template_name = "discussion/moderation/done.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = ActionFilterForm(self.request.GET)
        chosen = form.chosen()
        page = self.page_of(list_actions(self.actor, chosen))
        return super().get_context_data(
            form=form, page=page, is_filtered=bool(chosen.act or chosen.rule), **kwargs
        )


class PausesPage(ModeratorPage):
    """Who cannot write here now, and until when."""

    template_name = "discussion/moderation/pauses.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = self.page_of(list_pauses(self.actor, now=self.now))
        rows = [
            {"pause": pause, "may_end": pause.person_id != self.actor.person_id} for pause in page.object_list
        ]
        return super().get_context_data(page=page, rows=rows, **kwargs)


class ObjectionsPage(ModeratorPage):
    """Objections that wait for a second moderator."""

    template_name = "discussion/moderation/objections.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = self.page_of(list_objections(self.actor))
        rows = [self._row(objection) for objection in page.object_list]
        return super().get_context_data(page=page, rows=rows, **kwargs)

    def _row(self, objection: Objection) -> dict[str, Any]:
        return {
            "objection": objection,
            "waits": waiting_label(objection.made_at, self.now),
            "is_late": objection.made_at < self.now - LONGEST_WAIT_FOR_OBJECTION,
            "is_own_act": objection.acted_by_id == self.actor.person_id,
        }


class ModeratorForm(ModeratorMixin, DeskForm):
    """A form for moderators."""


class ObjectionPage(ModeratorForm):
    """Decide about an objection as second moderator."""

    template_name = "discussion/moderation/objection.html"
    form_class = DecisionForm

    def objection(self) -> Objection:
        return get_objection(self.actor, self.kwargs["number"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        objection = self.objection()
        return super().get_context_data(
            objection=objection,
            action=objection.action,
            may_hear=can_hear(self.actor, objection) and objection.decided_at is None,
            **kwargs,
        )

    def act(self, form: DecisionForm) -> HttpResponse:
        said = form.cleaned_data
        decide_objection(actor=self.actor, objection_id=self.objection().pk, now=self.now, **said)
        return self.finish(_("You decided. The person gets your answer."), "moderation_objections")


class InterestsPage(ModeratorPage):
    """The subjects that the acting moderator leaves to others."""

    template_name = "discussion/moderation/interests.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(page=self.page_of(list_interests(self.actor)), **kwargs)


class DeclareInterest(ModeratorForm):
    """Say that one has something to do with a subject."""

    template_name = "discussion/moderation/declare_interest.html"
    form_class = InterestForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        thread = thread_of_work(self.actor, self.kwargs["public_id"])
        return super().get_context_data(thread=thread, **kwargs)

    def act(self, form: InterestForm) -> HttpResponse:
        declare_interest(
            actor=self.actor,
            thread_public_id=self.kwargs["public_id"],
            why=form.cleaned_data["why"],
            now=self.now,
        )
        return self.finish(_("From now on other moderators do this one."), "moderation_interests")


def waiting_label(since: datetime, now: datetime) -> str:
    """How long something waits, in whole hours or days."""
    hours = max(0, int((now - since).total_seconds() // 3600))
    if hours < 1:
        return _("less than an hour")
    if hours < 48:
        return ngettext("%(number)s hour", "%(number)s hours", hours) % {"number": hours}
    return ngettext("%(number)s day", "%(number)s days", hours // 24) % {"number": hours // 24}


def acts_label(number: int) -> str:
    """How often moderators had to act on texts of a writer before."""
    if number == 0:
        return _("never")
    return ngettext("%(number)s time", "%(number)s times", number) % {"number": number}
