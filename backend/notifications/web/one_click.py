"""Stopping a kind of mail with one click (RFC 8058)."""

from __future__ import annotations

from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from backend.identity.web.base import PortalPage


@method_decorator(csrf_exempt, name="dispatch")
class OneClickPage(PortalPage):
    """Looking changes nothing, because programs that check mail follow every link; the button does.

    Mail programs send the POST themselves, without a session and without a token of ours: the key in the
    address is what allows it.
    """
