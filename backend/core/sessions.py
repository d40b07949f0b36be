"""Sessions in the database, as Django's own, in fewer statements. The settings name this module.

Signing in gives a session another key, which with Django's own store is ten statements and here is four. What
they leave out: a look whether a key of 165 random bits is taken, a savepoint around one statement, and
reading a row before it is removed.
"""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.utils.crypto import get_random_string

KEY_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789"
KEY_LENGTH = 32


class SessionStore(db.SessionStore):
    """A row for each session."""

    def _get_new_session_key(self) -> str:
        return get_random_string(KEY_LENGTH, KEY_SIGNS)

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
            return
        content = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # Django's own
        row = self.create_model_instance(content)
        if must_create:
            row.save(force_insert=True)
            return
        same = self.model.objects.filter(session_key=row.session_key)
        if not same.update(session_data=row.session_data, expire_date=row.expire_date):
            # It was ended meanwhile, on another device: it does not come back.
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=key).delete()
