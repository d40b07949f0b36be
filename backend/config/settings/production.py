"""An installation that people rely on. Everything comes from the environment; docs/operators.md explains it.

Something missing or unsafe does not stop this file from loading: core.checks names all of it at once.
"""

import os
from pathlib import Path

from backend.identity.brokers import read_brokers

from .base import *  # noqa: F403  (settings modules extend each other)
from .base import DATA_DIR, TRUSTED_PROXIES
from .databases import cache, channel_layer, database
from .mail import smtp


def _listed(name: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


PRODUCTION = True
DEBUG = False
# Nobody needs it here. It is read so that a start with it is refused instead of quietly different.
DEMO_SIGN_IN = os.environ.get("MEEBESLISSEN_DEMO_SIGN_IN", "").lower() in {"1", "true", "yes", "on"}

SECRET_KEY = os.environ.get("MEEBESLISSEN_SECRET_KEY", "")
# Former keys, so that a new key signs nobody out.
SECRET_KEY_FALLBACKS = _listed("MEEBESLISSEN_SECRET_KEY_FALLBACKS")
# What people are recognised by. Former keys stay here until the proofs that were made with them have ended.
IDENTITY_KEYS = _listed("MEEBESLISSEN_IDENTITY_KEYS")
BROKERS, BROKER_FAULTS = read_brokers(os.environ.get("MEEBESLISSEN_BROKERS_FILE", ""))
ALLOWED_HOSTS = _listed("MEEBESLISSEN_HOSTS")

REDIS_URL = os.environ.get("MEEBESLISSEN_REDIS_URL")
DATABASES = {"default": database(os.environ.get("MEEBESLISSEN_DATABASE_URL"), data_dir=DATA_DIR)}
CACHES = {"default": cache(REDIS_URL)}
CHANNEL_LAYERS = {"default": channel_layer(REDIS_URL)}
# Read from the cache, kept in the database: an emptied Redis signs nobody out.
SESSION_ENGINE = "backend.core.cachedsessions"

globals().update(smtp(os.environ.get("MEEBESLISSEN_SMTP_URL", "")))

STATIC_ROOT = Path(os.environ.get("MEEBESLISSEN_STATIC_DIR", DATA_DIR / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
# The header is believed only when a proxy of ours sets it; nginx overwrites what a visitor sends.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
# Browsers accept this prefix only with Secure, for the whole host and for no other host.
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_NAME = "__Host-language"

CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# A walk that waited longer than the pause between two walks is not needed: the next one sees the same.
CELERY_BEAT_SCHEDULE = {"due": {"task": "due.walk", "schedule": 10.0, "options": {"expires": 10}}}
