"""Load by wrk, a generator in C that leaves the two cores to what is measured."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .server import Server

SCRIPTS = Path(__file__).parent / "wrk"
MISSING = "wrk was not found, so nothing under load was measured. On Debian: apt-get install wrk"


@dataclass(frozen=True)
class Load:
    """What came of one run. `refused` are answers of 400 and up, `broken` lost or late ones."""

    requests: int
    per_second: float
    p50_ms: float
    p95_ms: float
    # What the workers computed for each request. It hardly changes when others use the machine too.
    worker_ms: float
    refused: int
    broken: int

    @property
    def is_sound(self) -> bool:
        return self.requests > 0 and not self.refused and not self.broken


def is_there() -> bool:
    return shutil.which("wrk") is not None


def run(
    server: Server, script: str, arguments: Sequence[str], *, host: str, connections: int, seconds: int
) -> Load:
    """Ask as fast as answers come, over this many connections."""
    command = [
        *("wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s"),
        *("--timeout", "10s", "--script", str(SCRIPTS / script)),
        # What nginx passes on for a browser that came over HTTPS.
        *("--header", f"Host: {host}", "--header", f"Origin: https://{host}"),
        *("--header", "X-Forwarded-Proto: https", "--header", "X-Forwarded-For: 127.0.0.1"),
        *("--header", "Accept-Encoding: gzip", "--header", "Accept-Language: nl"),
        *(f"http://127.0.0.1:{server.port}", "--", *arguments),
    ]
    before = server.processor_seconds()
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = json.loads(output.rpartition("RESULT ")[2])
    return Load(
        requests=found["requests"],
        per_second=found["requests"] / (found["microseconds"] / 1_000_000),
        p50_ms=found["p50"] / 1_000,
        p95_ms=found["p95"] / 1_000,
        worker_ms=(server.processor_seconds() - before) / max(found["requests"], 1) * 1_000,
        refused=found["refused"],
        broken=found["broken"],
    )
