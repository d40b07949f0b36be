"""What one page costs, asked in this process: no load, no network, no other request in between."""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from .table import Row, at_most

MOST_QUERIES = 8
MOST_MILLISECONDS = 15
MOST_VOTE_MILLISECONDS = 10
WARM_UP = 5
# As long as the ones Django makes.
TOKEN = "b" * 32

Ask = Callable[[], HttpResponse]


@dataclass(frozen=True)
class Cost:
    """Of one page at the median. A page that is kept for visitors is asked for as if it were not."""

    queries: int
    milliseconds: float
    processor_ms: float
    size: int
    zipped: int


def client_of(host: str, session: str = "") -> Client:
    """A browser behind the proxy, over HTTPS, with or without somebody signed in."""
    client = Client(
        enforce_csrf_checks=True,
        headers={
            "host": host,
            "x-forwarded-proto": "https",
            "origin": f"https://{host}",
            "accept-language": "nl",
        },
    )
    client.cookies["__Host-csrf"] = TOKEN
    if session:
        client.cookies["__Host-session"] = session
    return client


def reading(client: Client, paths: Iterator[str]) -> Ask:
    def ask() -> HttpResponse:
        response = client.get(next(paths))
        if response.status_code != 200:
            raise RuntimeError(f"{response.status_code} for {response.wsgi_request.path}")
        return response

    return ask


def voting(host: str, votes: Iterator[tuple[str, str]]) -> Ask:
    """Each vote by the next session for the next plan."""
    client = client_of(host)

    def ask() -> HttpResponse:
        path, session = next(votes)
        client.cookies["__Host-session"] = session
        response = client.post(path, {"csrfmiddlewaretoken": TOKEN})
        if "ontvangen=1" not in response.headers.get("Location", ""):
            raise RuntimeError(f"{response.status_code} for a vote")
        return response

    return ask


def measure(ask: Ask, *, repeats: int) -> Cost:
    for _ in range(WARM_UP):
        ask()
    with CaptureQueriesContext(connection) as captured:
        response = ask()
    # Beginning and ending a transaction is no question to the database. The next page empties the list.
    queries = sum(_is_query(query["sql"]) for query in captured.captured_queries)
    times = [_timed(ask) for _ in range(repeats)]
    return Cost(
        queries=queries,
        milliseconds=statistics.median(elapsed for elapsed, _ in times) * 1_000,
        processor_ms=statistics.median(computed for _, computed in times) * 1_000,
        size=len(response.content),
        zipped=len(gzip.compress(response.content, 6)),
    )


def _timed(ask: Ask) -> tuple[float, float]:
    """Seconds on the clock, and those of them in which this process computed."""
    began, before = time.perf_counter(), time.process_time()
    ask()
    return time.perf_counter() - began, time.process_time() - before


def _is_query(statement: str) -> bool:
    return not statement.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT"))


def rows_of(
    what: str,
    cost: Cost,
    *,
    queries: int = MOST_QUERIES,
    milliseconds: float = MOST_MILLISECONDS,
    kilobytes: float | None = None,
) -> list[Row]:
    zipped = cost.zipped / 1_000
    return [
        at_most(f"{what}: queries", queries, cost.queries, "queries", digits=0),
        _time(what, milliseconds, cost),
        Row(
            f"{what}: size",
            f"at most {kilobytes:g} kB as gzip" if kilobytes else "",
            f"{cost.size / 1_000:.1f} kB, {zipped:.1f} kB as gzip",
            zipped <= kilobytes if kilobytes else None,
        ),
    ]


def rows_of_vote(cost: Cost) -> list[Row]:
    return [
        Row("Vote: queries", "", f"{cost.queries} queries"),
        _time("Vote", MOST_VOTE_MILLISECONDS, cost),
    ]


def _time(what: str, limit: float, cost: Cost) -> Row:
    measured = f"{cost.milliseconds:.1f} ms, of which Python computes {cost.processor_ms:.1f} ms"
    is_met = cost.milliseconds <= limit
    return Row(f"{what}: server time at the median", f"at most {limit:g} ms", measured, is_met)
