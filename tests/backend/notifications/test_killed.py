"""Sending that is killed with SIGKILL, in a process of its own, at each step."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from backend.notifications.delivery import UNCERTAIN_AFTER
from backend.notifications.models import Message
from backend.notifications.services import Notice, notify
from backend.notifications.states import Delivery, Kind
from backend.places.models import Portal
from tests.builders.people import make_person
from tests.builders.post_office import PATIENCE, PostOffice, open_office

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
# Before the nightly clean-up, which would take along people who never signed in.
NOW = datetime(2027, 1, 12, 0, 30, tzinfo=UTC)
LATER = NOW + UNCERTAIN_AFTER


class Elsewhere:
    """The database of this test as another process sees it."""

    def __init__(self, folder: Path, office: PostOffice) -> None:
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.builders.sending_settings",
            "SENDING_SMTP_URL": f"smtp+plain://127.0.0.1:{office.port}",
        }
        self.file: Path | None = None
        if connection.vendor == "sqlite":
            self.file = folder / "copy.sqlite3"
            self.environment["SENDING_SQLITE"] = str(self.file)
            with sqlite3.connect(self.file) as copy:
                connection.connection.backup(copy)
        else:
            server = os.environ["MEEBESLISSEN_DATABASE_URL"].rsplit("/", 1)[0]
            database = connection.settings_dict["NAME"]
            self.environment["MEEBESLISSEN_DATABASE_URL"] = f"{server}/{database}"

    def walk(self, at: datetime) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "backend", "work", "--once", "--at", at.isoformat()],
            cwd=settings.ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
        )

    def deliveries(self) -> list[str]:
        if self.file is None:
            return list(Message.objects.order_by("pk").values_list("delivery", flat=True))
        with sqlite3.connect(self.file) as copy:
            rows = copy.execute("SELECT delivery FROM notifications_message ORDER BY id").fetchall()
        return [row[0] for row in rows]


def queue(portal: Portal, people: int) -> None:
    everybody = [make_person(portal, verified=False).pk for _ in range(people)]
    context = {"title": "Bankjes", "address": "/plannen/abc/", "round": 3}
    notice = Notice(kind=Kind.PLANS, template="plan_won", subject="plan:1", context=context)
    notify(portal=portal, people=everybody, notice=notice, now=NOW)


@pytest.mark.parametrize(
    ("step", "left", "later", "received"),
    [
        # Before it was marked: nothing happened, and the next walk sends it.
        ("greeting", Delivery.QUEUED, Delivery.SENT, 2),
        # Marked and not handed over, or handed over and not written down: the next walk cannot tell these
        # apart, so it does not send a second time, and a person decides.
        ("sender", Delivery.SENDING, Delivery.UNCERTAIN, 1),
        ("data", Delivery.SENDING, Delivery.UNCERTAIN, 1),
    ],
)
def test_a_mail_whose_sending_is_killed_goes_out_at_most_once_and_is_never_lost(
    west: Portal, tmp_path: Path, step: str, left: Delivery, later: Delivery, received: int
) -> None:
    queue(west, people=2)
    with open_office() as office:
        elsewhere = Elsewhere(tmp_path, office)
        office.stops_at = step
        killed = elsewhere.walk(NOW)
        try:
            assert office.stopped.wait(PATIENCE)
        finally:
            killed.send_signal(signal.SIGKILL)
            killed.wait(PATIENCE)
        assert elsewhere.deliveries() == [left, Delivery.QUEUED]
        office.stops_at = ""
        assert elsewhere.walk(NOW).wait(PATIENCE) == 0
        assert elsewhere.deliveries() == [Delivery.SENT if left == Delivery.QUEUED else left, Delivery.SENT]
        assert elsewhere.walk(LATER + timedelta(seconds=1)).wait(PATIENCE) == 0
        assert elsewhere.deliveries() == [later, Delivery.SENT]
        assert len(office.received) == received


def test_what_was_sent_before_the_kill_stays_sent(west: Portal, tmp_path: Path) -> None:
    queue(west, people=3)
    with open_office() as office:
        elsewhere = Elsewhere(tmp_path, office)
        office.stops_at, office.stops_after = "data", 1
        killed = elsewhere.walk(NOW)
        try:
            assert office.stopped.wait(PATIENCE)
        finally:
            killed.send_signal(signal.SIGKILL)
            killed.wait(PATIENCE)
        assert elsewhere.deliveries() == [Delivery.SENT, Delivery.SENDING, Delivery.QUEUED]
