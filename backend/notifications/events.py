"""What became of messages, for the apps above that promised to reach somebody."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageEvent(Event):
    """About one message: the key that its sender knows it by, and the channel it went through."""

    message_id: int
    person_id: int
    template: str
    subject: str
    version: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class OutcomesCameIn(Event):
    """It is known what became of messages about these subjects, and nothing of it is written yet. Whoever
    promised something by them holds it now, before the messages are held."""

    subjects: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class MessageDelivered(MessageEvent):
    """It reached the person as far as anybody can know: the mail was taken in by the server of the address
    and did not bounce yet, the letter was posted, the call was answered."""


@dataclass(frozen=True, kw_only=True)
class MessageNotDelivered(MessageEvent):
    """It did not reach the person in this channel: refused, bounced, returned, or no answer. Also published
    for a message that counted as delivered before."""
