"""What can go wrong with messages and newsletters, in words for whoever meets it."""

from django.utils.translation import gettext_lazy as _

from backend.core.errors import DomainError


class MessageSettled(DomainError):
    """Two people dealt with the same message."""

    code = "message_settled"
    default_message = _("Somebody else has dealt with this message already. Nothing was changed.")


class NoOtherWay(DomainError):
    """The last way is the person's own page, and it stands there already."""

    code = "no_other_way"
    default_message = _("There is no other way to reach this person. Nothing was changed.")


class NotABounce(DomainError):
    """What came in by the pipe of the mail server is no report that mail could not be delivered."""

    code = "not_a_bounce"
    default_message = _("This is no report about mail that could not be delivered.")


class NotOurMail(DomainError):
    """A report about mail that did not come from here."""

    code = "not_our_mail"
    default_message = _("This report is about no mail of this installation.")


class NewsletterChanged(DomainError):
    """A colleague worked on a draft while somebody looked at it to send it."""

    code = "newsletter_changed"
    default_message = _(
        "A colleague changed the newsletter meanwhile. Nothing was sent. Look at it again first."
    )


class AlreadySent(DomainError):
    code = "already_sent"
    default_message = _("This newsletter was sent already. It can no longer be changed or sent again.")


class NoConfirmedAddress(DomainError):
    code = "no_confirmed_address"
    default_message = _("Your account has no e-mail address that was confirmed. Nothing was changed.")


class NewsletterFull(DomainError):
    code = "newsletter_full"
    default_message = _("A newsletter has room for 30 parts. Take one out first. Nothing was changed.")
