"""The files around the code: what is installed, and how an installation is set up."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

LOCKS = ["deployment/requirements.lock", "deployment/requirements-dev.lock"]


@pytest.mark.parametrize("name", LOCKS)
def test_locked_packages_have_a_fingerprint_and_no_address(name: str) -> None:
    """Where packages come from is the choice of who installs; what they are is ours."""
    lock = (settings.ROOT / name).read_text(encoding="utf-8")
    packages = re.findall(r"^[a-z0-9][^\s=]*==\S+", lock, re.MULTILINE)
    assert packages
    assert "://" not in lock
    assert "--index" not in lock
    assert len(re.findall(r"^[a-z0-9].*\\\n    --hash=", lock, re.MULTILINE)) == len(packages)


def test_what_production_installs_is_what_was_tested() -> None:
    production, development = (
        set(
            re.findall(
                r"^[a-z0-9][^\s=]*==\S+", (settings.ROOT / name).read_text(encoding="utf-8"), re.MULTILINE
            )
        )
        for name in LOCKS
    )
    assert production <= development


def test_the_front_ends_packages_have_a_fingerprint_and_no_address() -> None:
    lock = json.loads((settings.ROOT / "frontend/package-lock.json").read_text(encoding="utf-8"))
    packages = [package for name, package in lock["packages"].items() if name]
    assert packages
    assert [package for package in packages if "resolved" in package] == []
    assert [package for package in packages if "integrity" not in package] == []


@pytest.mark.parametrize("name", ["base", "embedded", "production", "test"])
def test_settings_load_without_anything_set(name: str, tmp_path: Path) -> None:
    own = {key: value for key, value in os.environ.items() if not key.startswith("MEEBESLISSEN_")}
    answer = subprocess.run(
        [sys.executable, "-c", f"import backend.config.settings.{name}"],
        cwd=settings.ROOT,
        env=own | {"MEEBESLISSEN_DATA_DIR": str(tmp_path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stderr) == (0, "")


@pytest.mark.parametrize(
    "name",
    [
        "backend/core/lots/verify_lot.py",
        "backend/proposals/verify_protocol.py",
        "panels/lotteries/ceremony/verify_draw.py",
    ],
)
def test_a_stand_alone_verifier_needs_the_standard_library_alone(name: str) -> None:
    """Anybody can recompute a count or a lot with one file and Python, without trusting our installation."""
    answer = subprocess.run(
        [sys.executable, "-I", "-S", settings.ROOT / name, "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
