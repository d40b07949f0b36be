"""Codes by mail for somebody who is signed in: to show that it is them, or that they read a new address."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.core import ratelimit
from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string


def send_code(request: HttpRequest, *, subject: str, email: str, code: str) -> None:
    body = render_to_string(
        "email/sign_in_code.txt", {"code": code, "portal": getattr(request, "portal", None)}
    )
    EmailMessage(subject=subject, body=body, to=[email], headers={"Auto-Submitted": "auto-generated"}).send()


class MailedCode(AbstractCodeVerificationProcess):  # type: ignore[misc]  # allauth carries no types
    """A code that waits in the session of who asked for it: five tries, fifteen minutes, once."""

    def __init__(self, request: HttpRequest, *, purpose: str, subject: str, state: dict[str, Any]) -> None:
        super().__init__(
            max_attempts=settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS,
            timeout=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT,
            state=state,
        )
        self.request, self.purpose, self.subject = request, purpose, subject

    @classmethod
    def waiting(cls, request: HttpRequest, *, purpose: str, subject: str) -> MailedCode | None:
        """The code this session waits for, or None when there is none that still works."""
        state = request.session.get(purpose)
        if not isinstance(state, dict):
            return None
        process = cls(request, purpose=purpose, subject=subject, state=state)
        valid: MailedCode | None = process.abort_if_invalid()
        return valid

    @classmethod
    def ask(cls, request: HttpRequest, *, purpose: str, subject: str, email: str) -> MailedCode | None:
        """Send a code to an address. None when so many were sent to it that somebody's mailbox would fill."""
        if not ratelimit.consume(request, action="request_login_code_here", key=f"{email} {get_ip(request)}"):
            return None
        state = {"at": time.time(), "failed_attempts": 0, "email": email}
        process = cls(request, purpose=purpose, subject=subject, state=state)
        process.send()
        process.persist()
        return process

    @property
    def email(self) -> str:
        return str(self.state["email"])

    def send(self) -> None:
        self.state["code"] = get_adapter().generate_login_code()
        send_code(self.request, subject=self.subject, email=self.email, code=self.code)

    def persist(self) -> None:
        self.request.session[self.purpose] = self.state

    def abort(self) -> None:
        self.request.session.pop(self.purpose, None)
