"""The one kind of provider that allauth knows here. It looks for it in a module of this name."""

from __future__ import annotations

import secrets
from typing import Any, cast

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from .brokers import Broker


def app_of(broker: Broker) -> SocialApp:
    """A broker in the form that allauth works with. Never saved: the secret stays outside the database."""
    return SocialApp(
        provider=BrokerProvider.id,
        provider_id=broker.id,
        name=broker.name,
        client_id=broker.client_id,
        secret=broker.client_secret,
        settings={"server_url": broker.issuer},
    )


class BrokerProvider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth carries no types
    """Sends people to a broker with a nonce, a challenge and the levels asked, whatever else is asked for."""

    id = "broker"
    name = "Broker"
    supports_token_authentication = False

    def get_callback_url(self) -> str:
        return reverse("broker_callback", args=[self.app.provider_id])

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("broker_login", args=[self.app.provider_id])

    def get_pkce_params(self) -> dict[str, Any]:
        return cast("dict[str, Any]", generate_code_challenge())

    def leave(
        self, request: HttpRequest, broker: Broker, *, adapter: Any, following: str, begun: dict[str, Any]
    ) -> str:
        """The address at the broker to go on at. What was begun is kept in the session, for the way back."""
        nonce = secrets.token_urlsafe(32)
        challenge = self.get_pkce_params()
        verifier = challenge.pop("code_verifier")
        client = adapter.get_client(request, self.app)
        client.state = self.stash_redirect_state(
            request,
            AuthProcess.LOGIN,
            next_url=following,
            data={**begun, "nonce": nonce},
            state_id=secrets.token_urlsafe(32),
            pkce_code_verifier=verifier,
        )
        levels = {"acr_values": " ".join(broker.accepted_acr)} if broker.accepted_acr else {}
        address: str = client.get_redirect_url(
            adapter.authorize_url,
            broker.scopes,
            # On the computer of a library the next person must not come in as the one before.
            {**challenge, **levels, "nonce": nonce, "prompt": "login"},
        )
        return address

    def redirect(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """allauth's own way there takes scope and more from the address. Ours is `leave`."""
        raise TypeError("People leave for a broker by the button alone.")

    def extract_uid(self, data: Any) -> str:
        """allauth would keep the subject as it is, which may be a number of a citizen."""
        raise TypeError("Who came is found by services.broker.")


provider_classes = [BrokerProvider]
