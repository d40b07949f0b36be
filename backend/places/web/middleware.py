"""From hostname to portal, and pages that are ready for visitors."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from backend.core import pagecache
from backend.core.pagecache import StoredPage
from backend.core.tenancy import in_municipality
from backend.places.models import Portal
from backend.places.selectors import portal_by_hostname

# From view to middleware only; never sent.
KEEP_HEADER = "X-Same-For-Visitors"
GetResponse = Callable[[HttpRequest], HttpResponse]


class PortalRequest(HttpRequest):
    """A request that went through PortalMiddleware."""

    portal: Portal | None


class KnownPortals:
    """Portals this process has met, so that not every page asks the database for one that hardly changes.

    Another process may change a portal, so each is asked for again after a few seconds.
    """

    SECONDS = 5

    def __init__(self) -> None:
        self._met: dict[str, tuple[float, Portal]] = {}

    def at(self, hostname: str) -> Portal | None:
        met, now = self._met.get(hostname), time.monotonic()
        if met is not None and now - met[0] < self.SECONDS:
            return met[1]
        portal = portal_by_hostname(hostname)
        # Hostnames that are none are not remembered: anybody can make them up.
        if portal is not None:
            self._met[hostname] = (now, portal)
        return portal

    def forget(self) -> None:
        self._met.clear()


known_portals = KnownPortals()


class PortalMiddleware:
    """Finds the portal of the hostname and limits every query to its municipality."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: PortalRequest) -> HttpResponse:
        hostname = request.get_host().rsplit(":", 1)[0].lower()
        request.portal = known_portals.at(hostname)
        if request.portal is None:
            request.urlconf = "backend.config.urls_outside"
        with in_municipality(request.portal.municipality_id if request.portal else None):
            return self.get_response(request)


class LanguageMiddleware:
    """The language a visitor chose with a link, kept in a cookie; otherwise what their browser asks."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.GET.get("taal", "")
        known = chosen in dict(settings.LANGUAGES)
        language = chosen if known else translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        if known:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                chosen,
                max_age=settings.SESSION_COOKIE_AGE,
                samesite="Lax",
                secure=request.is_secure(),
            )
        response.headers.setdefault("Content-Language", language)
        return response


class PageCacheMiddleware:
    """Answers visitors from stored pages. Whoever carries a session never gets or leaves one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: PortalRequest) -> HttpResponse:
        portal = request.portal
        if (
            portal is None
            or request.method != "GET"
            or settings.SESSION_COOKIE_NAME in request.COOKIES
            or "messages" in request.COOKIES
            or "taal" in request.GET
        ):
            response = self.get_response(request)
            del response[KEEP_HEADER]
            # On a shared computer no page of one person may come back for the next, nor from a proxy.
            response.headers.setdefault("Cache-Control", "private, no-cache")
            return response
        key = pagecache.page_key(
            portal.pk,
            pagecache.version_of(portal.pk),
            translation.get_language() or settings.LANGUAGE_CODE,
            # Of the request nothing else: whatever a visitor can write into a key can overwrite another page.
            f"{request.get_host()}{request.get_full_path()}",
        )
        stored: StoredPage | None = cache.get(key)
        if stored is None:
            response = self.get_response(request)
            seconds = _seconds_to_keep(response)
            if not seconds:
                return response
            stored = StoredPage.of(response.content, response.headers["Content-Type"])
            cache.set(key, stored, timeout=seconds)
        return _answer(request, stored)


def may_be_kept(response: HttpResponse, *, seconds: int = pagecache.LONGEST_SECONDS) -> HttpResponse:
    """Mark a page as the same for every visitor until something changes, or for this many seconds."""
    response.headers[KEEP_HEADER] = str(max(0, min(seconds, pagecache.LONGEST_SECONDS)))
    return response


def _seconds_to_keep(response: HttpResponse) -> int:
    seconds = int(response.headers.get(KEEP_HEADER, "0"))
    del response[KEEP_HEADER]
    whole = response.status_code == 200 and not response.streaming and not response.cookies
    return seconds if whole else 0


def _answer(request: HttpRequest, stored: StoredPage) -> HttpResponse:
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(stored.compressed if zipped else stored.body, content_type=stored.content_type)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding, Cookie, Accept-Language"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
