"""Pages beside each other: what is alike is made once, and who is slow or broken holds up nobody."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime
from typing import Any

import pytest

from backend.core.actor import Actor
from backend.core.live import hub as hubs
from backend.core.live.hub import MOST_MADE, Followed, Hub, OpenPage
from backend.core.live.readers import Reader
from backend.core.live.sources import Asking, LiveSource, Part, Update

NOW = datetime(2027, 1, 12, 11, tzinfo=UTC)
BROKEN = 13


class Numbers:
    """Things that are a number, which goes up."""

    def __init__(self) -> None:
        self.now: Counter[int] = Counter()
        self.made: list[Asking] = []
        self.source = LiveSource(name="numbers", find=_find, versions=self.versions, render=self.render)

    def versions(self, ids: Collection[int], now: datetime) -> dict[int, str]:
        return {id_: str(self.now[id_]) for id_ in ids}

    def render(self, asking: Asking, now: datetime) -> Update:
        if asking.id == BROKEN:
            raise ValueError
        self.made.append(asking)
        number = str(self.now[asking.id])
        return Update(to=number, parts=(Part(html=f"<p id='n'>{number}</p>"),))


def _find(actor: Actor, public_id: str, now: datetime) -> int:
    return int(public_id)


class Browser:
    """What a page receives. It takes in the next only when it is let."""

    def __init__(
        self, numbers: Numbers, id_: int, language: str = "nl", person_id: int | None = None
    ) -> None:
        self.got: list[tuple[str, str]] = []
        self.takes_in = asyncio.Event()
        self.takes_in.set()
        reader = Reader(Actor(1, 1, person_id), "")
        self.page = OpenPage(
            Followed(numbers.source, id_, language, reader),
            "0",
            self.receive,
            asyncio.get_running_loop().create_future(),
        )

    async def receive(self, text: str) -> None:
        await self.takes_in.wait()
        told: dict[str, Any] = json.loads(text)
        self.got.append((told["from"], told["to"]))


async def _looked(hub: Hub) -> None:
    """One look, and a moment for browsers to take it in."""
    await hub.bring_up_to_date(NOW)
    for _ in range(5):
        await asyncio.sleep(0)


def with_hub(test: Callable[[Hub, Numbers], Awaitable[None]]) -> None:
    async def run() -> None:
        # It is not started: it looks when the test says so.
        await test(Hub(), Numbers())

    asyncio.run(run())


def test_pages_that_miss_the_same_get_what_was_made_once() -> None:
    async def test(hub: Hub, numbers: Numbers) -> None:
        browsers = [Browser(numbers, 1) for _ in range(400)]
        english, signed_in, other = (
            Browser(numbers, 1, "en"),
            Browser(numbers, 1, "nl", 7),
            Browser(numbers, 2),
        )
        for browser in (*browsers, english, signed_in, other):
            hub.add(browser.page)
        numbers.now[1] = 5
        await _looked(hub)
        assert {tuple(browser.got) for browser in (*browsers, english, signed_in)} == {(("0", "5"),)}
        assert other.got == []
        assert len(numbers.made) == 3
        # Nothing happened since, so nothing is made or sent.
        await _looked(hub)
        assert len(numbers.made) == 3

    with_hub(test)


def test_a_slow_page_holds_up_nobody_and_gets_what_it_missed_in_one_go() -> None:
    async def test(hub: Hub, numbers: Numbers) -> None:
        slow, quick = Browser(numbers, 1), Browser(numbers, 1)
        hub.add(slow.page)
        hub.add(quick.page)
        slow.takes_in.clear()
        for number in (1, 2, 3):
            numbers.now[1] = number
            await _looked(hub)
        assert quick.got == [("0", "1"), ("1", "2"), ("2", "3")]
        assert slow.got == []
        slow.takes_in.set()
        await _looked(hub)
        await _looked(hub)
        assert slow.got == [("0", "1"), ("1", "3")]

    with_hub(test)


def test_a_page_that_takes_nothing_in_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "SECONDS_TO_SEND", 0.01)

    async def test(hub: Hub, numbers: Numbers) -> None:
        stuck = Browser(numbers, 1)
        hub.add(stuck.page)
        stuck.takes_in.clear()
        numbers.now[1] = 1
        await _looked(hub)
        assert await asyncio.wait_for(stuck.page.ending, 5) == 4408

    with_hub(test)


def test_what_cannot_be_made_keeps_nobody_from_the_rest() -> None:
    async def test(hub: Hub, numbers: Numbers) -> None:
        broken, well = Browser(numbers, BROKEN), Browser(numbers, 1)
        hub.add(broken.page)
        hub.add(well.page)
        numbers.now[BROKEN] = numbers.now[1] = 1
        await _looked(hub)
        assert (well.got, broken.page.ending.result()) == ([("0", "1")], 1011)

    with_hub(test)


def test_made_up_versions_wait_for_another_look_and_pages_that_are_alike_go_first() -> None:
    async def test(hub: Hub, numbers: Numbers) -> None:
        odd = [Browser(numbers, 1) for _ in range(MOST_MADE + 5)]
        alike = [Browser(numbers, 1) for _ in range(2)]
        for number, browser in enumerate(odd):
            browser.page.at = f"made up {number}"
        for browser in (*odd, *alike):
            hub.add(browser.page)
        numbers.now[1] = 1
        await _looked(hub)
        assert len(numbers.made) == MOST_MADE
        assert [browser.got for browser in alike] == [[("0", "1")]] * 2
        await _looked(hub)
        assert all(len(browser.got) == 1 for browser in odd)
        assert len(numbers.made) == len(odd) + 1

    with_hub(test)


def test_a_page_alone_has_its_turn_however_many_ask_from_made_up_versions() -> None:
    async def test(hub: Hub, numbers: Numbers) -> None:
        odd = [[Browser(numbers, 1) for _ in range(2)] for _ in range(MOST_MADE)]
        alone = Browser(numbers, 2)
        for browser in (*(browser for pair in odd for browser in pair), alone):
            hub.add(browser.page)
        numbers.now[1] = numbers.now[2] = 1
        for _ in range(3):
            for number, pair in enumerate(odd):
                for browser in pair:
                    browser.page.at = f"made up {number}"
            await _looked(hub)
        assert alone.got == [("0", "1")]

    with_hub(test)
