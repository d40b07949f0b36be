"""Mail that comes back: what a mail server reports through its pipe."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from django.conf import settings

from backend.core.due import walk
from backend.notifications.errors import NotABounce, NotOurMail
from backend.notifications.events import MessageNotDelivered
from backend.notifications.models import Message
from backend.notifications.selectors import undelivered
from backend.notifications.services import try_next_channel
from backend.notifications.services.bounces import MOST_BYTES, Report, take_bounce
from backend.notifications.states import Channel, Delivery, Kind
from backend.places.models import Portal
from tests.builders.outbox import heard, tell
from tests.builders.people import make_person
from tests.builders.post_office import post_office

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
POSTFIX = """\
From: MAILER-DAEMON@post.example (Mail Delivery System)
To: meebeslissen@example.nl
Message-Id: <20270112093001.1A2B3C@post.example>
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="1A2B3C.1736674201/post.example"

This is a MIME-encapsulated message.

--1A2B3C.1736674201/post.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--1A2B3C.1736674201/post.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; post.example
X-Postfix-Sender: rfc822; meebeslissen@example.nl
Arrival-Date: Tue, 12 Jan 2027 09:30:00 +0000 (UTC)

Final-Recipient: rfc822; sam@example.org
Original-Recipient: rfc822;sam@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 5.1.1 <sam@example.org>: user unknown

--1A2B3C.1736674201/post.example
Content-Description: Undelivered Message
Content-Type: {returned}

{headers}
--1A2B3C.1736674201/post.example--
"""


def report_on(
    message_id: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    returned: str = "message/rfc822",
) -> bytes:
    headers = f"Subject: Bankjes\nMessage-ID: {message_id}\nTo: sam@example.org\n\nDe tekst.\n"
    return POSTFIX.format(action=action, status=status, returned=returned, headers=headers).encode()


def sent_message(portal: Portal, *, kind: Kind = Kind.ANSWERS) -> Message:
    """A message that went out to a real server, which said that it is fine."""
    (message,) = tell(portal, make_person(portal), kind=kind, at=NOW)
    with post_office():
        walk(NOW)
    return message


def name_of(message: Message) -> str:
    return f"<{message.reference}@west.localhost>"


def now_of(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_bounce_says_that_the_mail_did_not_arrive_once(west: Portal, returned: str) -> None:
    message = sent_message(west)
    with heard() as told:
        raw = report_on(name_of(message), returned=returned)
        assert take_bounce(raw, now=NOW) == Report.BOUNCED
        assert take_bounce(raw, now=NOW) == Report.KNOWN
    assert [(type(event), event.message_id) for event in told] == [(MessageNotDelivered, message.pk)]
    assert (now_of(message).delivery, now_of(message).failure) == (Delivery.RETURNED, "5.1.1")
    assert list(undelivered(west.pk)) == [now_of(message)]


def test_mail_that_was_tried_too_long_is_a_bounce_and_a_delay_is_none(west: Portal) -> None:
    message = sent_message(west)
    for action in ("delayed", "Delayed", "relayed", "delivered", "expanded"):
        raw = report_on(name_of(message), action=action, status="4.4.1")
        assert take_bounce(raw, now=NOW) == Report.NOT_FINAL
    assert now_of(message).delivery == Delivery.SENT
    assert take_bounce(report_on(name_of(message), status="4.4.7"), now=NOW) == Report.BOUNCED


def test_a_bounce_of_a_message_that_went_another_way_meanwhile_changes_nothing(west: Portal) -> None:
    message = sent_message(west)
    take_bounce(report_on(name_of(message)), now=NOW)
    assert try_next_channel(message.pk, NOW) == Channel.PAGE
    assert take_bounce(report_on(name_of(message)), now=NOW) == Report.KNOWN
    assert now_of(message).delivery == Delivery.ON_PAGE


def test_a_bounce_that_is_quicker_than_we_write_down_that_it_went_out_counts(west: Portal) -> None:
    (message,) = tell(west, make_person(west), kind=Kind.ANSWERS, at=NOW)
    Message.objects.update(delivery=Delivery.SENDING)
    assert take_bounce(report_on(name_of(message)), now=NOW) == Report.BOUNCED


def plain(message_id: str) -> bytes:
    """Somebody who answers, or a bounce in words alone: not for a program."""
    mail = EmailMessage()
    mail["Message-ID"], mail["In-Reply-To"] = message_id, message_id
    mail.set_content("Action: failed\nStatus: 5.1.1\n")
    return mail.as_bytes()


def test_what_is_no_report_changes_nothing(west: Portal) -> None:
    message = sent_message(west)
    name = name_of(message)
    cases = [b"", b"\xff\xfe\x00", plain(name), b"x" * (MOST_BYTES + 1)]
    cases += [b"Content-Type: multipart/report; boundary=b\n\n--b\n\n--b--\n"]
    cases += [report_on(name).replace(b"message/delivery-status", b"text/plain")]
    cases += [report_on(name) + b" " * MOST_BYTES]
    for raw in cases:
        with pytest.raises((NotABounce, NotOurMail)):
            take_bounce(raw, now=NOW)
    assert now_of(message).delivery == Delivery.SENT


@pytest.mark.parametrize("name", ["<onbekend@example.org>", "<{0}@west.localhost>", "", "message-1", "<a@b"])
def test_a_report_about_mail_of_somebody_else_changes_nothing(west: Portal, name: str) -> None:
    message = sent_message(west)
    Message.objects.filter(pk=message.pk).update(reference=f"message-{message.pk}")
    for unknown in (name.format("0" * 40), f"<message-{message.pk}@west.localhost>"):
        with pytest.raises(NotOurMail):
            take_bounce(report_on(unknown), now=NOW)
    assert now_of(message).delivery == Delivery.SENT


@pytest.mark.slow
@pytest.mark.parametrize(
    ("raw", "status"), [(b"hallo", 65), (report_on("<" + "0" * 40 + "@west.localhost>"), 75)]
)
def test_the_command_tells_the_mail_server_what_it_did_with_it(raw: bytes, status: int) -> None:
    """In a process of its own as a mail server starts it; its database has no tables, so it tries later."""
    answer = subprocess.run(
        [sys.executable, "-m", "backend", "take-bounce"],
        cwd=settings.ROOT,
        env={key: value for key, value in os.environ.items() if "DATABASE" not in key},
        input=raw,
        capture_output=True,
        check=False,
    )
    assert answer.returncode == status, answer.stderr
