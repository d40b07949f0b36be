"""The provider's addresses: allauth's, and a page where one says who one is, without a password."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path
from django.utils.html import format_html, format_html_join

from .people import PEOPLE

PAGE = (
    '<!doctype html><html lang="en"><title>Broker</title><link rel="icon" href="data:,">'
    "<h1>Who are you?</h1>{}"
)


def who(request: HttpRequest) -> HttpResponse:
    following = request.GET["next"]
    subject = request.GET.get("subject")
    if subject == "nobody":
        asked = {name: values[0] for name, values in parse_qs(urlsplit(following).query).items()}
        refusal = urlencode({"error": "access_denied", "state": asked["state"]})
        return HttpResponseRedirect(f"{asked['redirect_uri']}?{refusal}")
    if subject is not None:
        user, _is_new = User.objects.get_or_create(username=subject)
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        return HttpResponseRedirect(following)
    people = [(number, claims["given_name"]) for number, claims in PEOPLE.items()]
    links = format_html_join(
        " ",
        '<p><a href="?{}">{}</a></p>',
        [
            (urlencode({"subject": number, "next": following}), name)
            for number, name in [*people, ("nobody", "Stop")]
        ],
    )
    return HttpResponse(format_html(PAGE, links))


urlpatterns = [
    path("", include("allauth.idp.urls")),
    path("who/", who, name="account_login"),
    # Who is known still says anew who they are, when asked to.
    path("who/again/", who, name="account_reauthenticate"),
]
