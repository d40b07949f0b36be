"""Acts with one's own data that ask for having signed in lately."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.core.errors import DomainError
from backend.core.web.views import SignedInMixin

from .requests import person_of

LATELY = timedelta(minutes=15)


class SignInAgain(DomainError):
    """Somebody else may have picked up the phone or sat down at the computer."""

    status = 403
    code = "sign_in_again"
    default_message = _(
        "For this you have to have signed in in the last 15 minutes. Sign out, sign in again and come back"
        " here. Nothing was changed."
    )


class PrivateActMixin(SignedInMixin):
    """What gives data away or cannot be undone is done only by somebody who signed in lately."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            signed_in_at = person_of(request).last_login
            if signed_in_at is None or signed_in_at < timezone.now() - LATELY:
                raise SignInAgain
        return super().dispatch(request, *args, **kwargs)
