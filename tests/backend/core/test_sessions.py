"""Sessions are kept as by Django, in fewer statements."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import override_settings

pytestmark = pytest.mark.django_db
STORES = ["backend.core.sessions", "backend.core.cachedsessions"]


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Any:
    return import_module(request.param).SessionStore


def test_what_is_put_in_comes_out(store: Any) -> None:
    session = store()
    session["a"] = 1
    session.save()
    again = store(session.session_key)
    assert again["a"] == 1
    again["a"] = 2
    again.save()
    assert store(session.session_key)["a"] == 2
    assert Session.objects.count() == 1


def test_another_key_keeps_what_was_in_it_and_ends_the_old_one(store: Any) -> None:
    session = store()
    session["a"] = 1
    session.save()
    old = session.session_key
    session.cycle_key()
    session.save()
    assert session.session_key != old
    assert store(session.session_key)["a"] == 1
    assert "a" not in store(old)


def test_a_session_that_was_ended_does_not_come_back(store: Any) -> None:
    """Also not by a request that was under way on the other device."""
    session = store()
    session["a"] = 1
    session.save()
    under_way = store(session.session_key)
    assert under_way["a"] == 1
    store().delete(session.session_key)
    under_way["a"] = 2
    with pytest.raises(UpdateError):
        under_way.save()
    assert not Session.objects.exists()
    assert "a" not in store(session.session_key)


def test_two_sessions_never_share_a_key(store: Any) -> None:
    session = store()
    session.save()
    other = store(session.session_key)
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save(must_create=True)


def test_an_emptied_cache_signs_nobody_out() -> None:
    with override_settings(SESSION_ENGINE="backend.core.cachedsessions"):
        store = import_module("backend.core.cachedsessions").SessionStore
        session = store()
        session["a"] = 1
        session.save()
        cache.clear()
        assert store(session.session_key)["a"] == 1
