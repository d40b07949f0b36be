"""Moderation for everybody: reporting a text, what moderators did to one's own, and how often they act."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.core.errors import require, require_found
from backend.core.walltime import on_wall
from backend.core.web.helping import open_to_helpers
from backend.identity.web.base import PortalForm
from backend.places.web.middleware import may_be_kept
from backend.places.web.requests import portal_of

from ..conduct import BREAKABLE, MOST_REPORTS, SENTENCES, TIME_TO_OBJECT, ConductRule
from ..models import ModerationAction, Post
from ..permissions import can_object, can_rephrase, can_report
from ..rules import FIRST_TEXTS, MANY_TEXTS, MANY_WITHIN, NEW_ACCOUNT, REPEAT_WITHIN
from ..selectors.moderation.actions import find_own_objection, get_own_action
from ..selectors.moderation.figures import Month, figures_of
from ..selectors.posts import get_post
from ..services.moderation.objecting import object_to
from ..services.moderation.rephrasing import rephrase
from ..services.moderation.reporting import report
from .moderation_forms import ObjectionForm, RephraseForm, ReportForm


class ReportPost(PortalForm):
    """Tell moderators that a text breaks a rule."""

    open_to_helpers = True
    template_name = "discussion/moderation/report.html"
    form_class = ReportForm

    def post_reported(self) -> Post:
        return get_post(actor=self.actor, public_id=self.kwargs["public_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        post = self.post_reported()
        require(can_report(self.actor, post))
        return super().get_context_data(post=post, rules=conduct_rules(), **kwargs)

    def act(self, form: ReportForm) -> HttpResponse:
        post = self.post_reported()
        report(
            actor=self.actor,
            post_public_id=post.public_id,
            rule=ConductRule(form.cleaned_data["rule"]),
            note=form.cleaned_data["note"],
            now=self.now,
        )
        messages.success(
            self.request, _("Thank you. A moderator looks at it. You get a message about what came of it.")
        )
        return redirect(post.thread.address)


class OwnActionForm(PortalForm):
    """A form about what a moderator did to the acting person."""

    open_to_helpers = True

    def action(self) -> ModerationAction:
        return get_own_action(self.actor, self.kwargs["public_id"])


class MyModeration(OwnActionForm):
    """What a moderator did, why, and a form to object."""

    template_name = "discussion/moderation/mine.html"
    form_class = ObjectionForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        action = self.action()
        objection = find_own_objection(self.actor, action)
        last = action.acted_at + TIME_TO_OBJECT
        can_still = can_object(self.actor, action) and objection is None
        return super().get_context_data(
            action=action,
            rule_sentence=SENTENCES.get(action.rule, ""),
            objection=objection,
            may_object=can_still and self.now <= last,
            is_too_late=can_still and self.now > last,
            object_before=on_wall(last),
            may_rephrase=can_rephrase(self.actor, action),
            **kwargs,
        )

    def act(self, form: ObjectionForm) -> HttpResponse:
        object_to(
            actor=self.actor,
            action_public_id=self.kwargs["public_id"],
            text=form.cleaned_data["text"],
            now=self.now,
        )
        messages.success(self.request, _("Another moderator reads your objection. You get a message."))
        return redirect("my_moderation", self.kwargs["public_id"])


class MyRephrasing(OwnActionForm):
    """Write a text in other words because a moderator asked for it."""

    template_name = "discussion/moderation/rephrase.html"
    form_class = RephraseForm

    def get_initial(self) -> dict[str, Any]:
        return {"text": self.action().text}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        action = self.action()
        require(can_rephrase(self.actor, action))
        return super().get_context_data(action=action, **kwargs)

    def act(self, form: RephraseForm) -> HttpResponse:
        rephrase(
            actor=self.actor,
            action_public_id=self.kwargs["public_id"],
            text=form.cleaned_data["text"],
            now=self.now,
        )
        messages.success(self.request, _("Thank you. A moderator reads it, and then everybody can."))
        return redirect("my_moderation", self.kwargs["public_id"])


@open_to_helpers
@require_safe
def moderation_figures(request: HttpRequest) -> HttpResponse:
    """The rules of conduct, which texts wait, and how often moderators acted: by rule and month."""
    portal = require_found(portal_of(request))
    context = {"tables": _tables(figures_of(portal))}
    response = render(request, "discussion/moderation/figures.html", context)
    return response if request.GET else may_be_kept(response)


def _tables(months: list[Month]) -> list[dict[str, Any]]:
    """The figures as tables with a row for each month and what was done in it; none when nothing was."""
    if not months:
        return []
    return [
        {
            "id": "by-act",
            "caption": _("What moderators did, by month"),
            "columns": [_("What"), _("How often")],
            "rows": [(month.first_day, act) for month in months for act in month.acts()],
        },
        {
            "id": "by-rule",
            "caption": _("By which rule, by month"),
            "columns": [_("Rule"), _("How often")],
            "rows": [(month.first_day, rule) for month in months for rule in month.rules()],
        },
        {
            "id": "objections",
            "caption": _("Objections that were decided, by month"),
            "columns": [_("Right, and undone"), _("Not right")],
            "rows": [(month.first_day, (month.granted, month.upheld)) for month in months],
        },
    ]


def conduct_rules() -> list[tuple[str, str]]:
    """What each rule is called, and what it says."""
    return [(str(label), str(SENTENCES[code])) for code, label in BREAKABLE]


def rules_in_words() -> dict[str, Any]:
    """What a page needs to say all rules, for `discussion/moderation/rules_in_words.html`."""
    return {
        "conduct_rules": conduct_rules(),
        "new_account_hours": int(NEW_ACCOUNT.total_seconds() // 3600),
        "first_texts": FIRST_TEXTS,
        "many_texts": MANY_TEXTS,
        "many_minutes": int(MANY_WITHIN.total_seconds() // 60),
        "repeat_days": REPEAT_WITHIN.days,
        "most_reports": MOST_REPORTS,
        "weeks_to_object": TIME_TO_OBJECT.days // 7,
    }
