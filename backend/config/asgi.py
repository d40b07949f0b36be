"""Entry point for uvicorn."""

import os

import django

from backend.core.checks import refuse_unsafe_start
from backend.core.web.asgi import ThreadHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.production")
refuse_unsafe_start()
django.setup(set_prefix=False)
application = ThreadHandler()
