"""Signing in as a demo person, where that is switched on. The rest of signing in is allauth's."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from backend.identity.demo import demo_people, demo_person
from backend.places.selectors import list_portals
from backend.places.web.views import portal_url

from .second_factor import DEMO_KEY


@require_POST
def demo_sign_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign a visitor in as one of the made-up people; does not exist in production."""
    person = demo_person(slug)
    login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
    record_authentication(request, person, method="demo")
    # Trying out the desk needs no app and no passkey.
    request.session[DEMO_KEY] = person.pk
    following = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()})
    return redirect(following if is_ours else "/")


@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    """Every portal of this installation, and where it can be tried out, as whom to sign in."""
    portals = [{"portal": portal, "url": portal_url(request, portal)} for portal in list_portals()]
    context = {"portals": portals, "demo_people": demo_people(), "mail_page": settings.MAIL_PAGE}
    return render(request, "places/portals.html", context)
