"""What can go wrong with newsletters, in the words of who meets it."""

from django.utils.translation import gettext_lazy as _

from backend.core.errors import DomainError


class AlreadySent(DomainError):
    code = "already_sent"
    default_message = _("This newsletter was sent already. It can no longer be changed or sent again.")


class NoConfirmedAddress(DomainError):
    code = "no_confirmed_address"
    default_message = _("Your account has no e-mail address that was confirmed. Nothing was changed.")


class NewsletterFull(DomainError):
    code = "newsletter_full"
    default_message = _("A newsletter has room for 30 parts. Take one out first. Nothing was changed.")
