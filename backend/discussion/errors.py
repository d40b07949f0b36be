"""What can go wrong in a discussion, in the words of who takes part."""

from django.utils.translation import gettext_lazy as _

from backend.core.errors import DomainError


class DiscussionClosed(DomainError):
    code = "discussion_closed"
    default_message = _("This discussion is closed. You can read it, but not add to it. Nothing was changed.")


class TextGone(DomainError):
    code = "text_gone"
    default_message = _(
        "This text does not stand there any more: it was withdrawn, hidden, or waits for a moderator."
        " Nothing was changed."
    )


class TooLateToEdit(DomainError):
    code = "too_late_to_edit"
    default_message = _(
        "You can edit a text for half an hour. That is over, so the text stands as it was. You can write a"
        " reply, or withdraw the text."
    )


class TooManyPinned(DomainError):
    code = "too_many_pinned"
    default_message = _("Three texts are pinned already. Take one down first. Nothing was changed.")


class NameNeeded(DomainError):
    code = "name_needed"
    default_message = _(
        "A councillor writes with their name in sight, and yours is not filled in. Fill it in at your"
        " settings. Nothing was placed."
    )
