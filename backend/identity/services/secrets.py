"""Secrets that we must be able to read again, such as that of an app for codes, locked with our keys."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

PURPOSE = "meebeslissen-second-factor/1"


def lock(text: str) -> str:
    """Unreadable for who has the database alone."""
    return _locks().encrypt(text.encode()).decode()


def unlock(locked: str) -> str:
    """What was locked under any key in force. Raises InvalidToken when its key is gone."""
    return _locks().decrypt(locked.encode()).decode()


def _locks() -> MultiFernet:
    """One for each key, the newest first. The same keys that people are recognised by live long enough."""
    return MultiFernet([Fernet(_derived(key)) for key in settings.IDENTITY_KEYS])


def _derived(key: str) -> bytes:
    return base64.urlsafe_b64encode(hmac.new(key.encode(), PURPOSE.encode(), hashlib.sha256).digest())
