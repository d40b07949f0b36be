"""The words of a message, in the language of its reader: the same on the page and in the mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from .keys import unsubscribe_token
from .models import Message, Newsletter
from .newsletter_words import more_for, unsubscribe_headers, words_in
from .states import CAN_UNSUBSCRIBE, Kind


@dataclass(frozen=True)
class Words:
    subject: str
    body: str


def words_of(message: Message, *, language: str) -> Words:
    """Subject and text of a message. The first line of the template is the subject."""
    site = _site(message)
    context: dict[str, object] = {**message.context, "portal": message.portal, "site": site}
    if message.kind == Kind.DIGEST:
        context["items"] = _items(message, language)
    return _rendered(message.template, context | more_for(message), language=language)


def words_of_draft(newsletter: Newsletter, *, language: str) -> Words:
    """What the mail of a newsletter would say now. Its link to unsubscribe is of nobody."""
    site = settings.SITE_ADDRESS.format(hostname=newsletter.portal.hostname)
    context = {
        **words_in(newsletter),
        "portal": newsletter.portal,
        "site": site,
        "unsubscribe": site + reverse("newsletter"),
    }
    return _rendered("newsletter", context, language=language)


def _rendered(template: str, context: Mapping[str, object], *, language: str) -> Words:
    with translation.override(language):
        text = render_to_string(f"email/{template}.txt", dict(context))
    subject, _separator, body = text.strip().partition("\n")
    return Words(subject=subject.strip(), body=body.strip())


def _items(digest: Message, language: str) -> list[tuple[str, str]]:
    """What each message in a digest is called, and where to read on."""
    held = _held(digest).select_related("portal").order_by("created_at", "id")
    return [
        (
            words_of(message, language=language).subject,
            _site(message) + str(message.context.get("address", "/mijn/berichten/")),
        )
        for message in held
    ]


def is_empty(digest: Message) -> bool:
    """Everything in it was forgotten meanwhile."""
    return not _held(digest).exists()


def _held(digest: Message) -> QuerySet[Message]:
    return Message.objects.all_municipalities().filter(digest=digest)


def _site(message: Message) -> str:
    return settings.SITE_ADDRESS.format(hostname=message.portal.hostname)


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
        link = _site(message) + path
        headers["List-Unsubscribe"] = f"<{link}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        with translation.override(language):
            body = f"{body}\n{_('No more of these mails:')} {link}"
    return EmailMessage(subject=" ".join(words.subject.split()), body=body, to=[to], headers=headers)
