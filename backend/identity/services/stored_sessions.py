"""Signed-in browsers as they are stored. Only inside does a session know its person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from backend.core.live.closing import close_pages_of


def sessions_of(person_ids: Iterable[int]) -> Iterator[Session]:
    """The sessions of some people, one at a time however many others there are."""
    wanted = {str(person_id) for person_id in person_ids}
    for session in Session.objects.all().iterator(chunk_size=1_000):
        if session.get_decoded().get(SESSION_KEY) in wanted:
            yield session


def remove_sessions_of(person_ids: Collection[int]) -> int:
    """Sign some people out everywhere, also where nothing was noted of the device. On how many devices."""
    close_pages_of(person_ids)
    return end_sessions([session.session_key for session in sessions_of(person_ids)])


def end_sessions(keys: Iterable[str]) -> int:
    """End sessions by the engine, which may keep a copy in the cache, and forget their devices."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    ended = list(keys)
    for key in ended:
        store.delete(key)
    UserSession.objects.filter(session_key__in=ended).delete()
    return len(ended)
