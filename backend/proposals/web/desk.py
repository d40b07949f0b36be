"""The desk: rules, meetings, the counter, context and outcomes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from backend.audit.permissions import can_read_record
from backend.discussion.permissions import can_moderate
from backend.feedback.permissions import can_see_owed, can_tell_unreached
from backend.identity.permissions import (
    can_confirm_at_counter,
    can_give_roles,
    can_help,
    can_see_clocks,
    can_send_letters,
)
from backend.identity.web import base
from backend.identity.web.base import DeskMixin, PortalPage
from backend.identity.web.helping import CONFIRMED_CARD
from backend.notifications.permissions import can_settle, can_write_newsletters
from backend.notifications.selectors import undelivered
from backend.places.selectors import districts_of

from .. import permissions
from ..models import AgendaItem, Rules
from ..selectors.meetings import get_item, list_meetings, list_open_items
from ..selectors.plans import list_categories
from ..selectors.rounds import current_round, has_begun, latest_rules
from ..services.agenda import NewMeeting, give_context, plan_meeting, take_off_agenda
from ..services.categories import add_category
from ..services.eligibility import confirm_eligible, rules_at
from ..services.outcomes import NewOutcome, record_outcome
from ..services.rulebook import NewRules, set_rules
from .forms.desk import (
    CategoryForm,
    ContextForm,
    CounterForm,
    MeetingForm,
    OutcomeForm,
    ReasonForm,
    RulesForm,
)
from .presenting import category_name, moment_label

RULE_FIELDS = (
    "district_id",
    "period",
    "closing_time",
    "counts",
    "minimum_votes",
    "minimum_age",
    "proof_level",
    "totals",
)


class DeskPage(DeskMixin, PortalPage):
    """What waits for whom: the agenda that fills itself, dates for context, outcomes that are owed."""

    template_name = "proposals/desk/desk.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        round_now = current_round(self.portal.pk, at=self.now)
        items = list(list_open_items(self.actor))
        return super().get_context_data(
            round=round_now,
            closes=moment_label(round_now.closes_at) if round_now else "",
            rows=[
                {
                    "item": item,
                    "may_give_context": permissions.can_give_context(self.actor, item),
                    "may_record_outcome": permissions.can_record_outcome(self.actor, item),
                    "may_take_off": permissions.can_take_off_agenda(self.actor, item),
                }
                for item in items
            ],
            meetings=list(list_meetings(actor=self.actor, now=self.now)),
            may_manage=permissions.can_manage_rounds(self.actor),
            may_confirm=can_confirm_at_counter(self.actor),
            may_see_owed=can_see_owed(self.actor),
            may_tell_unreached=can_tell_unreached(self.actor),
            may_help=can_help(self.actor),
            may_settle=can_settle(self.actor),
            may_send_letters=can_send_letters(self.actor),
            may_give_roles=can_give_roles(self.actor),
            may_read_record=can_read_record(self.actor),
            may_see_clocks=can_see_clocks(self.actor),
            may_moderate=can_moderate(self.actor),
            may_write_newsletters=can_write_newsletters(self.actor),
            undelivered=undelivered(self.portal.pk).count(),
            **kwargs,
        )


class DeskForm(base.DeskForm):
    """A form of the desk about rounds and the agenda."""

    def allowed(self) -> bool:
        return permissions.can_manage_rounds(self.actor)


class RulesDesk(DeskForm):
    """Set the rules of play for the next round."""

    template_name = "proposals/desk/rules.html"
    form_class = RulesForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "districts": districts_of(self.portal.municipality_id)}

    def get_initial(self) -> dict[str, Any]:
        rules = latest_rules(self.portal.pk) or Rules(district_id=self.portal.district_id)
        return {name: getattr(rules, name) for name in RULE_FIELDS}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        latest = latest_rules(self.portal.pk)
        round_now = current_round(self.portal.pk, at=self.now)
        return super().get_context_data(
            latest=latest,
            is_frozen=latest is not None and has_begun(latest),
            round=round_now,
            closes=moment_label(round_now.closes_at) if round_now else "",
            **kwargs,
        )

    def act(self, form: RulesForm) -> HttpResponse:
        rules = set_rules(
            actor=self.actor, portal=self.portal, new=NewRules(**form.cleaned_data), now=self.now
        )
        return self.finish(_("Version %(version)s of the rules is saved.") % {"version": rules.version})


class CategoryDesk(DeskForm):
    """Add a subject that plans can be about."""

    template_name = "proposals/desk/categories.html"
    form_class = CategoryForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        categories = [category_name(category) for category in list_categories(self.portal)]
        return super().get_context_data(categories=categories, **kwargs)

    def act(self, form: CategoryForm) -> HttpResponse:
        data = form.cleaned_data
        add_category(
            actor=self.actor,
            portal=self.portal,
            name_nl=data["name_nl"],
            name_en=data["name_en"],
            now=self.now,
        )
        return self.finish(_("The subject is added."), "desk_categories")


class MeetingDesk(DeskForm):
    """Plan a meeting of the committee."""

    template_name = "proposals/desk/meeting.html"
    form_class = MeetingForm

    def act(self, form: MeetingForm) -> HttpResponse:
        data = form.cleaned_data
        names = (
            "committee",
            "starts_at",
            "papers_due_at",
            "place",
            "minutes_per_plan",
            "attending",
            "contact",
        )
        new = NewMeeting(**{name: data[name] for name in names})
        plan_meeting(actor=self.actor, portal=self.portal, new=new, now=self.now)
        return self.finish(_("The meeting is planned. Winners that waited are on its agenda."))


class CounterDesk(DeskForm):
    """Confirm somebody at the counter who shows a document."""

    template_name = "proposals/desk/counter.html"
    form_class = CounterForm

    def allowed(self) -> bool:
        return can_confirm_at_counter(self.actor)

    def get_form_kwargs(self) -> dict[str, Any]:
        rules = rules_at(self.portal, self.now)
        return {**super().get_form_kwargs(), "district": rules.district.name}

    def act(self, form: CounterForm) -> HttpResponse:
        seen = form.cleaned_data
        proof = confirm_eligible(
            actor=self.actor,
            portal=self.portal,
            email=seen["email"],
            birth_date=seen["birth_date"],
            claims=form.claims(),
            is_housemate=seen["is_housemate"],
            same_name=seen["same_name"],
            now=self.now,
        )
        said = _("Confirmed. This person's votes count from now on.")
        if not seen["email"]:
            # Without an address they take part with help, and come back with the number on their receipt.
            self.request.session[CONFIRMED_CARD] = proof.person.public_id
            return self.finish(said, "help_desk")
        return self.finish(said)


class ItemForm(DeskForm):
    """A form about one plan on the agenda."""

    def item(self) -> AgendaItem:
        return get_item(actor=self.actor, plan_public_id=self.kwargs["public_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(item=self.item(), **kwargs)


class TakeOffAgenda(ItemForm):
    """Take a winner off the agenda, with a reason that is published."""

    template_name = "proposals/desk/take_off.html"
    form_class = ReasonForm

    def allowed(self) -> bool:
        return permissions.can_take_off_agenda(self.actor, self.item())

    def act(self, form: ReasonForm) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        take_off_agenda(
            actor=self.actor, plan_public_id=self.kwargs["public_id"], reason=reason, now=self.now
        )
        return self.finish(_("The plan is off the agenda. Everyone who voted gets the reason."))


class GiveContext(ItemForm):
    """The official's context."""

    template_name = "proposals/desk/context.html"
    form_class = ContextForm

    def allowed(self) -> bool:
        return permissions.can_give_context(self.actor, self.item())

    def get_initial(self) -> dict[str, Any]:
        return {"text": self.item().context}

    def act(self, form: ContextForm) -> HttpResponse:
        text = form.cleaned_data["text"]
        give_context(actor=self.actor, plan_public_id=self.kwargs["public_id"], text=text, now=self.now)
        return self.finish(_("Your context is published with the plan."))


class RecordOutcome(ItemForm):
    """What councillors decided."""

    template_name = "proposals/desk/outcome.html"
    form_class = OutcomeForm

    def allowed(self) -> bool:
        return permissions.can_record_outcome(self.actor, self.item())

    def act(self, form: OutcomeForm) -> HttpResponse:
        new = NewOutcome(**form.cleaned_data)
        record_outcome(actor=self.actor, plan_public_id=self.kwargs["public_id"], new=new, now=self.now)
        return self.finish(_("The outcome is recorded. Everyone who voted or proposed is told."))
