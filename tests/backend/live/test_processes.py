"""Several processes: what one is told, another hears by Redis, also after Redis was away.

A process that stops tells its pages to come back, and the next one knows what they missed.
"""

from __future__ import annotations

import time
from contextlib import ExitStack

import pytest
import redis
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from backend.core.live.closing import close_pages_of
from backend.core.live.hub import GROUP
from backend.places.models import Portal
from tests.browser.site import running
from tests.builders.people import make_person
from tests.builders.plans import make_plan, make_votes
from tests.builders.sockets import OpenSocket, Socket, open_socket
from tests.builders.web import client_for

PATIENCE = 10
on_redis = pytest.mark.skipif(
    "redis" not in settings.CHANNEL_LAYERS["default"]["BACKEND"], reason="there is one process without Redis"
)


def listening(page: Socket) -> Socket:
    page.say({"since": "x"})
    assert page.update()["reload"]
    return page


def tell_as_another_process(person_id: int) -> None:
    """Over a connection of its own, and knowing nothing of the pages that are open here."""
    async_to_sync(get_channel_layer().group_send)(GROUP, {"type": "live.close", "people": [person_id]})


@on_redis
def test_another_process_closes_pages_here(open_page: OpenSocket, portal: Portal) -> None:
    plan, person = make_plan(portal, at=timezone.now()), make_person(portal, at=timezone.now())
    page = listening(open_page(portal, plan.public_id, client=client_for(person, portal)))
    tell_as_another_process(person.pk)
    assert page.closed_with() == 4401


@on_redis
def test_pages_are_closed_after_redis_was_away(open_page: OpenSocket, portal: Portal) -> None:
    plan, person = make_plan(portal, at=timezone.now()), make_person(portal, at=timezone.now())
    page = listening(open_page(portal, plan.public_id, client=client_for(person, portal)))
    server = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
    gone = _lines_of_listeners(server)
    for line in gone:
        server.client_kill_filter(_id=line)
    until = time.monotonic() + PATIENCE
    while not _lines_of_listeners(server) - gone:
        assert time.monotonic() < until
        time.sleep(0.05)
    tell_as_another_process(person.pk)
    assert page.closed_with() == 4401


def _lines_of_listeners(server: redis.Redis) -> set[str]:
    number = str(server.get_connection_kwargs()["db"])
    return {line["id"] for line in server.client_list(_type="pubsub") if line["db"] == number}


def test_a_change_that_is_rolled_back_closes_nothing(open_page: OpenSocket, portal: Portal) -> None:
    plan, person = make_plan(portal, at=timezone.now()), make_person(portal, at=timezone.now())
    page = listening(open_page(portal, plan.public_id, client=client_for(person, portal)))
    with transaction.atomic():
        close_pages_of([person.pk])
        transaction.set_rollback(True)
    make_votes(plan, 1, at=timezone.now())
    assert page.update()["parts"][0]["say"] == "Now 1 vote."


def test_a_process_that_stops_says_so_and_the_next_one_knows_what_was_missed(portal: Portal) -> None:
    now = timezone.now()
    plan = make_plan(portal, at=now)
    with ExitStack() as opened:
        with running() as site:
            page = open_socket(opened, site.port, portal, plan.public_id)
            page.say({"since": "x"})
            had = page.update()["to"]
        assert page.closed_with() == 1012
        make_votes(plan, 2, at=now)
        with running() as site:
            page = open_socket(opened, site.port, portal, plan.public_id)
            page.say({"since": had})
            assert page.update()["parts"][0]["say"] == "Now 2 votes."
