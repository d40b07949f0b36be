"""The words of a message, in the language of its reader: the same on the page and in the mail."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from backend.places.models import Portal

from .keys import unsubscribe_token
from .models import Message, Newsletter
from .newsletter_words import more_for, unsubscribe_headers, words_in
from .states import CAN_UNSUBSCRIBE, Kind

# The same news is in the digests of thousands, so what it is called is made once.
TITLES_KEPT = 1_000


@dataclass(frozen=True)
class Words:
    subject: str
    body: str


def words_of(message: Message, *, language: str) -> Words:
    """Subject and text of a message. The first line of the template is the subject."""
    context = dict(message.context)
    if message.kind == Kind.DIGEST:
        context["items"] = _items(message, language)
    return _words(message.portal, message.template, context | more_for(message), language)


def words_of_draft(newsletter: Newsletter, *, language: str) -> Words:
    """What the mail of a newsletter would say now. Its link to unsubscribe is of nobody."""
    context = words_in(newsletter) | {"unsubscribe": _site(newsletter.portal) + reverse("newsletter")}
    return _words(newsletter.portal, "newsletter", context, language)


def _words(portal: Portal, template: str, context: dict[str, Any], language: str) -> Words:
    with translation.override(language):
        text = render_to_string(f"email/{template}.txt", {**context, "portal": portal, "site": _site(portal)})
    subject, _separator, body = text.strip().partition("\n")
    return Words(subject=subject.strip(), body=body.strip())


@lru_cache(maxsize=TITLES_KEPT)
def _title(portal: Portal, template: str, context: str, language: str) -> str:
    return _words(portal, template, json.loads(context), language).subject


def _items(digest: Message, language: str) -> list[tuple[str, str]]:
    """What each message in a digest is called, and where to read on."""
    portal, site = digest.portal, _site(digest.portal)
    held = _held(digest).order_by("created_at", "id").values_list("template", "context")
    return [
        (
            _title(portal, template, json.dumps(context, sort_keys=True), language),
            site + str(context.get("address", "/mijn/berichten/")),
        )
        for template, context in held
    ]


def is_empty(digest: Message) -> bool:
    """Everything in it was forgotten meanwhile."""
    return not _held(digest).exists()


def _held(digest: Message) -> QuerySet[Message]:
    return Message.objects.all_municipalities().filter(digest=digest)


def _site(portal: Portal) -> str:
    return settings.SITE_ADDRESS.format(hostname=portal.hostname)


def mail_of(message: Message, *, to: str, language: str) -> EmailMessage:
    """A message as the mail that goes out. Where a click may stop its kind, it says how (RFC 8058)."""
    words = words_of(message, language=language)
    headers = {
        "Message-ID": f"<{message.reference}@{message.portal.hostname}>",
        "Auto-Submitted": "auto-generated",
        **unsubscribe_headers(message),
    }
    body = words.body
    kind = Kind(message.kind)
    if message.person_id is not None and (kind in CAN_UNSUBSCRIBE or kind == Kind.DIGEST):
        path = reverse("unsubscribe", args=[unsubscribe_token(message.person_id, kind)])
        link = _site(message.portal) + path
        headers["List-Unsubscribe"] = f"<{link}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        with translation.override(language):
            body = f"{body}\n{_('No more of these mails:')} {link}"
    return EmailMessage(subject=" ".join(words.subject.split()), body=body, to=[to], headers=headers)
