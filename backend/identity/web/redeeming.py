"""One field for the code from a letter. No account, e-mail address or script is needed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backend.core.errors import DomainError
from backend.core.web.requests import actor_of
from backend.core.web.views import DomainFormView
from backend.places.web.requests import portal_of

from ..errors import CodeMistyped, CodeRefused, TooManyTries
from ..letter_codes import normal_code
from ..services.redeeming import redeem_letter_code
from .letter_forms import CodeForm
from .limits import take_try
from .sessions import sign_in_without_address


class RedeemCode(DomainFormView):
    """Where the square on a letter leads. What stands behind # in its address never comes here by itself."""

    template_name = "identity/letters/redeem.html"
    # Somebody reads their code out: it proves where they live, by the hands of the assistant.
    open_to_helpers = True
    form_class = CodeForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(next=_following(self.request), **kwargs)

    def act(self, form: CodeForm) -> HttpResponse:
        actor, now = actor_of(self.request), timezone.now()
        code = normal_code(form.cleaned_data["code"])
        # What cannot be a code is no guess either.
        if code is None:
            raise CodeMistyped
        this_try = take_try(
            self.request, action="letter_code", now=now, person_id=actor.person_id, secret=code
        )
        redeemed = redeem_letter_code(
            actor=actor,
            portal=portal_of(self.request),
            code=code,
            now=now,
            language=get_language() or "nl",
        )
        this_try.give_back()
        following = _following(self.request)
        if actor.person_id is None:
            sign_in_without_address(self.request, redeemed.person)
        messages.success(
            self.request, _("You can vote now. Your code was used, so you need the letter no more.")
        )
        return redirect(following or "plans")

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return self.act(form)
        except TooManyTries as error:
            form.add_error(None, str(error))
            response = self.form_invalid(form, status=error.status)
            response.headers["Retry-After"] = str(error.seconds)
            return response
        except DomainError as error:
            form.add_error("code" if isinstance(error, CodeRefused) else None, str(error))
            return self.form_invalid(form, status=error.status)


def _following(request: HttpRequest) -> str:
    """Where to go on, on this site only."""
    following = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        following, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return following if is_ours else ""
