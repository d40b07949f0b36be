"""Signed-in browsers as they are stored. Only inside does a session know its person."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session


def sessions_of(person_id: int) -> Iterator[Session]:
    """The sessions of one person, one at a time however many others there are."""
    for session in Session.objects.all().iterator(chunk_size=1_000):
        if session.get_decoded().get(SESSION_KEY) == str(person_id):
            yield session


def remove_sessions_of(person_id: int) -> None:
    """Take away the sessions of somebody who is gone. They were worth nothing any more already."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in sessions_of(person_id):
        # By the engine, which may keep a copy of it in the cache.
        store(session.session_key).delete()
