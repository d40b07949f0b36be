"""Pages that are open while many people argue: how soon each hears of it, and whether all can come back."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from .server import BEHIND_PROXY, Server
from .table import Row

# The words of the arguments that are written meanwhile.
NUMBER = re.compile(r"Argument nummer (\d+)\.")
MOST_SECONDS_BEHIND = 1.0
PATIENCE = 30


@dataclass(frozen=True)
class Address:
    """The page that everybody has open, as which version, and the sessions of those who are signed in."""

    host: str
    path: str
    version: str
    sessions: Sequence[str]


@dataclass
class OpenPage:
    """A browser with the page open, and when it heard of each argument."""

    address: Address
    session: str
    port: int
    version: str
    heard: dict[int, float] = field(default_factory=dict)
    line: ClientConnection | None = None
    lost: int = 0

    async def come(self) -> None:
        headers = {key: value for key, value in BEHIND_PROXY.items() if key != "Accept-Encoding"}
        if self.session:
            headers["Cookie"] = f"__Host-session={self.session}"
        self.line = await connect(
            f"ws://{self.address.host}{self.address.path}",
            host="127.0.0.1",
            port=self.port,
            origin=f"https://{self.address.host}",  # type: ignore[arg-type]  # a plain string will do
            additional_headers=headers,
            proxy=None,
            open_timeout=PATIENCE,
        )
        await self.line.send(json.dumps({"since": self.version}))

    async def listen(self) -> None:
        """Until the line is closed."""
        assert self.line
        try:
            async for text in self.line:
                now = time.monotonic()
                told = json.loads(text)
                # An update that does not fit on what it has would be a gap.
                self.lost += told["from"] != self.version or told["reload"]
                self.version = told["to"]
                for number in NUMBER.findall(str(text)):
                    self.heard.setdefault(int(number), now)
        except ConnectionClosed:
            self.lost += 1


@dataclass(frozen=True)
class Heard:
    """How long after its commit each page heard of each argument, and what was missed."""

    seconds: list[float]
    missed: int
    lost: int


@dataclass(frozen=True)
class Result:
    arguing: Heard
    returning: Heard
    # From the first attempt to the last page that was up to date again.
    seconds_to_return: float
    memory: int


def measure(server: Server, address: Address, *, pages: int, seconds: int, per_second: int) -> Result:
    return asyncio.run(_measure(server, address, pages, seconds, per_second))


async def _measure(server: Server, address: Address, pages: int, seconds: int, per_second: int) -> Result:
    opened = [
        OpenPage(address, address.sessions[n // 2] if n % 2 else "", server.port, address.version)
        for n in range(pages)
    ]
    await asyncio.gather(*(page.come() for page in opened))
    listening = [asyncio.create_task(page.listen()) for page in opened]
    written = await _argue(address, first=1, number=seconds * per_second, per_second=per_second)
    await _until_all_heard(opened, written)
    arguing = _heard(opened, written)
    memory = max(server.worker_memory())
    # All lines break at once, something happens, and all come back at once.
    for page in opened:
        assert page.line
        page.line.transport.abort()
    await asyncio.gather(*listening)
    for page in opened:
        page.lost = 0
    missed = await _argue(address, first=len(written) + 1, number=per_second, per_second=per_second)
    began = time.monotonic()
    await asyncio.gather(*(page.come() for page in opened))
    listening = [asyncio.create_task(page.listen()) for page in opened]
    await _until_all_heard(opened, missed)
    returned = max(max(page.heard.values()) for page in opened) - began
    since_coming_back = dict.fromkeys(missed, began)
    result = Result(arguing, _heard(opened, since_coming_back), returned, memory)
    await asyncio.gather(*(page.line.close() for page in opened if page.line))
    await asyncio.gather(*listening)
    return result


async def _argue(address: Address, *, first: int, number: int, per_second: int) -> dict[int, float]:
    """Let a process of its own write arguments; gives when each was committed."""
    command = [sys.executable, "-m", "tests.bench.arguing", address.path.split("/")[3]]
    command += [str(first), str(number), str(per_second)]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    output, _ = await process.communicate()
    assert process.returncode == 0
    lines = [line.split() for line in output.decode().splitlines()]
    # The clock that only goes forward is the same for all processes of a machine.
    return {int(number): float(at) for number, at in lines}


async def _until_all_heard(pages: list[OpenPage], written: dict[int, float]) -> None:
    until = time.monotonic() + PATIENCE
    last = max(written)
    while time.monotonic() < until and not all(last in page.heard for page in pages):
        await asyncio.sleep(0.05)


def _heard(pages: list[OpenPage], written: dict[int, float]) -> Heard:
    seconds = [page.heard[n] - at for page in pages for n, at in written.items() if n in page.heard]
    missed = sum(n not in page.heard for page in pages for n in written)
    return Heard(sorted(seconds), missed, sum(page.lost for page in pages))


def rows_of(result: Result, *, pages: int, seconds: int, per_second: int) -> list[Row]:
    arguing, returning = result.arguing, result.returning
    what = f"{pages} open pages, {per_second} arguments a second for {seconds} s"
    worst = arguing.seconds[-1] if arguing.seconds else float("inf")
    measured = f"{_spread(arguing.seconds)}, {arguing.missed} missed, {arguing.lost} lost or out of order"
    is_met = worst <= MOST_SECONDS_BEHIND and not arguing.missed and not arguing.lost
    back = f"{pages} open pages come back at once"
    told = f"all up to date in {result.seconds_to_return:.2f} s"
    told += f", {returning.missed} missed, {returning.lost} lost"
    return [
        Row(f"{what}: behind", f"at most {MOST_SECONDS_BEHIND:g} s each", measured, is_met),
        Row(back, "none lost", told, not returning.missed and not returning.lost),
        Row(f"{what}: memory of the largest worker", "", f"{result.memory / 1e6:.0f} MB"),
    ]


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return "nothing was heard"
    p95 = seconds[int(len(seconds) * 0.95)]
    return f"median {median(seconds):.2f} s, p95 {p95:.2f} s, longest {seconds[-1]:.2f} s"
