"""What can go wrong with plans and votes, in the words of a resident."""

from django.utils.translation import gettext_lazy as _

from backend.core.errors import DomainError


class RoundClosed(DomainError):
    code = "round_closed"
    default_message = _(
        "The votes of this round are being counted. Your vote was not changed. Try again later."
    )


class PlanNotCompeting(DomainError):
    code = "plan_not_competing"
    default_message = _(
        "You cannot vote on this plan any more. Nothing was changed. See the plan for what happens."
    )


class AlreadySubmitted(DomainError):
    code = "already_submitted"
    default_message = _("This plan was submitted before. You can no longer change its text.")


class NotDueYet(DomainError):
    code = "not_due_yet"
    default_message = _("This round is still open. It cannot be counted yet.")


class AnswersOwed(DomainError):
    code = "answers_owed"
    default_message = _("People who contributed have not been answered yet. The plan cannot be closed.")


class AlreadyDecided(DomainError):
    code = "already_decided"
    default_message = _("An outcome was recorded for this plan before. Nothing was changed.")


class TextStands(PlanNotCompeting):
    code = "text_stands"
    default_message = _("The text of this plan cannot change any more. Nothing was changed.")


class ChangedMeanwhile(DomainError):
    code = "changed_meanwhile"
    default_message = _(
        "The plan was changed since you opened this page. What you typed is still here. Look at how the plan"
        " reads now, and then send your text again."
    )
