"""Signing in as a demo person, where that is switched on. The rest of signing in is allauth's."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from backend.identity.demo import demo_person


@require_POST
def demo_sign_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign a visitor in as one of the made-up people; does not exist in production."""
    person = demo_person(slug)
    login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
    following = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()})
    return redirect(following if is_ours else "/")
