"""Letters for a whole district, from a list to codes that are used, in a process of its own on one core."""

from __future__ import annotations

import io
import os
import resource
import statistics
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import django
import pypdf

from backend.core import due
from backend.core.actor import Actor
from backend.core.tenancy import in_municipality
from backend.identity.models import LetterRun, ResidentList
from backend.identity.services.letters import file_of, start_run
from backend.identity.services.lists import confirm_list
from backend.identity.services.redeeming import redeem_letter_code
from backend.identity.states import ListState, RunState
from backend.places.models import Portal
from tests.builders.letters import CODE, check, organiser_of, people_csv, send_in

from .table import Row, at_most

MOST_SECONDS = 300
MOST_MEMORY = 500
MOST_MS = 15


@dataclass(frozen=True)
class Posted:
    letters: int
    check_seconds: float
    print_seconds: float
    peak: int
    megabytes: float
    redeem_ms: float
    redeemed: int


def post(portal_id: int, *, letters: int, redeem: int) -> Posted:
    """Check a list, print a letter for everyone on it, and use some of the codes."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=django.setup) as alone:
        return alone.submit(_post_here, portal_id, letters, redeem).result()


def _post_here(portal_id: int, letters: int, redeem: int) -> Posted:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    portal = Portal.objects.all_municipalities().get(pk=portal_id)
    now = datetime.now().astimezone()
    organiser = organiser_of(portal, at=now)
    with in_municipality(portal.municipality_id):
        began = time.perf_counter()
        this = check(organiser, send_in(organiser, portal, people_csv(letters), at=now), at=now)
        confirm_list(actor=organiser, public_id=this.public_id, now=now)
        check_seconds = time.perf_counter() - began
        began = time.perf_counter()
        run = _print(organiser, this, now)
        print_seconds = time.perf_counter() - began
        peak = _peak()
        path = file_of(run)
        if path is None or run.letters_done != letters:
            raise RuntimeError(f"{run.letters_done} letters were printed, not {letters}.")
        codes = _codes_of_first_part(path)[:redeem]
        times = [_redeem(portal, code, now) for code in codes]
    return Posted(
        letters,
        check_seconds,
        print_seconds,
        peak,
        path.stat().st_size / 1e6,
        statistics.median(times) * 1000,
        len(times),
    )


def _print(organiser: Actor, this: ResidentList, now: datetime) -> LetterRun:
    assert this.state in {ListState.CHECKED, ListState.IMPORTED}
    run = start_run(
        actor=organiser,
        list_public_id=this.public_id,
        valid_until=(now + timedelta(weeks=8)).date(),
        now=now,
    )
    while run.state == RunState.PRINTING:
        due.do_one("identity.print_letters", run.pk, now)
        run.refresh_from_db()
    return run


def _redeem(portal: Portal, code: str, now: datetime) -> float:
    visitor = Actor.visitor(municipality_id=portal.municipality_id, portal_id=portal.pk)
    began = time.perf_counter()
    redeem_letter_code(actor=visitor, portal=portal, code=code, now=now)
    return time.perf_counter() - began


def _codes_of_first_part(path: Path) -> list[str]:
    content = path.read_bytes() if path.suffix == ".pdf" else _first_of(path)
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return [CODE.findall(page.extract_text())[0] for page in pages]


def _first_of(path: Path) -> bytes:
    with zipfile.ZipFile(path) as packed:
        return packed.read(sorted(packed.namelist())[0])


def _peak() -> int:
    """This process and the largest that it started, as if both were at their peak at once."""
    here, below = (
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return (here + below) * 1024


def rows_of(posted: Posted) -> list[Row]:
    what = f"{posted.letters:,} letters with codes, on one core"
    size = f"{posted.check_seconds:.0f} s for the check of the list; {posted.megabytes:.0f} MB to print"
    return [
        at_most(f"{what}: time", MOST_SECONDS, posted.print_seconds, "s"),
        at_most(f"{what}: memory", MOST_MEMORY, posted.peak / 1e6, "MB", digits=0),
        Row(f"{what}: before and after", "", size),
        at_most(f"Using a code, median of {posted.redeemed}", MOST_MS, posted.redeem_ms, "ms"),
    ]
