"""What can go wrong in a discussion, in the words of who takes part."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.core.errors import DomainError
from backend.core.walltime import on_wall


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


class WritingPaused(DomainError):
    """A moderator paused this person. They can still read, vote and report."""

    code = "writing_paused"

    def __init__(self, until: datetime) -> None:
        super().__init__(
            gettext(
                "You cannot write here until %(until)s. A moderator decided so."
                " Your messages say why, and how you can object. Nothing was changed."
            )
            % {"until": date_format(on_wall(until), "j F Y, H:i")}
        )


class TooManyMarks(DomainError):
    status = 429
    code = "too_many_marks"
    default_message = _(
        "You changed very often what convinces you. Wait a few minutes and try again. Nothing was changed."
    )


class TooManyReports(DomainError):
    status = 429
    code = "too_many_reports"
    default_message = _("You reported many texts today. Moderators read those first. Try again tomorrow.")


class SomebodyWasFirst(DomainError):
    code = "somebody_was_first"
    default_message = _(
        "Somebody else was just before you: this changed since you opened the page."
        " Nothing was changed by you. Look again."
    )


class AlreadyReported(DomainError):
    code = "already_reported"
    default_message = _("You reported this text before. A moderator looks at it. You hear what came of it.")


class AlreadyPaused(DomainError):
    code = "already_paused"
    default_message = _("This person is paused already. Nothing was changed.")


class AlreadyObjected(DomainError):
    code = "already_objected"
    default_message = _("You objected before. Another moderator decides about it. You hear the outcome.")


class TooLateToObject(DomainError):
    code = "too_late_to_object"
    default_message = _(
        "You could object for six weeks. That time is over. Call us if you want to talk about it."
    )
