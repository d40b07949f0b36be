"""A device that keeps passkeys, without a browser: as honest as a test needs it."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from html import unescape
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from backend.identity.models import Person
from backend.places.models import Portal
from tests.builders.web import url

FLAG = AuthenticatorData.FLAG


class Device:
    """Keeps one passkey. What it says about where and whose finger can be changed to something untrue."""

    def __init__(self, hostname: str) -> None:
        self.hostname = hostname
        self.origin = f"http://{hostname}"
        self.is_owner = True
        self.id = secrets.token_bytes(16)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.user_handle = b""

    def make(self, options: dict[str, Any]) -> str:
        """The answer to a page that asks for a new passkey."""
        asked = options["publicKey"]
        self.user_handle = websafe_decode(asked["user"]["id"])
        credential = AttestedCredentialData.create(
            Aaguid(bytes(16)), self.id, ES256.from_cryptography_key(self.key.public_key())
        )
        seen = AuthenticatorData.create(self._site(), self._flags() | FLAG.AT, 0, bytes(credential))
        attested = AttestationObject.create("none", seen, {})
        response = {
            "clientDataJSON": websafe_encode(self._said("webauthn.create", asked["challenge"])),
            "attestationObject": websafe_encode(bytes(attested)),
        }
        return self._sent(response)

    def show(self, options: dict[str, Any]) -> str:
        """The answer to a page that asks for a passkey."""
        said = self._said("webauthn.get", options["publicKey"]["challenge"])
        seen = bytes(AuthenticatorData.create(self._site(), self._flags(), 1))
        signature = self.key.sign(seen + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": websafe_encode(said),
            "authenticatorData": websafe_encode(seen),
            "signature": websafe_encode(signature),
            "userHandle": websafe_encode(self.user_handle),
        }
        return self._sent(response)

    def _site(self) -> bytes:
        return hashlib.sha256(self.hostname.encode()).digest()

    def _flags(self) -> Any:
        return FLAG.UP | FLAG.UV if self.is_owner else FLAG.UP

    def _said(self, kind: str, challenge: str) -> bytes:
        return bytes(CollectedClientData.create(kind, challenge, self.origin))

    def _sent(self, response: dict[str, str]) -> str:
        own = websafe_encode(self.id)
        return json.dumps(
            {
                "id": own,
                "rawId": own,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {"credProps": {"rk": True}},
            }
        )


def options_on(page: str) -> dict[str, Any]:
    """What a page asks of a device."""
    found = re.search(r'data-options="([^"]*)"', page)
    assert found, page
    options: dict[str, Any] = json.loads(unescape(found[1]))
    return options


def add_passkey(browser: Client, portal: Portal, name: str = "Mijn telefoon") -> Device:
    """A passkey of whoever uses this browser."""
    device = Device(portal.hostname)
    options = options_on(browser.get(url("mfa_add_webauthn")).text)
    answer = browser.post(url("mfa_add_webauthn"), {"name": name, "credential": device.make(options)})
    assert answer.status_code == 302, answer.text
    return device


def keep_passkey(person: Person, portal: Portal, *, name: str) -> Authenticator:
    """A passkey that somebody made at a portal some time ago."""
    asked = {"publicKey": {"user": {"id": websafe_encode(b"1")}, "challenge": websafe_encode(bytes(32))}}
    made = json.loads(Device(portal.hostname).make(asked))
    passkey: Authenticator = Authenticator.objects.create(
        user=person,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": name, "credential": made, "host": portal.hostname},
    )
    return passkey
