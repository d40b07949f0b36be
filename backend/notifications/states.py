"""What messages are about, how they go out, and the life of a message. No queries."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What a message is about. For each kind people choose how they get it."""

    ANSWERS = "answers", _("Answers to what you did")
    PLANS = "plans", _("News about your plans and votes")
    DISCUSSION = "discussion", _("Replies to you")
    WORK = "work", _("Your work for the municipality")
    ACCOUNT = "account", _("Your account and safety")
    NEWSLETTER = "newsletter", _("Newsletter")
    # One mail that holds others. Nobody chooses it by itself.
    DIGEST = "digest", _("Several messages at once")


class Channel(TextChoices):
    """How a message goes out. It stands on the person's own page as well, always."""

    EMAIL = "email", _("By mail")
    LETTER = "letter", _("By letter")
    CALL = "call", _("By telephone")
    PAGE = "page", _("Only on my page")


class Choice(TextChoices):
    """What somebody chose for one kind of messages."""

    AT_ONCE = "at_once", _("By mail, at once")
    DAILY = "daily", _("By mail, together once a day")
    WEEKLY = "weekly", _("By mail, together once a week")
    LETTER = "letter", _("By letter")
    CALL = "call", _("By telephone")
    PAGE = "page", _("Only on my page")

    @property
    def channel(self) -> Channel:
        return CHANNEL_OF.get(self, Channel.EMAIL)

    @property
    def cadence(self) -> str:
        """The digest that messages wait for, or nothing."""
        return self.value if self in CADENCES else ""


CADENCES = (Choice.DAILY, Choice.WEEKLY)
CHANNEL_OF: Mapping[Choice, Channel] = {
    Choice.LETTER: Channel.LETTER,
    Choice.CALL: Channel.CALL,
    Choice.PAGE: Channel.PAGE,
}

# What can be chosen for each kind. An answer that is owed reaches people in one way or another: whoever reads
# it on their page is told too. About their account people hear at once, and cannot choose.
_BY_MAIL = (Choice.AT_ONCE, Choice.DAILY, Choice.WEEKLY)
CHOICES: Mapping[Kind, tuple[Choice, ...]] = {
    Kind.ANSWERS: tuple(Choice),
    Kind.PLANS: (*_BY_MAIL, Choice.LETTER, Choice.PAGE),
    Kind.DISCUSSION: (*_BY_MAIL, Choice.LETTER, Choice.PAGE),
    Kind.WORK: (*_BY_MAIL, Choice.PAGE),
}
# What one click in a mail may stop. The law, a promise, safety and one's work are not stopped by a click.
CAN_UNSUBSCRIBE = frozenset({Kind.PLANS, Kind.DISCUSSION})


class Delivery(TextChoices):
    """What became of a message in its channel: mail, letter or call."""

    # For its turn, for the digest it goes out with, for a batch of letters, or for somebody who calls.
    QUEUED = "queued", _("Waiting to be sent")
    # A mail that was handed to the mail server, or a letter that was printed and not posted yet.
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    ON_PAGE = "on_page", _("On the person's page")
    # Tried many times, or not taken by the server for another reason than the address.
    FAILED = "failed", _("Could not be sent")
    UNCERTAIN = "uncertain", _("Not known whether it arrived")
    # The address takes no mail, or nobody answered the telephone three times.
    REFUSED = "refused", _("Did not reach the person")
    # It went out and came back.
    RETURNED = "returned", _("Came back")


# Nobody knows what to do about these by rule, so they stand on a list for a person.
FOR_A_HUMAN = (Delivery.FAILED, Delivery.UNCERTAIN)
# The same for what did not arrive and must.
NOT_ARRIVED = (Delivery.REFUSED, Delivery.RETURNED)
MUST_ARRIVE = (Kind.ANSWERS, Kind.ACCOUNT)


# What an answer code was about: the mail as a whole, who sends it, or the address it is to.
class About(TextChoices):
    ADDRESS = "address"
    SENDER = "sender"
    MAIL = "mail"


class NewsletterState(TextChoices):
    """Life of a newsletter. It is sent once."""

    DRAFT = "draft", _("Draft")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
