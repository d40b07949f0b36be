"""The whole platform as one process: pages and due work together."""

import warnings
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend.core.worker import Worker


class Command(BaseCommand):
    help = "Serve the pages and do the due work in one process, with no other service. Stop with Ctrl+C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        if (settings.DEMO_SIGN_IN or settings.MAIL_PAGE) and host not in {"127.0.0.1", "::1", "localhost"}:
            raise CommandError(
                "This installation lets anybody sign in as an example person and read all mail."
                " It may be reached from this machine only. For production, see docs/operators.md."
            )
        # Started by a person at a terminal: visitors reach it directly, so no proxy is to be believed.
        config = uvicorn.Config(
            settings.ASGI_APPLICATION.replace(".application", ":application"),
            host=host,
            port=port,
            lifespan="off",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            log_level="warning",
            ws_max_size=4_096,
            ws_per_message_deflate=False,
            # Open pages are told to come back, and are not waited for.
            timeout_graceful_shutdown=5,
        )
        # Static files are streamed by whitenoise in a thread, which Django warns about at every file.
        warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
        worker = Worker() if settings.WORKER_THREAD else None
        if worker:
            worker.start()
        self.stdout.write(
            f"Meebeslissen is at http://localhost:{port}, Amsterdam-West at http://west.localhost:{port}. "
            "Ctrl+C stops it."
        )
        # uvicorn ends in order at Ctrl+C, and then passes it on.
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run()
        if worker:
            worker.stop()
        self.stdout.write("Stopped. Everything is kept.")
