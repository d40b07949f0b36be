"""What signing in by allauth looks like here."""

from __future__ import annotations

from functools import partial
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..models import Person
from ..services.notices import send_notice
from .codes import send_code
from .reauthentication import recently_signed_in, ways_to_confirm


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Accounts come into being by asking for a code; there is no separate form for signing up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # The same words whatever was wrong: the address, the password, or an account that is closed.
        "email_password_mismatch": _(
            "This address and password do not belong together. You can also sign in with a code by mail."
        ),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _(
            "This was tried too often. Nothing is blocked: wait five minutes, then try again."
        ),
        "rate_limited": _("This was tried too often. Nothing is blocked: wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The code, in our own words and in the language of the page it was asked on."""
        send_code(self.request, subject=gettext("Your code to sign in"), email=email, code=context["code"])

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Pages say themselves what happened; messages beside them would say it twice."""

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: object = None, email: str | None = None
    ) -> None:
        """What changed about signing in, without the address of a network or the name of a browser."""
        if address := email or user.email:
            portal = getattr(self.request, "portal", None)
            send = partial(send_notice, template_prefix, email=address, language=user.language, portal=portal)
            transaction.on_commit(send)

    def get_login_stages(self) -> list[str]:
        """Nobody is asked to confirm an address after signing in: a code does so, a password comes later."""
        return ["allauth.account.stages.LoginByCodeStage", "allauth.mfa.stages.AuthenticateStage"]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """One rule for all: how long ago somebody last showed who they are."""
        return not recently_signed_in(self.request)

    def get_reauthentication_methods(self, user: Person) -> list[dict[str, str]]:
        return ways_to_confirm(self.request) if user.is_authenticated else []
