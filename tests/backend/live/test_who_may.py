"""Sockets are for our own pages, for what somebody may see, and for as long as they are who they were."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from websockets.exceptions import InvalidStatus

from backend.core.live.hub import MOST_PAGES_OF_ONE, hub
from backend.core.tenancy import in_municipality
from backend.identity.models import Person, RoleAssignment
from backend.identity.services.assistance import start_helping, take_back_mandate
from backend.identity.services.devices import end_all_devices, end_other_devices
from backend.identity.services.leaving import leave
from backend.identity.services.roles import end_role, give_role
from backend.identity.states import HelpChannel, Role
from backend.places.models import Portal
from backend.proposals.models import Plan
from tests.builders.discussions import make_argument, make_thread
from tests.builders.moderation import make_moderator, paused
from tests.builders.people import actor_of, make_person
from tests.builders.plans import make_draft, make_plan, make_votes
from tests.builders.portals import make_portal, system_of
from tests.builders.sockets import OpenSocket, Socket
from tests.builders.web import client_for

NOW_GONE = 4401
NOT_THERE = 4404


@pytest.fixture
def plan(portal: Portal) -> Plan:
    return make_plan(portal, at=timezone.now())


@pytest.fixture
def person(portal: Portal) -> Person:
    return make_person(portal, at=timezone.now())


def listening(open_page: OpenSocket, plan: Plan, client: Client | None = None) -> Socket:
    """A page that gets updates: it has been told of the first."""
    page = open_page(plan.portal, plan.public_id, client=client)
    page.say({"since": "x"})
    assert page.update()["reload"]
    return page


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://evil.example",
        "http://west.localhost",
        "http://west.localhost:1",
        "http://oost.localhost:{port}",
        "https://west.localhost:{port}",
        "http://west.localhost:{port}.evil.example",
        "http://evil.west.localhost:{port}",
    ],
)
def test_another_site_cannot_open_one(
    open_page: OpenSocket, port: int, plan: Plan, origin: str | None
) -> None:
    named = origin.format(port=port) if origin else origin
    with pytest.raises(InvalidStatus) as refused:
        open_page(plan.portal, plan.public_id, origin=named)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("path", ["", "x/y", "a" * 41, "%2e%2e"])
def test_another_address_is_refused(open_page: OpenSocket, portal: Portal, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        open_page(portal, path)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
@pytest.mark.parametrize("who", ["visitor", "proposer"])
def test_what_is_not_public_is_as_good_as_not_there(
    open_page: OpenSocket, portal: Portal, person: Person, state: str, who: str
) -> None:
    proposer = actor_of(person, portal)
    draft = make_draft(portal, proposer=proposer, at=timezone.now())
    Plan.objects.all_municipalities().filter(pk=draft.pk).update(state=state, submitted_at=timezone.now())
    client = client_for(person, portal) if who == "proposer" else None
    page = open_page(portal, draft.public_id, client=client)
    page.say({"since": "x"})
    assert page.closed_with() == NOT_THERE


@pytest.mark.parametrize(("kind", "public_id"), [("plan", "bestaatniet"), ("iets", "bestaatniet")])
def test_what_never_was_is_not_there(
    open_page: OpenSocket, portal: Portal, kind: str, public_id: str
) -> None:
    page = open_page(portal, public_id, kind=kind)
    page.say({"since": "x"})
    assert page.closed_with() == NOT_THERE


@pytest.mark.parametrize("code", ["GM0363", "GM0014"])
def test_a_plan_is_not_there_at_another_portal(open_page: OpenSocket, plan: Plan, code: str) -> None:
    page = open_page(make_portal("oost", code=code), plan.public_id)
    page.say({"since": "x"})
    assert page.closed_with() == NOT_THERE


def test_a_plan_that_went_is_not_there_for_who_asks_again(open_page: OpenSocket, plan: Plan) -> None:
    page = open_page(plan.portal, plan.public_id)
    Plan.objects.all_municipalities().filter(pk=plan.pk).update(state="withdrawn")
    page.say({"since": "x"})
    assert page.closed_with() == NOT_THERE


@pytest.mark.parametrize(
    "said",
    [
        "",
        "hallo",
        b"\x00\x01",
        "[]",
        "{}",
        '{"since": 1}',
        '{"since": null}',
        '{"since": "x", "more": 1}',
        json.dumps({"since": "x" * 65}),
        "[" * 1_000,
    ],
)
def test_only_a_version_can_be_said(open_page: OpenSocket, plan: Plan, said: str | bytes) -> None:
    page = open_page(plan.portal, plan.public_id)
    page.say(said)
    assert page.closed_with() == 4400


def test_what_is_said_is_short(open_page: OpenSocket, plan: Plan) -> None:
    page = open_page(plan.portal, plan.public_id)
    page.say(json.dumps({"since": "x" * 1_100}))
    assert page.closed_with() == 1009


def test_nobody_goes_on_asking(open_page: OpenSocket, plan: Plan) -> None:
    page = open_page(plan.portal, plan.public_id)
    for _ in range(6):
        page.say({"since": "x"})
    assert page.closed_with() == 4429


def test_one_browser_has_so_many_open_pages_and_no_more(
    open_page: OpenSocket, plan: Plan, person: Person
) -> None:
    client = client_for(person, plan.portal)
    pages = [listening(open_page, plan, client) for _ in range(MOST_PAGES_OF_ONE)]
    one_more = open_page(plan.portal, plan.public_id, client=client)
    one_more.say({"since": "x"})
    assert one_more.closed_with() == 4429
    # The others go on, and somebody else is not kept out.
    listening(open_page, plan)
    make_votes(plan, 1, at=timezone.now())
    assert {page.update()["parts"][0]["say"] for page in pages} == {"Now 1 vote."}


Act = Callable[[Person, Portal, Client], None]


def _sign_out(person: Person, portal: Portal, client: Client) -> None:
    assert client.post("/afmelden/").status_code == 302


def _sign_out_everywhere(person: Person, portal: Portal, client: Client) -> None:
    end_all_devices(person.pk)


def _sign_out_elsewhere(person: Person, portal: Portal, client: Client) -> None:
    end_other_devices(actor=actor_of(person, portal), session_key="here", now=timezone.now())


def _get_a_role(person: Person, portal: Portal, client: Client) -> None:
    give_role(
        actor=system_of(portal), person=person, role=Role.CLERK, portal=portal, reason="x", now=timezone.now()
    )


def _lose_a_role(person: Person, portal: Portal, client: Client) -> None:
    held = RoleAssignment.objects.all_municipalities().get(person=person)
    end_role(actor=system_of(portal), assignment_id=held.pk, reason="x", now=timezone.now())


def _leave(person: Person, portal: Portal, client: Client) -> None:
    leave(actor=actor_of(person, portal), now=timezone.now())


def _be_paused(person: Person, portal: Portal, client: Client) -> None:
    now = timezone.now()
    text = make_argument(make_thread(portal, at=now), at=now, writer=actor_of(person, portal))
    paused(text, by=make_moderator(portal, at=now), at=now)


@pytest.mark.parametrize(
    "act",
    [_sign_out, _sign_out_everywhere, _sign_out_elsewhere, _get_a_role, _lose_a_role, _leave, _be_paused],
)
def test_pages_of_somebody_whose_rights_change_are_closed(
    open_page: OpenSocket, plan: Plan, portal: Portal, person: Person, act: Act
) -> None:
    with in_municipality(portal.municipality_id):
        if act is _lose_a_role:
            _get_a_role(person, portal, Client())
        client = client_for(person, portal)
        theirs, visitors = listening(open_page, plan, client), listening(open_page, plan)
        somebody = client_for(make_person(portal, at=timezone.now()), portal)
        others = listening(open_page, plan, somebody)
        act(person, portal, client)
    assert theirs.closed_with() == NOW_GONE
    # Whoever it is not about notices nothing.
    make_votes(plan, 1, at=timezone.now())
    for page in (visitors, others):
        assert page.update()["parts"][0]["say"] == "Now 1 vote."


def test_an_assistant_whose_help_is_taken_back_is_closed(
    open_page: OpenSocket, plan: Plan, portal: Portal, person: Person
) -> None:
    assistant = make_person(portal, roles=[Role.ASSISTANT], at=timezone.now())
    with in_municipality(portal.municipality_id):
        mandate = start_helping(
            actor=actor_of(assistant, portal),
            portal=portal,
            card_number=person.public_id,
            channel=HelpChannel.COUNTER,
            now=timezone.now(),
        )
        client = client_for(assistant, portal)
        session = client.session
        session["helping"] = mandate.public_id
        session.save()
        page = listening(open_page, plan, client)
        take_back_mandate(actor=actor_of(person, portal), public_id=mandate.public_id, now=timezone.now())
    assert page.closed_with() == NOW_GONE


def test_what_nobody_told_is_found_by_looking(
    open_page: OpenSocket, plan: Plan, portal: Portal, person: Person
) -> None:
    """A message between processes can be lost. Every half minute each process looks itself."""
    clerk = make_person(portal, roles=[Role.CLERK], at=timezone.now())
    signed_out, staff, stays = (
        client_for(person, portal),
        client_for(clerk, portal),
        client_for(make_person(portal, at=timezone.now()), portal),
    )
    pages = [listening(open_page, plan, client) for client in (signed_out, staff, stays)]
    signed_out.session.delete()
    RoleAssignment.objects.all_municipalities().filter(person=clerk).update(ended_at=timezone.now())
    _in_loop(hub.review_readers, timezone.now())
    assert [page.closed_with() for page in pages[:2]] == [NOW_GONE, NOW_GONE]
    make_votes(plan, 1, at=timezone.now())
    assert pages[2].update()["parts"][0]["say"] == "Now 1 vote."


def _in_loop(do: Callable[..., Any], *args: Any) -> None:
    """In the loop of the application, where the open pages are."""
    assert hub.loop
    asyncio.run_coroutine_threadsafe(do(*args), hub.loop).result(timeout=10)
