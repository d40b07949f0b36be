"""An identity provider on this machine that does as it is told, also when that is wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend.identity.brokers import Broker, broker_from

SECRET = "tests-only-tests-only"
LEVELS = ["laag", "midden", "hoog"]
_making_keys = threading.Lock()
# What a good broker tells of one person.
NOOR = {
    "sub": "123456782",
    "acr": "midden",
    "family_name": "Vos",
    "given_name": "Noor",
    "birthdate": "1991-02-03",
    "address": {"postal_code": "1055 TK", "house_number": 12, "addition": "hs"},
}
CLAIM_NAMES = {
    "surname": "family_name",
    "given_name": "given_name",
    "birth_date": "birthdate",
    "postcode": "address.postal_code",
    "house_number": "address.house_number",
    "addition": "address.addition",
}


def key_named(name: str) -> Any:
    """A key pair for tests. Nobody else makes one of the same name meanwhile."""
    with _making_keys:
        return _made(name)


@cache
def _made(name: str) -> Any:
    if name.startswith("ec"):
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 1024 if name == "short" else 2048)


def public_jwk(name: str, **changes: Any) -> dict[str, Any]:
    algorithm = jwt.algorithms.ECAlgorithm if name.startswith("ec") else jwt.algorithms.RSAAlgorithm
    made: dict[str, Any] = json.loads(algorithm.to_jwk(key_named(name).public_key()))
    return {**made, "kid": name, "use": "sig", **changes}


def public_pem(name: str) -> bytes:
    pem: bytes = key_named(name).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem


@dataclass(frozen=True)
class Reply:
    """An answer as it goes over the line."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0


def as_json(content: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(content).encode(), {"Content-Type": "application/json"})


@dataclass
class Grant:
    """What a code is good for."""

    nonce: str
    challenge: str
    redirect_uri: str


@dataclass
class Provider:
    """A provider and its script. Without a script it does all as it should."""

    port: int = 0
    person: dict[str, Any] = field(default_factory=lambda: dict(NOOR))
    # Changes to the ID token's claims; None takes one away.
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    signs_with: str = "first"
    publishes: list[dict[str, Any]] | None = None
    header: dict[str, Any] = field(default_factory=dict)
    # Takes the claims and gives the whole token instead of signing them.
    forge: Callable[[dict[str, Any]], str] | None = None
    # In place of the proper answer at a path.
    replies: dict[str, Reply] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    accepts_codes_again: bool = False
    # What its clock says, where it is not right.
    date: str = ""

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def broker(self, **changes: Any) -> Broker:
        """The connection as an operator would write it."""
        table = {
            "id": "digid",
            "municipality": "GM0363",
            "name": "DigiD",
            "issuer": self.issuer,
            "client_id": "meebeslissen",
            "client_secret": SECRET,
            "acr_values": LEVELS,
            "minimum_acr": "midden",
            "claims": CLAIM_NAMES,
            "proves_residency": True,
            **changes,
        }
        return broker_from(table, may_be_loopback=True)

    def authorise(self, address: str) -> dict[str, str]:
        """What a browser at the authorisation page is sent back with, after the person signed in there."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.grants)}"
        self.grants[code] = Grant(asked["nonce"], asked["code_challenge"], asked["redirect_uri"])
        return {"code": code, "state": asked["state"]}

    def answer(self, path: str, form: dict[str, str], authorization: str) -> Reply:
        self.asked.append(path)
        if path in self.replies:
            return self.replies[path]
        if path == "/.well-known/openid-configuration":
            return as_json({**self._doors(), **self.metadata})
        if path == "/jwks":
            keys = self.publishes if self.publishes is not None else [public_jwk(self.signs_with)]
            return as_json({"keys": keys})
        if path == "/token":
            return self._token(form, authorization)
        if path == "/userinfo":
            good = authorization == "Bearer at-1"
            return as_json(self.userinfo or self.person) if good else as_json({}, 401)
        return Reply(404)

    def _doors(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorise",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _token(self, form: dict[str, str], authorization: str) -> Reply:
        grant = self.grants.get(form.get("code", ""))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        in_header = base64.b64encode(f"meebeslissen:{SECRET}".encode()).decode()
        if form.get("client_secret") != SECRET and authorization != f"Basic {in_header}":
            return as_json({"error": "invalid_client"}, 401)
        if (
            grant is None
            or base64.urlsafe_b64encode(digest).decode().rstrip("=") != grant.challenge
            or form.get("redirect_uri") != grant.redirect_uri
        ):
            return as_json({"error": "invalid_grant"}, 400)
        if not self.accepts_codes_again:
            del self.grants[form["code"]]
        return as_json(
            {"access_token": "at-1", "token_type": "Bearer", "id_token": self.id_token(grant.nonce)}
        )

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        proper = {
            "iss": self.issuer,
            "aud": "meebeslissen",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.person,
        }
        claims = {name: value for name, value in {**proper, **self.claims}.items() if value is not None}
        if self.forge:
            return self.forge(claims)
        header = {"kid": self.signs_with, **self.header}
        algorithm = "ES256" if self.signs_with.startswith("ec") else "RS256"
        return jwt.encode(
            claims,
            key_named(self.signs_with),
            algorithm=self.header.get("alg", algorithm),
            headers={name: value for name, value in header.items() if value is not None},
        )


class _Door(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        self._reply({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self._reply({name: values[0] for name, values in parse_qs(body).items()})

    def _reply(self, form: dict[str, str]) -> None:
        path = urlsplit(self.path).path
        reply = self.provider.answer(path, form, self.headers.get("Authorization", ""))
        try:
            if reply.seconds:
                threading.Event().wait(reply.seconds)
            self.send_response(reply.status)
            for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)
        except OSError:
            self.provider.problems.append("the visitor was gone")

    def date_time_string(self, timestamp: float | None = None) -> str:
        return self.provider.date or super().date_time_string(timestamp)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider that listens until the test is done with it."""
    provider = Provider()
    door = type("Door", (_Door,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), door)
    server.daemon_threads = True
    provider.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
