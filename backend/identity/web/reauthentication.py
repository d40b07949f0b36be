"""Before something that cannot easily be undone, people show once more that it is them.

Put `RecentlySignedInMixin` before the other bases of a view. Its form is then shown only to somebody who
signed in or confirmed less than settings.CONFIRM_AGAIN_AFTER ago; everybody else confirms and comes back.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.core.web.views import SignedInMixin

from ..models import Person
from .second_factor import records_of


def recently_signed_in(request: HttpRequest) -> bool:
    """Whether this session was opened or confirmed a short while ago, in whatever way."""
    person = request.user
    records = records_of(request, person) if isinstance(person, Person) else []
    return bool(records) and time.time() - records[-1]["at"] < settings.CONFIRM_AGAIN_AFTER


def ways_to_confirm(request: HttpRequest) -> list[dict[str, str]]:
    """How the signed-in person can show that it is them, the plainest first.

    Who has a second factor confirms with it. A mailbox that somebody else reads would otherwise be enough to
    take it away.
    """
    person = request.user
    if not isinstance(person, Person):
        return []
    types = set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    ways = []
    if Authenticator.Type.WEBAUTHN in types and has_passkey_here(request, person):
        ways.append(_way("mfa_reauthenticate_webauthn", _("With your passkey")))
    if Authenticator.Type.TOTP in types:
        ways.append(_way("mfa_reauthenticate", _("With a code from your app, or a recovery code")))
    elif types:
        ways.append(_way("mfa_reauthenticate", _("With a recovery code")))
    if not types and person.email:
        ways.append(_way("reauthenticate_by_code", _("With a code by mail")))
        if person.has_usable_password():
            ways.append(_way("account_reauthenticate", _("With your password")))
    return ways


def hostname(request: HttpRequest) -> str:
    """Where a passkey belongs: the name of the portal in the address bar, without a port."""
    return request.get_host().partition(":")[0]


def has_passkey_here(request: HttpRequest, person: Person) -> bool:
    """Whether somebody made a passkey at this portal. One that was made at another hostname does nothing."""
    here = hostname(request)
    passkeys = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)
    return any(passkey.data.get("host") == here for passkey in passkeys)


def _way(name: str, description: str) -> dict[str, str]:
    return {"id": name, "description": description, "url": reverse(name)}


def way_to_confirm(following: str) -> str:
    return f"{reverse('reauthenticate')}?{urlencode({'next': following})}"


class RecentlySignedInMixin(SignedInMixin):
    """Asks who signed in long ago to show again that it is them, and brings them back here after it."""

    # Whether somebody who has no way to show it again may go on: adding an address is what gives them one.
    is_open_without_ways = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_excused = self.is_open_without_ways and not ways_to_confirm(request)
        if request.user.is_authenticated and not recently_signed_in(request) and not is_excused:
            if request.method not in {"GET", "HEAD"}:
                messages.warning(
                    request,
                    _(
                        "It took a while, so we asked again who you are. Nothing was changed yet. Fill this"
                        " in once more."
                    ),
                )
            return redirect(way_to_confirm(request.get_full_path()))
        return super().dispatch(request, *args, **kwargs)
