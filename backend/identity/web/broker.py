"""Signing in and proving where one lives by a broker such as DigiD: the way there, and the way back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import structlog
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core.internal import ratelimit
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from backend.core.errors import DomainError, require, require_found
from backend.core.web.requests import actor_of
from backend.places.models import Portal

from ..oidc.errors import BrokerFailed, Kind, Why
from ..oidc.told import Told
from ..permissions import can_come_by_broker
from ..services.broker import Outcome, arrive_by_broker
from .broker_adapter import BrokerAdapter
from .broker_words import reason_of, sentence_of

log = structlog.get_logger(__name__)

# Of one network. A library where thirty people fail within a minute waits for the rest of that minute.
FAILURES = {"broker_failed": "30/m/ip"}
WAIT_SECONDS = 60
STATUS = {
    Kind.CANCELLED: 200,
    Kind.START_AGAIN: 400,
    Kind.SURER: 403,
    Kind.WAIT: 429,
    Kind.BROKEN: 502,
    Kind.LATER: 503,
}


@never_cache
@require_POST
def broker_login(request: HttpRequest, broker_id: str) -> HttpResponse:
    """The button: go to the broker, and come back to where one was."""
    view: HttpResponse = BrokerLoginView.adapter_view(BrokerAdapter(request, broker_id))(request)
    return view


@never_cache
@require_GET
def broker_callback(request: HttpRequest, broker_id: str) -> HttpResponse:
    """Where the broker sends people back to."""
    view: HttpResponse = BrokerCallbackView.adapter_view(BrokerAdapter(request, broker_id))(request)
    return view


@never_cache
@require_safe
def broker_result(request: HttpRequest, outcome: str) -> HttpResponse:
    """Signed in, and why that did not show where one lives."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    context = {
        "sentence": require_found(reason_of(outcome)),
        "following": _own(request, request.GET.get("next", "")),
    }
    return render(request, "socialaccount/not_proved.html", context)


class _FailingPlainly:
    """A broker that fails gives a page with a way on, and one line for the operator without a name in it."""

    adapter: BrokerAdapter

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            _require_room(request)
            return self.go(request)
        except BrokerFailed as failure:
            return self._failed(request, failure)
        except DomainError as refusal:
            log.warning("broker_refused", broker=self.adapter.broker.id, code=refusal.code)
            return self._page(request, sentence=str(refusal), status=refusal.status)

    def go(self, request: HttpRequest) -> HttpResponse:
        raise TypeError(f"{type(self).__name__} does not say what it does")

    def _failed(self, request: HttpRequest, failure: BrokerFailed) -> HttpResponse:
        if failure.kind != Kind.CANCELLED:
            log.warning("broker_failed", broker=self.adapter.broker.id, code=str(failure.why))
            if failure.why != Why.TOO_OFTEN:
                ratelimit.consume(
                    request,
                    app="meebeslissen",
                    action="broker_failed",
                    config=FAILURES,
                    limit_get=True,
                )
        page = self._page(
            request,
            sentence=sentence_of(failure.kind, name=self.adapter.broker.name),
            status=STATUS[failure.kind],
            kind=failure.kind,
        )
        if failure.kind == Kind.WAIT:
            page.headers["Retry-After"] = str(WAIT_SECONDS)
        return page

    def _page(
        self, request: HttpRequest, *, sentence: str, status: int, kind: Kind | None = None
    ) -> HttpResponse:
        context = {
            "broker": self.adapter.broker,
            "sentence": sentence,
            "was_cancelled": kind == Kind.CANCELLED,
            "may_try_again": kind is not None,
        }
        return render(request, "socialaccount/authentication_error.html", context, status=status)


class BrokerLoginView(_FailingPlainly, OAuth2LoginView):  # type: ignore[misc]  # allauth carries no types
    """Leave for the broker by a page of our own.

    A browser holds every redirect after a form to the addresses that forms may go to, also those by which a
    broker sends people on to others. A page that goes on by itself needs none of them named.
    """

    def go(self, request: HttpRequest) -> HttpResponse:
        require(can_come_by_broker(actor_of(request)))
        address = self.get_provider().leave(
            request,
            self.adapter.broker,
            adapter=self.adapter,
            following=_own(request, request.POST.get("next", "")),
            begun=_begun(request),
        )
        context = {"broker": self.adapter.broker, "address": address}
        return render(request, "socialaccount/leaving.html", context)


class BrokerCallbackView(_FailingPlainly, OAuth2CallbackView):  # type: ignore[misc]  # the same
    """Come back from the broker, be who one is here, and go on."""

    def go(self, request: HttpRequest) -> HttpResponse:
        broker = self.adapter.broker
        state = self._state(request)
        arrival = arrive_by_broker(
            actor=actor_of(request),
            portal=_portal_of(request),
            broker=broker,
            told=self._told(request, state),
            language=translation.get_language() or "nl",
            now=timezone.now(),
        )
        goes_to = _own(request, state.get("next", "")) or "/"
        if arrival.outcome == Outcome.PROVED:
            said = _("You have shown with %(name)s that you live here.") % {"name": broker.name}
            messages.success(request, said)
        elif arrival.outcome != Outcome.NOT_ASKED:
            query = urlencode({"next": goes_to})
            goes_to = f"{reverse('broker_result', args=[str(arrival.outcome)])}?{query}"
        is_signed_in = actor_of(request).person_id is not None
        if arrival.was_known or not is_signed_in:
            record_authentication(request, arrival.person, "socialaccount", provider=broker.id)
        if is_signed_in:
            return redirect(goes_to)
        # Goes by the same steps as every way of signing in: a second factor, a new session key.
        response: HttpResponse = perform_login(
            request, arrival.person, email_verification="none", redirect_url=goes_to
        )
        return response

    def _state(self, request: HttpRequest) -> dict[str, Any]:
        """What was begun in this browser, at this portal and by this person. It works once."""
        state: dict[str, Any] | None = statekit.unstash_state(
            request, provider_id=self.adapter.broker.id, state_id=request.GET.get("state", "")
        )
        if state is None or {**state["data"], **_begun(request)} != state["data"]:
            raise BrokerFailed(Why.STATE)
        return state

    def _told(self, request: HttpRequest, state: dict[str, Any]) -> Told:
        said = request.GET
        if said.get("iss", self.adapter.broker.issuer) != self.adapter.broker.issuer:
            raise BrokerFailed(Why.ISSUER)
        if "error" in said or "code" not in said:
            is_cancelled = said.get("error") == self.adapter.login_cancelled_error
            raise BrokerFailed(Why.CANCELLED if is_cancelled else Why.REFUSED)
        return self.adapter.told(
            said["code"],
            verifier=state["pkce_code_verifier"],
            nonce=state["data"]["nonce"],
            now=timezone.now(),
        )


def _begun(request: HttpRequest) -> dict[str, Any]:
    """What must still be so on the way back."""
    actor = actor_of(request)
    return {"portal": actor.portal_id, "person": actor.person_id}


def _portal_of(request: HttpRequest) -> Portal:
    portal: Portal = vars(request)["portal"]
    return portal


def _own(request: HttpRequest, following: str) -> str:
    """An address of this very portal to go on to, or nothing."""
    is_ours = url_has_allowed_host_and_scheme(
        following, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return following if is_ours else ""


def _require_room(request: HttpRequest) -> None:
    """Slow a network down that fails all the time. Whoever signs in without failing is never counted."""
    has_room = ratelimit.consume(
        request, app="meebeslissen", action="broker_failed", config=FAILURES, limit_get=True, dry_run=True
    )
    if has_room is None:
        raise BrokerFailed(Why.TOO_OFTEN)
