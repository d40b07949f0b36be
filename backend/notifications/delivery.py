"""Sending one message: at most once per key, never silently lost."""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from backend.identity.models import Person

from .models import Message
from .rendering import words_of
from .states import Delivery

log = structlog.get_logger(__name__)
# After this long without an outcome nobody knows whether the mail went out: the process that sent it is gone.
UNCERTAIN_AFTER = timedelta(minutes=10)


def send(message_id: int, now: datetime) -> None:
    """Send one queued message by mail. Marked before and after, so that a crash in between is seen."""
    message = _claim(message_id, now)
    if message is None:
        return
    person = Person.objects.filter(pk=message.person_id).first()
    if person is None or not person.email:
        _finish(message, Delivery.ON_PAGE, now)
        return
    words = words_of(message, language=person.language)
    mail = EmailMessage(
        subject=" ".join(words.subject.split()),
        body=words.body,
        to=[person.email],
        headers={
            "Message-ID": f"<{message.reference}@{message.portal.hostname}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    connection = get_connection()
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as failure:
        # Nothing was handed over yet, so trying again cannot send it twice.
        _retry_or_fail(message, now, code=type(failure).__name__)
        return
    try:
        connection.send_messages([mail])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as refusal:
        _retry_or_fail(message, now, code=type(refusal).__name__)
    except (smtplib.SMTPServerDisconnected, TimeoutError) as broken:
        log.warning("mail_uncertain", message=message.pk, error=type(broken).__name__)
        _finish(message, Delivery.UNCERTAIN, now)
    except (smtplib.SMTPException, OSError) as failure:
        _retry_or_fail(message, now, code=type(failure).__name__)
    else:
        _finish(message, Delivery.SENT, now)
    finally:
        connection.close()


def _claim(message_id: int, now: datetime) -> Message | None:
    """Take a message for sending; None when another process has it or it is not queued any more."""
    with transaction.atomic():
        message = (
            Message.objects.all_municipalities()
            .select_related("portal")
            .select_for_update(of=("self",), skip_locked=True)
            .filter(pk=message_id, delivery=Delivery.QUEUED, next_attempt_at__lte=now)
            .first()
        )
        if message is not None:
            message.delivery = Delivery.SENDING
            message.attempts += 1
            message.next_attempt_at = now + UNCERTAIN_AFTER
            message.save(update_fields=["delivery", "attempts", "next_attempt_at"])
        return message


def _retry_or_fail(message: Message, now: datetime, *, code: str) -> None:
    log.warning("mail_failed", message=message.pk, attempt=message.attempts, error=code)
    if message.attempts > len(settings.MAIL_RETRY_MINUTES):
        _finish(message, Delivery.FAILED, now)
        return
    minutes = settings.MAIL_RETRY_MINUTES[message.attempts - 1]
    _write(message, delivery=Delivery.QUEUED, next_attempt_at=now + timedelta(minutes=minutes))


def _finish(message: Message, outcome: Delivery, now: datetime) -> None:
    sent_at = now if outcome == Delivery.SENT else None
    _write(message, delivery=outcome, next_attempt_at=None, sent_at=sent_at)


def _write(message: Message, **changes: Any) -> None:
    """Not by `save`: somebody who left meanwhile took the message along."""
    Message.objects.all_municipalities().filter(pk=message.pk).update(**changes)
