"""The operator's file of brokers: what is wrong with it is told at once, and no secret with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from backend.core import trials
from backend.identity.brokers import BrokerMistake, broker_from, read_brokers
from tests.backend.core.test_production import SAFE
from tests.builders.hostile_provider import Provider, Reply, as_json, running_provider

EXAMPLE = django_settings.ROOT / "deployment" / "brokers.toml.example"
SECRET = "a-secret-that-nobody-may-read"
GOOD = f"""
[[broker]]
id = "digid"
municipality = "GM0363"
name = "DigiD"
issuer = "https://broker.example.nl/oidc"
client_id = "meebeslissen"
client_secret = "{SECRET}"
acr_values = ["laag", "hoog"]
minimum_acr = "hoog"
"""


def written(folder: Path, text: str) -> str:
    path = folder / "brokers.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_without_a_file_there_are_no_brokers() -> None:
    assert read_brokers("") == ([], [])


def test_a_good_file(tmp_path: Path) -> None:
    (broker,), faults = read_brokers(written(tmp_path, GOOD))
    assert faults == []
    assert (broker.id, broker.name, list(broker.accepted_acr)) == ("digid", "DigiD", ["hoog"])
    assert SECRET not in repr(broker)


def test_the_example_holds_once_its_secret_is_there(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n", encoding="utf-8")
    text = EXAMPLE.read_text(encoding="utf-8").replace("/etc/meebeslissen/digid.secret", str(secret))
    (broker,), faults = read_brokers(written(tmp_path, text))
    assert faults == []
    assert (broker.client_secret, len(broker.accepted_acr)) == (SECRET, 3)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "digid"', "", "id is missing"),
        ('id = "digid"', 'id = "Digi D"', "id must be small letters"),
        ('name = "DigiD"', "name = 3", "name must be a text"),
        ('name = "DigiD"', f'name = "{"x" * 41}"', "at most 40"),
        ("GM0363", "0363", "municipality must be a CBS code"),
        ("https://broker", "http://broker", "issuer must start with https://"),
        ("https://broker.example.nl/oidc", "http://127.0.0.1:8000", "issuer must start with https://"),
        ("/oidc", "/oidc?x=1", "without a query"),
        (f'client_secret = "{SECRET}"', "", "client_secret is missing"),
        (f'client_secret = "{SECRET}"', 'client_secret = "short"', "fewer than 16"),
        (
            f'client_secret = "{SECRET}"',
            'client_secret_file = "/nowhere"',
            "file cannot be read",
        ),
        ('minimum_acr = "hoog"', 'minimum_acr = "hoger"', "minimum_acr is not among acr_values"),
        ('minimum_acr = "hoog"', "", "minimum_acr is missing"),
        ('["laag", "hoog"]', '["hoog", "hoog"]', "twice"),
        ('["laag", "hoog"]', '"hoog"', "acr_values must be a list"),
        ('minimum_acr = "hoog"', 'minimum_acr = "hoog"\nscopes = ["profile"]', "openid"),
        (
            'minimum_acr = "hoog"',
            'minimum_acr = "hoog"\nproves_residency = true',
            "claims.surname",
        ),
        ('minimum_acr = "hoog"', 'minimum_acr = "hoog"\nproves_residency = "yes"', "true or false"),
        ('minimum_acr = "hoog"', 'minimum_acr = "hoog"\ncolour = "red"', "no setting called colour"),
        ('minimum_acr = "hoog"', 'minimum_acr = "hoog"\n[broker.claims]\nbsn = "x"', "no setting called bsn"),
        (
            'acr_values = ["laag", "hoog"]\nminimum_acr = "hoog"',
            "proves_residency = true",
            "acr_values is",
        ),
        (GOOD, GOOD + GOOD, "this id is there twice"),
        (GOOD, "[broker]\nid = 1", "[[broker]] tables and nothing else"),
        (GOOD, "", "[[broker]] tables and nothing else"),
        (GOOD, GOOD + "[extra]\n", "[[broker]] tables and nothing else"),
        ('name = "DigiD"', 'name = "DigiD', "is not TOML: line 5"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    _brokers, faults = read_brokers(written(tmp_path, GOOD.replace(old, new)))
    assert said in " ".join(faults)
    assert SECRET not in " ".join(faults)


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("GM0363", "0363").replace('minimum_acr = "hoog"', "") + GOOD.replace("https", "http")
    _brokers, faults = read_brokers(written(tmp_path, text))
    assert len(faults) == 3


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "brokers.toml"
    if content is not None:
        path.write_bytes(content)
    brokers, (fault,) = read_brokers(str(path))
    assert brokers == []
    assert "cannot be read" in fault


def test_only_tests_may_do_without_encryption() -> None:
    table = {
        "id": "digid",
        "municipality": "GM0363",
        "name": "DigiD",
        "issuer": "http://127.0.0.1:8000",
        "client_id": "meebeslissen",
        "client_secret": SECRET,
    }
    assert broker_from(table, may_be_loopback=True).is_on_loopback
    with pytest.raises(BrokerMistake):
        broker_from({**table, "issuer": "http://broker.example.nl"}, may_be_loopback=True)


def start(path: str) -> subprocess.CompletedProcess[str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith("MEEBESLISSEN_")}
    return subprocess.run(
        [sys.executable, "-c", "from backend.core.checks import refuse_unsafe_start; refuse_unsafe_start()"],
        cwd=django_settings.ROOT,
        env=own | SAFE | {"MEEBESLISSEN_BROKERS_FILE": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_production_starts_with_a_good_file_and_refuses_a_bad_one(tmp_path: Path) -> None:
    assert start(written(tmp_path, GOOD)).returncode == 0
    refused = start(written(tmp_path, GOOD.replace("https", "http")))
    assert refused.returncode != 0
    assert "Broker digid: issuer must start with https://." in refused.stderr
    assert SECRET not in refused.stderr


def tried(provider: Provider, settings: Any, **changes: Any) -> str:
    """What check-production says of a broker; nothing when all is well."""
    settings.BROKERS = [provider.broker(**changes)]
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.3
    (trial,) = [each for each in trials.registered() if each.name == "broker_digid"]
    assert "docs/broker.md" in trial.remedy
    try:
        trial.attempt()
    except RuntimeError as finding:
        return str(finding)
    return ""


DISCOVERY = "/.well-known/openid-configuration"


def test_check_production_is_content_with_a_broker_that_answers(settings: Any) -> None:
    with running_provider() as provider:
        assert tried(provider, settings) == ""


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(500), "does not give its discovery document"),
        (Reply(200, b"{}", seconds=2), "cannot be reached"),
        (Reply(200, b"<html>"), "something else than a discovery document"),
        (Reply(302, b"", {"Location": "http://127.0.0.1:9/"}), "sends us elsewhere"),
        (as_json({"issuer": "https://other.example"}), "calls itself something else"),
    ],
)
def test_check_production_says_what_is_wrong_with_a_broker(settings: Any, reply: Reply, said: str) -> None:
    with running_provider() as provider:
        provider.replies[DISCOVERY] = reply
        assert said in tried(provider, settings)


def test_check_production_sees_that_keys_are_missing(settings: Any) -> None:
    with running_provider() as provider:
        provider.replies["/jwks"] = Reply(404)
        assert "its keys" in tried(provider, settings)


def test_check_production_sees_a_broker_that_is_gone(settings: Any) -> None:
    with running_provider() as provider:
        pass
    assert "cannot be reached" in tried(provider, settings)


@pytest.mark.parametrize(("seconds", "is_told"), [(0, False), (50, False), (-75, True), (3600, True)])
def test_check_production_sees_clocks_that_are_apart(settings: Any, seconds: int, is_told: bool) -> None:
    with running_provider() as provider:
        there = format_datetime(timezone.now() + timedelta(seconds=seconds), usegmt=False)
        provider.date = there
        assert ("seconds from ours" in tried(provider, settings)) is is_told


def test_check_production_reports_brokers_with_the_rest(tmp_path: Path) -> None:
    text = GOOD.replace("https://broker.example.nl/oidc", "https://127.0.0.1:1/oidc")
    own = {key: value for key, value in os.environ.items() if not key.startswith("MEEBESLISSEN_")}
    answer = subprocess.run(
        [sys.executable, "-m", "backend", "check-production", "--json"],
        cwd=django_settings.ROOT,
        env=own
        | SAFE
        | {
            "MEEBESLISSEN_BROKERS_FILE": written(tmp_path, text),
            "MEEBESLISSEN_DATA_DIR": str(tmp_path),
            "MEEBESLISSEN_SMTP_URL": "smtp+plain://127.0.0.1:1",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    findings = {each["name"]: each["what"] for each in json.loads(answer.stdout)["findings"]}
    assert findings["meebeslissen.broker_digid"] == "Broker digid cannot be reached."
    assert SECRET not in answer.stdout + answer.stderr
