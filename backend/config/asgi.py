"""Entry point for uvicorn: pages, and beside them the open pages that stay up to date."""

import os
from typing import cast

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi_typing import WSGIApp
from channels.routing import ProtocolTypeRouter
from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from backend.core.checks import refuse_unsafe_start
from backend.core.web.whole import only_whole_requests

# Fewer than the connections of settings.databases.POOL, so that no page waits for one. A rush waits its turn.
THREADS = 10

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.production")
refuse_unsafe_start()
# Our pages are written without async. Answering each whole in a thread that stays costs half of what Django's
# own handler does, which goes back and forth between its event loop and a thread made anew for each request.
pages = cast("WSGIApp", only_whole_requests(get_wsgi_application()))
application = ProtocolTypeRouter(
    {
        "http": WSGIMiddleware(pages, workers=THREADS),
        # It needs models, which are there from here on.
        "websocket": import_string("backend.config.live.application"),
    }
)
