"""What can go wrong with answers, in the words of whoever gives them."""

from django.utils.translation import gettext_lazy as _

from backend.core.errors import DomainError


class NobodyWaits(DomainError):
    code = "nobody_waits"
    default_message = _("Nobody waits for this answer any more. Your text is kept, and nothing was sent.")


class DraftChanged(DomainError):
    code = "draft_changed"
    default_message = _("Your text was changed after you looked at it. Nothing was sent. Look at it again.")


class NothingToWaive(DomainError):
    code = "nothing_to_waive"
    default_message = _("No answer is owed here any more. Nothing was changed.")


class AlreadyTold(DomainError):
    code = "already_told"
    default_message = _("This person was told already. Nothing was changed.")
