"""One process is the whole platform: it answers, does what is due, and stops when asked."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings

PATIENCE = 30


def backend(*arguments: str, data: Path) -> subprocess.Popen[str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith("MEEBESLISSEN_")}
    own |= {
        "MEEBESLISSEN_DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "backend.config.settings.embedded",
        "PYTHONUNBUFFERED": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "backend", *arguments],
        cwd=settings.ROOT,
        env=own,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def status_of(port: int, host: str) -> int:
    """The status of the front page, as soon as somebody answers on the port."""
    deadline = time.monotonic() + PATIENCE
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", "/", headers={"Host": f"{host}:{port}"})
            return connection.getresponse().status
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
        finally:
            connection.close()


@pytest.fixture
def process(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    assert backend("migrate", "--verbosity", "0", data=tmp_path).wait(PATIENCE * 2) == 0
    port = free_port()
    with backend("serve", "--port", str(port), data=tmp_path) as process:
        yield process, port
        process.kill()


@pytest.mark.slow
@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_one_process_answers_and_stops_in_order(
    process: tuple[subprocess.Popen[str], int], signal_number: signal.Signals
) -> None:
    running, port = process
    assert status_of(port, "localhost") == 200
    assert status_of(port, "elsewhere.example") == 400
    running.send_signal(signal_number)
    out, err = running.communicate(timeout=PATIENCE)
    assert f"http://west.localhost:{port}" in out
    assert err == ""
    if signal_number == signal.SIGINT:
        assert "Stopped. Everything is kept." in out
        assert running.returncode == 0
