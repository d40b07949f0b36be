"""What signing in by allauth looks like here."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Accounts come into being by asking for a code; there is no separate form for signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The code, in our own words and in the language of the page it was asked on."""
        portal = getattr(self.request, "portal", None)
        subject = _("Your code to sign in")
        body = render_to_string("email/sign_in_code.txt", {**context, "portal": portal})
        EmailMessage(
            subject=subject, body=body, to=[email], headers={"Auto-Submitted": "auto-generated"}
        ).send()

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Pages say themselves what happened; messages beside them would say it twice."""
