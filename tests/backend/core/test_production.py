"""Production does not start unsafely, and says everything that is unsafe at once."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

SAFE = {
    "DJANGO_SETTINGS_MODULE": "backend.config.settings.production",
    "MEEBESLISSEN_SECRET_KEY": "een-sleutel-voor-de-proef-" * 3,
    "MEEBESLISSEN_IDENTITY_KEYS": "een-sleutel-om-mensen-te-herkennen-" * 2,
    "MEEBESLISSEN_DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    "MEEBESLISSEN_REDIS_URL": "redis://127.0.0.1:1/0",
    "MEEBESLISSEN_HOSTS": "west.example.nl",
    "MEEBESLISSEN_SMTP_URL": "smtp://name:pa%3Ass@mail.example.nl",
    "MEEBESLISSEN_TRUSTED_PROXIES": "1",
}
LOAD = "from backend.core.checks import refuse_unsafe_start; refuse_unsafe_start()"


def run(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith("MEEBESLISSEN_")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.ROOT,
        env=own | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_safe_installation_starts() -> None:
    answer = run("-c", LOAD, environment=SAFE)
    assert (answer.returncode, answer.stderr) == (0, "")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"MEEBESLISSEN_DEMO_SIGN_IN": "1"}, "demo person"),
        ({"MEEBESLISSEN_SECRET_KEY": ""}, "There is no secret key"),
        ({"MEEBESLISSEN_SECRET_KEY": "short"}, "fewer than 50 characters"),
        ({"MEEBESLISSEN_SECRET_KEY": "k3y" * 20}, "repeats the same few characters"),
        ({"MEEBESLISSEN_SECRET_KEY": "embedded-only-and-refused-in-production"}, "in the source code"),
        ({"MEEBESLISSEN_SECRET_KEY_FALLBACKS": "tests-only"}, "in the source code"),
        ({"MEEBESLISSEN_IDENTITY_KEYS": ""}, "no key to recognise people by"),
        ({"MEEBESLISSEN_IDENTITY_KEYS": "short"}, "fewer than 50 characters"),
        ({"MEEBESLISSEN_IDENTITY_KEYS": "een-sleutel-voor-de-proef-" * 3}, "is also the secret key"),
        ({"MEEBESLISSEN_DATABASE_URL": ""}, "not PostgreSQL"),
        ({"MEEBESLISSEN_REDIS_URL": ""}, "memory of one process"),
        ({"MEEBESLISSEN_REDIS_URL": ""}, "cannot tell each other that somebody signed out"),
        ({"MEEBESLISSEN_HOSTS": ""}, "which hostnames"),
        ({"MEEBESLISSEN_HOSTS": "*"}, "which hostnames"),
        ({"MEEBESLISSEN_SMTP_URL": ""}, "no way out"),
    ],
)
def test_an_unsafe_installation_refuses_to_start(changed: dict[str, str], said: str) -> None:
    answer = run("-c", LOAD, environment=SAFE | changed)
    assert answer.returncode != 0
    assert "does not start" in answer.stderr
    assert said in answer.stderr


@pytest.mark.parametrize(
    "start",
    [
        ["-c", "import backend.config.asgi"],
        ["-c", "import backend.config.celery"],
        ["-m", "backend", "serve", "--port", "1"],
        ["-m", "backend", "work", "--once"],
    ],
)
def test_every_way_to_start_refuses_demo_sign_in(start: list[str]) -> None:
    answer = run(*start, environment=SAFE | {"MEEBESLISSEN_DEMO_SIGN_IN": "1"})
    assert answer.returncode != 0
    assert "demo person" in answer.stderr


@pytest.mark.parametrize(
    "changed",
    [
        "DEBUG = True",
        "MAIL_PAGE = True",
        "SECURE_SSL_REDIRECT = False",
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True",
    ],
)
def test_settings_of_an_own_module_are_held_to_the_same(changed: str, tmp_path: Path) -> None:
    (tmp_path / "own_settings.py").write_text(
        f"from backend.config.settings.production import *\n{changed}\n", encoding="utf-8"
    )
    own = SAFE | {"DJANGO_SETTINGS_MODULE": "own_settings", "PYTHONPATH": str(tmp_path)}
    answer = run("-c", LOAD, environment=own)
    assert answer.returncode != 0
    assert "does not start" in answer.stderr


def reported(environment: dict[str, str]) -> tuple[int, dict[str, Any]]:
    answer = run("-m", "backend", "check-production", "--json", environment=environment)
    return answer.returncode, json.loads(answer.stdout)


def test_check_production_names_everything_unsafe_at_once() -> None:
    status, report = reported({"DJANGO_SETTINGS_MODULE": "backend.config.settings.embedded"})
    assert status == 1
    assert report["ok"] is False
    assert {finding["name"].removeprefix("meebeslissen.") for finding in report["findings"]} >= {
        "demo_sign_in",
        "mail_page",
        "secret_key",
        "database",
        "cache",
        "https",
        "mail",
    }
    assert all(finding["remedy"] for finding in report["findings"])


def test_check_production_tries_what_settings_alone_cannot_tell(tmp_path: Path) -> None:
    own = SAFE | {"MEEBESLISSEN_DATA_DIR": str(tmp_path), "MEEBESLISSEN_SMTP_URL": "smtp+plain://127.0.0.1:1"}
    status, report = reported(own)
    assert status == 1
    names = {finding["name"].removeprefix("meebeslissen.") for finding in report["findings"]}
    assert {"database_answers", "cache_answers", "mail_answers", "static_files"} <= names
    assert "demo_sign_in" not in names


def test_production_keeps_cookies_and_pages_to_https() -> None:
    show = (
        "import json; from django.conf import settings as s; print(json.dumps([s.SESSION_COOKIE_NAME, "
        "s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, "
        "s.SECURE_HSTS_SECONDS, s.EMAIL_HOST_PASSWORD, s.EMAIL_PORT, s.EMAIL_USE_TLS]))"
    )
    answer = run("-c", show, environment=SAFE)
    assert json.loads(answer.stdout) == [
        "__Host-session",
        "__Host-csrf",
        True,
        True,
        True,
        31536000,
        "pa:ss",
        587,
        True,
    ]
