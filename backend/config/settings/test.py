"""For the tests. On SQLite unless MEEBESLISSEN_DATABASE_URL and MEEBESLISSEN_REDIS_URL say otherwise."""

import os
import tempfile
from pathlib import Path

from backend.identity.brokers import NEEDED_TO_PROVE, broker_from

from .base import *  # noqa: F403  (settings modules extend each other)
from .base import PASSWORD_HASHERS
from .databases import cache, channel_layer, database

DATA_DIR = Path(tempfile.mkdtemp(prefix="meebeslissen-test-"))
MEDIA_ROOT = DATA_DIR / "media"
SECRET_KEY = "tests-only"  # noqa: S105  (no secret: tests only)
IDENTITY_KEYS = ["tests-only"]
ALLOWED_HOSTS = ["localhost", ".localhost", "testserver"]
DATABASES = {"default": database(os.environ.get("MEEBESLISSEN_DATABASE_URL"), data_dir=DATA_DIR)}
CACHES = {"default": cache(os.environ.get("MEEBESLISSEN_REDIS_URL"))}
CHANNEL_LAYERS = {"default": channel_layer(os.environ.get("MEEBESLISSEN_REDIS_URL"))}
# Nobody answers there. Tests of signing in by a broker bring their own.
BROKERS = [
    broker_from(
        {
            "id": "digid",
            "municipality": "GM0344",
            "name": "DigiD",
            "issuer": "http://127.0.0.1:9",
            "client_id": "meebeslissen",
            "client_secret": "tests-only-tests-only",
            "acr_values": ["midden"],
            "minimum_acr": "midden",
            "proves_residency": True,
            "claims": {name: name for name in NEEDED_TO_PROVE},
        },
        may_be_loopback=True,
    )
]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SITE_ADDRESS = "http://{hostname}:8000"
DEMO_SIGN_IN = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# Argon2 takes its time on purpose, which the tests of other things do not have.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
