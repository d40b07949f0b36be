"""allauth's client for OpenID Connect, made to check everything and to keep nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlencode

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest

from backend.identity.brokers import Broker
from backend.identity.oidc.errors import BrokerFailed, Why
from backend.identity.oidc.fetching import fetch
from backend.identity.oidc.metadata import keys_of, metadata_of
from backend.identity.oidc.tokens import Expected, verified_claims
from backend.identity.oidc.told import Told, told_by
from backend.identity.provider import BrokerProvider, app_of
from backend.identity.selectors.signing_in import broker_at, brokers_of


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """The brokers of this portal are all there is: none from a table, and no other way to sign up."""

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        portal = getattr(request, "portal", None)
        apps = [app_of(broker) for broker in (brokers_of(portal) if portal else [])]
        return [
            app
            for app in apps
            if provider in {None, app.provider, app.provider_id} and client_id in {None, app.client_id}
        ]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        return False


class BrokerClient(OAuth2Client):  # type: ignore[misc]  # allauth carries no types
    """Exchanges a code for tokens. What a broker answers stands in no error."""

    def get_redirect_url(self, authorization_url: str, scope: Any, extra_params: dict[str, Any]) -> str:
        asked = {
            "response_type": "code",
            "client_id": self.consumer_key,
            "redirect_uri": self.callback_url,
            "scope": " ".join(scope),
            "state": self.state,
            **extra_params,
        }
        return f"{authorization_url}{'&' if '?' in authorization_url else '?'}{urlencode(asked)}"

    def get_access_token(
        self, code: str, pkce_code_verifier: str | None = None, extra_data: Any = None
    ) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback_url,
            "code_verifier": pkce_code_verifier or "",
        }
        who = {"client_id": self.consumer_key, "client_secret": self.consumer_secret}
        # RFC 6749, section 2.3.1: both are encoded as in a form first.
        basic = (quote_plus(self.consumer_key), quote_plus(self.consumer_secret)) if self.basic_auth else None
        answer = fetch(self.access_token_url, form=form if basic else {**form, **who}, basic=basic)
        if answer.status in {400, 401, 403}:
            is_client = answer.status != 400 or b'"invalid_client"' in answer.body
            raise BrokerFailed(Why.CLIENT_REFUSED if is_client else Why.CODE_REFUSED)
        return answer.require_success().json()


class BrokerAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth carries no types
    """One broker of the portal that a request is for. NotFound for those of another municipality."""

    client_class = BrokerClient

    def __init__(self, request: HttpRequest, broker_id: str) -> None:
        super().__init__(request, broker_id)
        self.broker: Broker = broker_at(getattr(request, "portal", None), broker_id)

    def get_provider(self) -> BrokerProvider:
        return BrokerProvider(self.request, app=app_of(self.broker))

    @property
    def openid_config(self) -> dict[str, Any]:
        return metadata_of(self.broker)

    @property
    def basic_auth(self) -> bool:
        """How to show our secret. A broker that does not say takes it in a header, by the standard."""
        ways = self.openid_config.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return "client_secret_post" not in ways

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(self.get_provider().get_callback_url())

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        """allauth would make an account of it. Ours is `told`."""
        raise TypeError("Who came is found by services.broker.")

    def told(self, code: str, *, verifier: str, nonce: str, now: datetime) -> Told:
        """What the broker says of who came back with a code, after all of it was checked."""
        client = self.get_client(self.request, self.get_provider().app)
        answer = client.get_access_token(code, pkce_code_verifier=verifier)
        access_token = answer.get("access_token")
        if not isinstance(access_token, str) or not access_token:
            raise BrokerFailed(Why.NO_TOKEN)
        claims = verified_claims(
            answer.get("id_token"),
            expected=Expected(broker=self.broker, nonce=nonce, access_token=access_token),
            keys=lambda fresh: keys_of(self.broker, fresh=fresh),
            now=now,
        )
        return told_by(self.broker, {**self._userinfo(access_token, claims["sub"]), **claims})

    def _userinfo(self, access_token: str, subject: str) -> dict[str, Any]:
        """What is asked separately, of the same person. Where the token says it too, the token counts."""
        if not self.broker.userinfo:
            return {}
        found = fetch(self.profile_url, bearer=access_token).require_success().json()
        if found.get("sub") != subject:
            raise BrokerFailed(Why.SWAPPED)
        return found
