"""One process on one machine with no other service: for trying out and for development."""

from .base import *  # noqa: F403  (settings modules extend each other)
from .base import DATA_DIR, MAIL_FOLDER
from .databases import channel_layer, database

DEBUG = False
SECRET_KEY = "embedded-only-and-refused-in-production"  # noqa: S105  (check-production refuses it)
IDENTITY_KEYS = ["embedded-only-and-refused-in-production"]
ALLOWED_HOSTS = ["localhost", ".localhost", "127.0.0.1"]
DATABASES = {"default": database(None, data_dir=DATA_DIR)}
# In files, so that a command on the command line empties the pages that the running site keeps.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
    }
}
CHANNEL_LAYERS = {"default": channel_layer(None)}

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = MAIL_FOLDER
MAIL_PAGE = True
SITE_ADDRESS = "http://{hostname}:8000"
DEMO_SIGN_IN = True
WORKER_THREAD = True
# Styles and scripts are served from where they were built; nothing is gathered first.
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None
