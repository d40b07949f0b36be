"""Reports of mail servers that mail could not be delivered after all (RFC 3464)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, message_from_string
from email.message import Message as Mail
from enum import Enum

from ..errors import NotABounce, NotOurMail
from ..keys import reference_in
from ..models import Message
from ..rules import status_of
from ..states import Channel, Delivery
from .outcomes import conclude

# A report has the headers of the mail, or all of it. Longer is no report of ours.
MOST_BYTES = 5_000_000


class Report(Enum):
    """What a report meant."""

    BOUNCED = "bounced"
    # It is known already, or somebody has sent the message again since.
    KNOWN = "known"
    # The other server goes on trying, or says that all is well.
    NOT_FINAL = "not final"


def take_bounce(raw: bytes, *, now: datetime) -> Report:
    """Mark the message as returned that a report is about.

    Raises NotABounce for anything but a report on delivery, and NotOurMail when it names no mail of ours.
    Both change nothing. A forged report must name the Message-ID, which only the addressee knows.
    """
    report = message_from_bytes(raw) if len(raw) <= MOST_BYTES else Mail()
    if report.get_content_type() != "multipart/report" or not report.is_multipart():
        raise NotABounce
    reference = next(filter(None, _references(report)), "")
    failures = [
        status_of(_text(block, "status").strip())
        for block in _recipients(report)
        if _text(block, "action").strip().lower() == "failed"
    ]
    if not any(part.get_content_type() == "message/delivery-status" for part in report.walk()):
        raise NotABounce
    message = Message.objects.all_municipalities().filter(reference=reference).first() if reference else None
    if message is None:
        raise NotOurMail
    if not failures:
        return Report.NOT_FINAL
    went_out = [Delivery.SENDING, Delivery.SENT, Delivery.UNCERTAIN]
    if message.channel != Channel.EMAIL:
        return Report.KNOWN
    has_bounced = conclude(message.pk, Delivery.RETURNED, among=went_out, now=now, failure=failures[0])
    return Report.BOUNCED if has_bounced else Report.KNOWN


def _recipients(report: Mail) -> Iterator[Mail]:
    """The part about each recipient."""
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            for block in part.get_payload():
                if isinstance(block, Mail) and "action" in block:
                    yield block


def _references(report: Mail) -> Iterator[str]:
    """What the returned mail is known by. The headers of the report itself say nothing about it."""
    for part in report.walk():
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            returned = part.get_payload(0)
        elif part.get_content_type() == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            returned = message_from_string(content.decode("latin-1") if isinstance(content, bytes) else "")
        else:
            continue
        if isinstance(returned, Mail):
            yield reference_in(_text(returned, "message-id"))


def _text(part: Mail, header: str) -> str:
    return str(part.get(header, ""))
