"""For the pipe of a mail server: what comes back to the sender of our mail."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from backend.notifications.errors import NotABounce, NotOurMail
from backend.notifications.services.bounces import MOST_BYTES, take_bounce

# As in sysexits.h, which mail servers read: with the last one they try again later.
NO_REPORT = 65
NOT_OURS = 67
TRY_AGAIN = 75


class Command(BaseCommand):
    help = (
        "Read one report about mail that could not be delivered (RFC 3464) from standard input, and mark the"
        f" message. Status {NO_REPORT}: no such report. {NOT_OURS}: not about mail of ours."
        f" {TRY_AGAIN}: try again later."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(MOST_BYTES + 1)
        try:
            report = take_bounce(raw, now=timezone.now())
        except NotABounce as refusal:
            raise CommandError(str(refusal), returncode=NO_REPORT) from refusal
        except NotOurMail as refusal:
            raise CommandError(str(refusal), returncode=NOT_OURS) from refusal
        except DatabaseError as failure:
            raise CommandError(
                "The database does not answer. Try again later.", returncode=TRY_AGAIN
            ) from failure
        self.stdout.write(report.value)
