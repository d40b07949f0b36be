"""Reports, what moderators did, objections, and interests."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from backend.core.personal_data import Basis, Held, Purpose, Row, register
from backend.core.retention import Clock

from ..models import Interest, ModerationAction, Objection, Report
from ..services.moderation.people import (
    forget_acts_about,
    forget_objections,
    forget_reports,
    forget_work,
    remove_interests,
)

CHUNK = 200


def _about(action: ModerationAction) -> str:
    return action.thread.title if action.thread is not None else ""


def _reports(person_id: int) -> Iterator[Row]:
    rows = Report.objects.all_municipalities().filter(reporter_id=person_id).select_related("post__thread")
    for one in rows.order_by("-reported_at", "-pk").iterator(CHUNK):
        yield {
            _("About"): one.post.thread.title,
            _("Rule"): one.get_rule_display(),
            _("What you added"): one.note,
            _("Reported on"): one.reported_at,
            _("What came of it"): one.get_outcome_display(),
        }


def _acts_about(person_id: int) -> Iterator[Row]:
    rows = ModerationAction.objects.all_municipalities().filter(person_id=person_id)
    for action in rows.select_related("thread").order_by("-acted_at", "-pk").iterator(CHUNK):
        yield {
            _("About"): _about(action),
            _("What was done"): action.get_act_display(),
            _("Rule"): action.get_rule_display(),
            _("Why"): action.reason,
            _("Your text"): action.text,
            _("When"): action.acted_at,
            _("Until"): action.until,
        }


def _objections(person_id: int) -> Iterator[Row]:
    rows = Objection.objects.all_municipalities().filter(person_id=person_id)
    for objection in rows.select_related("action__thread").order_by("-made_at", "-pk").iterator(CHUNK):
        yield {
            _("About"): _about(objection.action),
            _("Against"): objection.action.get_act_display(),
            _("What you wrote"): objection.text,
            _("When"): objection.made_at,
            _("Outcome"): objection.get_outcome_display(),
            _("Why"): objection.reason,
        }


def _work(person_id: int) -> Iterator[Row]:
    acts = ModerationAction.objects.all_municipalities().filter(moderator_id=person_id)
    for action in acts.select_related("thread").order_by("pk").iterator(CHUNK):
        yield {_("What"): action.get_act_display(), _("About"): _about(action), _("When"): action.acted_at}
    heard = Objection.objects.all_municipalities().filter(decided_by_id=person_id)
    for objection in heard.select_related("action__thread").order_by("pk").iterator(CHUNK):
        yield {
            _("What"): _("Decided about an objection"),
            _("About"): _about(objection.action),
            _("When"): objection.decided_at,
        }
    against = Objection.objects.all_municipalities().filter(acted_by_id=person_id)
    for objection in against.select_related("action__thread").order_by("pk").iterator(CHUNK):
        yield {
            _("What"): _("Somebody objected to what you did"),
            _("About"): _about(objection.action),
            _("When"): objection.made_at,
        }


def _interests(person_id: int) -> Iterator[Row]:
    rows = Interest.objects.all_municipalities().filter(moderator_id=person_id).select_related("thread")
    for interest in rows.order_by("pk").iterator(CHUNK):
        yield {
            _("About"): interest.thread.title,
            _("Why"): interest.why,
            _("When"): interest.declared_at,
        }


for held in (
    Held(
        slug="reports",
        purpose=Purpose.TAKING_PART,
        label=_("Texts you reported"),
        why=_("So that a moderator looks at them and you hear what came of it. Nobody sees who reported."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("As long as you have an account. After that the report stays without your name."),
        columns=frozenset({"discussion.report.reporter"}),
        rows=_reports,
        erase=forget_reports,
    ),
    Held(
        slug="acts_about_you",
        purpose=Purpose.TAKING_PART,
        label=_("What moderators did with your texts"),
        why=_("So that you can read why, and can object."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("As long as you have an account. After that it is only counted."),
        columns=frozenset({"discussion.moderationaction.person"}),
        rows=_acts_about,
        erase=forget_acts_about,
    ),
    Held(
        slug="objections",
        purpose=Purpose.TAKING_PART,
        label=_("Your objections to moderators"),
        why=_("So that another moderator can decide about them."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("As long as you have an account. After that the outcome is only counted."),
        columns=frozenset({"discussion.objection.person"}),
        rows=_objections,
        erase=forget_objections,
    ),
    Held(
        slug="moderating",
        purpose=Purpose.WORKING,
        label=_("What you did as a moderator"),
        why=_("So that nobody judges their own act, and it is known who acted."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("As long as you have an account. After that it stays without your name."),
        columns=frozenset(
            {
                "discussion.moderationaction.moderator",
                "discussion.objection.acted_by",
                "discussion.objection.decided_by",
            }
        ),
        rows=_work,
        erase=forget_work,
        is_on_page=False,
    ),
    Held(
        slug="interests",
        purpose=Purpose.WORKING,
        label=_("Subjects you leave to other moderators"),
        why=_("So that nobody acts where they have something to win or lose."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("As long as you have an account."),
        columns=frozenset({"discussion.interest.moderator"}),
        rows=_interests,
        erase=remove_interests,
    ),
):
    register(held)
