"""Signed-in browsers as they are stored. Only inside does a session know its person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session


def sessions_of(person_ids: Iterable[int]) -> Iterator[Session]:
    """The sessions of some people, one at a time however many others there are."""
    wanted = {str(person_id) for person_id in person_ids}
    for session in Session.objects.all().iterator(chunk_size=1_000):
        if session.get_decoded().get(SESSION_KEY) in wanted:
            yield session


def remove_sessions_of(person_ids: Iterable[int]) -> None:
    """Take away the sessions of people who are gone. They were worth nothing any more already."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in sessions_of(person_ids):
        # By the engine, which may keep a copy of it in the cache.
        store(session.session_key).delete()
