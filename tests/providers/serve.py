"""Start the provider: python -m tests.providers.serve REDIRECT_URI. It tells its port on one line."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

CLIENT_ID, CLIENT_SECRET = "meebeslissen", "tests-only-tests-only"


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Nobody reads it."""


def make_key(folder: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(pem)


def serve(redirect_uri: str) -> None:
    make_key(Path(os.environ["PROVIDER_FOLDER"]))
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.providers.settings"
    django.setup()
    from allauth.idp.oidc.models import Client  # noqa: PLC0415  (models exist after the setup only)
    from django.core.management import call_command  # noqa: PLC0415
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    client = Client(id=CLIENT_ID, name="Meebeslissen", skip_consent=True, allow_uri_wildcards=True)
    client.set_secret(CLIENT_SECRET)
    client.set_redirect_uris([redirect_uri])
    client.save()
    with make_server(
        "127.0.0.1", 0, get_wsgi_application(), server_class=Server, handler_class=Quiet
    ) as server:
        print(server.server_port, flush=True)  # noqa: T201  (how the test learns where it is)
        server.serve_forever()


if __name__ == "__main__":
    serve(sys.argv[1])
