"""What this provider tells of people: allauth puts the nonce in the token itself, the rest is added here."""

from __future__ import annotations

from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.contrib.auth.models import User

from .people import PEOPLE


class Adapter(DefaultOIDCAdapter):
    def get_user_sub(self, client: Any, user: Any) -> str:
        return str(user.username)

    def get_user_by_sub(self, client: Any, sub: str) -> User | None:
        return User.objects.filter(username=sub).first()

    def get_claims(
        self, purpose: str, user: Any, client: Any, scopes: Any, email: str | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        claims: dict[str, Any] = super().get_claims(purpose, user, client, scopes, email, **kwargs)
        return {"acr": "midden", **claims, **PEOPLE[user.username]}
