"""What every test may count on."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from backend.core.tenancy import in_municipality
from backend.places.models import Portal
from backend.places.web.middleware import known_portals
from tests.builders.portals import make_portal

RECORD = ("audit_entry", "audit_seal", "audit_dailyhead")
_empty_all_tables = TransactionTestCase._fixture_teardown


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """No test finds what another one left in the cache, which with Redis outlives the process."""
    cache.clear()
    known_portals.forget()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Sentences of services are compared in their source language; pages choose their own."""
    with translation.override("en"):
        yield


@pytest.fixture
def west(db: None) -> Iterator[Portal]:
    """The portal of Amsterdam-West, with its municipality in scope for the whole test."""
    portal = make_portal("west")
    with in_municipality(portal.municipality_id):
        yield portal


def _empty_tables_with_the_record(case: TransactionTestCase) -> None:
    """The record refuses to be emptied, also between two tests: its triggers step aside for that moment."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in RECORD:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            _empty_all_tables(case)
        finally:
            with connection.cursor() as cursor:
                for table in RECORD:
                    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (%s, %s, %s)", RECORD
        )
        triggers = cursor.fetchall()
        for name, _statement in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
    try:
        _empty_all_tables(case)
    finally:
        with connection.cursor() as cursor:
            for _name, statement in triggers:
                cursor.execute(statement)


def pytest_configure(config: pytest.Config) -> None:
    TransactionTestCase._fixture_teardown = _empty_tables_with_the_record  # type: ignore[method-assign]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no pictures and no database behind."""
    folder = Path(settings.DATA_DIR)
    if folder.is_relative_to(tempfile.gettempdir()):
        shutil.rmtree(folder, ignore_errors=True)
