"""Entry point for uvicorn."""

import os

from django.core.asgi import get_asgi_application

from backend.core.checks import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.production")
refuse_unsafe_start()
application = get_asgi_application()
