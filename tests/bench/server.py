"""The platform as it runs in production: uvicorn with two workers, on this machine only."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .services import Unavailable

WORKERS = 2
BEHIND_PROXY = {"X-Forwarded-Proto": "https", "Accept-Encoding": "gzip", "Accept-Language": "nl"}
SECONDS_TO_START = 60


@dataclass(frozen=True)
class Server:
    port: int
    pid: int

    def fetch(self, host: str, paths: Iterable[str]) -> None:
        """Ask for each page once, so that it is in the page cache."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        for path in paths:
            # As the load asks: another language or host would be another page.
            connection.request("GET", path, headers={**BEHIND_PROXY, "Host": host})
            connection.getresponse().read()
        connection.close()

    def worker_memory(self) -> list[int]:
        """Bytes of memory each worker holds now."""
        return sorted(_resident(pid) for pid in _children(self.pid) if _is_worker(pid))

    def processor_seconds(self) -> float:
        """What the workers together have computed so far."""
        return sum(_computed(pid) for pid in _children(self.pid) if _is_worker(pid))


@contextmanager
def running(environment: Mapping[str, str]) -> Iterator[Server]:
    """Start the workers, wait until pages come, and end them afterwards."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "uvicorn", "backend.config.asgi:application"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", str(WORKERS)),
        *("--lifespan", "off", "--no-access-log", "--no-proxy-headers", "--no-server-header"),
        *("--ws-max-size", "4096", "--ws-per-message-deflate", "false"),
        *("--timeout-graceful-shutdown", "20", "--log-level", "warning"),
    ]
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        _wait_for(port, process)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/", headers={**BEHIND_PROXY, "Host": "west.localhost"})
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise Unavailable("The platform did not start. What uvicorn said stands above.")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_worker(pid: int) -> bool:
    # Beside the workers uvicorn starts Python's resource tracker, which serves nobody.
    return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()


def _resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))


def _computed(pid: int) -> float:
    # After the name, which may hold anything, come numbers: user and system time are the 12th and 13th.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
