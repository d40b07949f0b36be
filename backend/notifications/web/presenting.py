"""What became of messages, in the words of whoever has to decide about them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..models import Message
from ..states import Channel, Delivery


def why(message: Message) -> str:
    """Why a message stands on the list, with the code of the mail server for whoever looks after it."""
    sentence = _reason(message)
    return (
        f"{sentence} ({message.failure})"
        if message.failure and message.channel == Channel.EMAIL
        else sentence
    )


def _reason(message: Message) -> str:
    if message.channel == Channel.CALL:
        return _("Nobody answered three times.")
    if message.channel == Channel.LETTER:
        return _("The letter came back.")
    if message.failure == "no address":
        return _("The person gave up the mail address before it went out.")
    return {
        Delivery.FAILED: _("The mail server did not take it."),
        Delivery.UNCERTAIN: _("Sending was cut off. It may have arrived."),
        Delivery.REFUSED: _("The address takes no mail."),
        Delivery.RETURNED: _("It came back: the address takes no mail."),
    }[Delivery(message.delivery)]
