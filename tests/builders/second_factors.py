"""Apps for codes, as on the phone of a person in a test."""

from __future__ import annotations

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value

from backend.identity.models import Person


class App:
    """An app for codes that is linked to somebody's account."""

    def __init__(self, person: Person) -> None:
        self.secret = generate_totp_secret()
        self.factor: Authenticator = TOTP.activate(person, self.secret).instance

    def code(self) -> str:
        return app_code(self.secret)


def app_code(secret: str) -> str:
    """What an app with this secret shows now."""
    return format_hotp_value(hotp_value(secret.replace(" ", ""), int(time.time()) // 30))


def recovery_codes_of(person: Person) -> list[str]:
    codes: list[str] = RecoveryCodes.activate(person).get_unused_codes()
    return codes
