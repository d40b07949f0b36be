"""The devices somebody is signed in on, and signing out there from here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from backend.core.web.requests import actor_of
from backend.core.web.views import SignedInMixin

from ..rules import UNKNOWN
from ..selectors.signing_in import devices_of
from ..services.devices import end_device, end_other_devices
from .requests import person_of


class MyDevices(SignedInMixin, TemplateView):
    """One's devices, the one in hand first. No place and no address of a network is kept."""

    template_name = "identity/my_devices.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = self.request.session.session_key
        found = devices_of(person_of(self.request).pk, now=timezone.now())
        devices = [
            {
                "id": device.pk,
                "name": device_name(device.user_agent),
                "seen_at": device.last_seen_at,
                "since": device.created_at,
                "is_here": device.session_key == here,
            }
            for device in found
        ]
        devices.sort(key=lambda device: not device["is_here"])
        return super().get_context_data(devices=devices, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End all others, or the one whose number was sent."""
        actor, now = actor_of(request), timezone.now()
        chosen = request.POST.get("device", "")
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
            end_device(actor=actor, device_id=int(chosen), now=now)
            messages.success(request, _("That device is signed out."))
        elif request.POST.get("others"):
            end_other_devices(actor=actor, session_key=request.session.session_key or "", now=now)
            messages.success(request, _("You are signed out everywhere but here."))
        return redirect("my_devices")


def device_name(words: str) -> str:
    """In words that a person would use, also for a browser nobody here has heard of."""
    browser, _space, system = words.partition(" ")
    known = {"browser": browser, "system": system}
    if UNKNOWN in {browser, system} or not system:
        return _("A browser that we do not know")
    return _("%(browser)s on %(system)s") % known
