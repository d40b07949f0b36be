"""What the mails about newsletters say besides what is kept with the message: one text for thousands."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from backend.core.tenancy import in_municipality

from .models import Message, Newsletter, Subscription
from .selectors.newsletters import TEMPLATE, parts_of
from .selectors.subscriptions import subscription_of_message
from .states import Kind


def more_for(message: Message) -> dict[str, Any]:
    """What the template of a message about newsletters needs. Nothing for all others."""
    if message.kind != Kind.NEWSLETTER:
        return {}
    subscription = subscription_of_message(message)
    site = settings.SITE_ADDRESS.format(hostname=message.portal.hostname)
    context: dict[str, Any] = {"unsubscribe": site + reverse("newsletter")}
    if subscription is not None:
        context["confirm"] = site + reverse("confirm_newsletter", args=[subscription.token])
        context["unsubscribe"] = unsubscribe_address(site, subscription)
    if message.template == TEMPLATE:
        rows = Newsletter.objects.all_municipalities()
        context |= words_in(rows.get(pk=message.context["newsletter"]))
    return context


def words_in(newsletter: Newsletter) -> dict[str, Any]:
    """The newsletter itself, without what was withdrawn since it was written."""
    with in_municipality(newsletter.municipality_id):
        return {"newsletter": newsletter, "blocks": parts_of(newsletter).shown}


def unsubscribe_address(site: str, subscription: Subscription) -> str:
    return site + reverse("unsubscribe_newsletter", args=[subscription.token])


def unsubscribe_headers(message: Message) -> dict[str, str]:
    """What lets a mail program offer to unsubscribe with one click (RFC 8058)."""
    subscription = subscription_of_message(message) if message.template == TEMPLATE else None
    if subscription is None:
        return {}
    site = settings.SITE_ADDRESS.format(hostname=message.portal.hostname)
    return {
        "List-Unsubscribe": f"<{unsubscribe_address(site, subscription)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
