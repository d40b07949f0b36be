"""Sending one message by mail: at most once per key, never silently lost.

The line to the mail server is opened first, so that a server that is away costs no message anything. Then
the message is marked as being sent, and only then handed over. Whoever dies in between leaves that mark, and
after a while a person decides. Outcomes are written per mail, however many go over one line.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from backend.core.due import NotNow
from backend.core.tenancy import in_municipality

from .models import Message
from .rendering import is_empty, mail_of
from .rules import outcome_of_refusal, status_of
from .services.outcomes import conclude, conclude_without_address
from .states import About, Channel, Delivery, Kind

log = structlog.get_logger(__name__)
# After this long without an outcome nobody knows whether the mail went out: the process that sent it is gone.
UNCERTAIN_AFTER = timedelta(minutes=10)

_REFUSALS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


class LineBroken(Exception):
    """The line broke, or our own side did. `may_have_arrived`: nobody can say what became of the mail."""

    def __init__(self, cause: Exception, *, may_have_arrived: bool) -> None:
        super().__init__(type(cause).__name__)
        self.may_have_arrived = may_have_arrived


@dataclass
class Line:
    """The line to the mail server: opened for the first mail, and used for those after it."""

    server: Any = field(default_factory=get_connection)
    is_open: bool = False
    is_fresh: bool = False
    is_down: bool = False

    def open(self) -> bool:
        """Whether mail can be handed over now. A server that is away is not asked again on this line."""
        self.is_fresh = False
        if self.is_open or self.is_down:
            return self.is_open
        try:
            self.server.open()
        except (smtplib.SMTPException, OSError) as failure:
            log.warning("mail_server_away", error=type(failure).__name__)
            self.is_down = True
        else:
            self.is_open = self.is_fresh = True
        return self.is_open

    def hand_over(self, mail: EmailMessage) -> None:
        """Send one mail. A line that the server has ended since the last mail is opened anew.

        Raises what the server said when it refuses, and LineBroken when it said nothing.
        """
        try:
            self.server.send_messages([mail])
        except _REFUSALS:
            raise
        except (smtplib.SMTPException, OSError, ValueError) as cause:
            # Ways of sending that do not know are taken to have sent it.
            may_have_arrived = bool(getattr(self.server, "has_handed_over", True))
            was_used_before = not self.is_fresh
            # A server that takes too long for one mail does so for the next: the others come later.
            self.is_down = bool(getattr(self.server, "was_too_slow", False))
            self.close()
            if may_have_arrived or not was_used_before or not self.open():
                raise LineBroken(cause, may_have_arrived=may_have_arrived) from cause
            self.hand_over(mail)

    def close(self) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self.server.close()
        self.is_open = False


_line: ContextVar[Line | None] = ContextVar("line", default=None)


@contextmanager
def one_line() -> Iterator[Line]:
    """Everything that is sent in this block goes over one line."""
    line = Line()
    token = _line.set(line)
    try:
        yield line
    finally:
        _line.reset(token)
        line.close()


def send(message_id: int, now: datetime) -> None:
    """Send one queued message. Marked before and after, so that a crash in between is seen.

    Raises NotNow when the mail server is away.
    """
    line = _line.get()
    if line is None:
        with one_line():
            send(message_id, now)
        return
    if not line.open():
        raise NotNow
    message = _claim(message_id, now)
    if message is None:
        return
    if message.kind == Kind.DIGEST and is_empty(message):
        Message.objects.all_municipalities().filter(pk=message.pk).delete()
        return
    reader = message.person or message.subscription
    if reader is None or not reader.email:
        conclude_without_address(message.pk, now=now)
        return
    try:
        with in_municipality(message.municipality_id):
            mail = mail_of(message, to=reader.email, language=reader.language)
            mail.message()
    except Exception as mistake:
        # Nothing was handed over. A mistake of ours holds up no other mail.
        log.exception("mail_not_made", message=message.pk)
        _retry_or_fail(message, now, failure=type(mistake).__name__)
        return
    _hand_over(line, message, mail, now)


def _hand_over(line: Line, message: Message, mail: EmailMessage, now: datetime) -> None:
    try:
        line.hand_over(mail)
    except smtplib.SMTPRecipientsRefused as refusal:
        code, words = next(iter(refusal.recipients.values()))
        _refused(message, About.ADDRESS, code, words, now)
    except smtplib.SMTPSenderRefused as refusal:
        _refused(message, About.SENDER, refusal.smtp_code, refusal.smtp_error, now)
    except smtplib.SMTPDataError as refusal:
        _refused(message, About.MAIL, refusal.smtp_code, refusal.smtp_error, now)
    except LineBroken as broken:
        if broken.may_have_arrived:
            log.warning("mail_uncertain", message=message.pk, error=str(broken))
            conclude(message.pk, Delivery.UNCERTAIN, among=[Delivery.SENDING], now=now, failure=str(broken))
        else:
            _retry_or_fail(message, now, failure=str(broken))
    else:
        # Also when somebody had given up on this process meanwhile: it did go out.
        conclude(message.pk, Delivery.SENT, among=[Delivery.SENDING, Delivery.UNCERTAIN], now=now)


def _refused(message: Message, about: About, code: int, words: bytes | str, now: datetime) -> None:
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else words
    status = status_of(text)
    outcome = outcome_of_refusal(about, code, status)
    failure = f"{code} {status}".strip()
    if outcome is None:
        _retry_or_fail(message, now, failure=failure)
        return
    log.warning("mail_refused", message=message.pk, code=failure)
    conclude(message.pk, outcome, among=[Delivery.SENDING], now=now, failure=failure)


def _claim(message_id: int, now: datetime) -> Message | None:
    """Take a message for sending; None when another process has it or it is not queued any more."""
    with transaction.atomic():
        message = (
            Message.objects.all_municipalities()
            .select_related("portal__municipality", "person", "subscription")
            .select_for_update(of=("self",), skip_locked=True)
            .filter(
                pk=message_id,
                channel=Channel.EMAIL,
                delivery=Delivery.QUEUED,
                next_attempt_at__lte=now,
            )
            .first()
        )
        if message is not None:
            message.delivery = Delivery.SENDING
            message.attempts += 1
            message.next_attempt_at = now + UNCERTAIN_AFTER
            message.save(update_fields=["delivery", "attempts", "next_attempt_at"])
        return message


def _retry_or_fail(message: Message, now: datetime, *, failure: str) -> None:
    log.warning("mail_failed", message=message.pk, attempt=message.attempts, error=failure)
    if message.attempts > len(settings.MAIL_RETRY_MINUTES):
        conclude(message.pk, Delivery.FAILED, among=[Delivery.SENDING], now=now, failure=failure)
        return
    minutes = settings.MAIL_RETRY_MINUTES[message.attempts - 1]
    Message.objects.all_municipalities().filter(pk=message.pk, delivery=Delivery.SENDING).update(
        delivery=Delivery.QUEUED, next_attempt_at=now + timedelta(minutes=minutes), failure=failure
    )
