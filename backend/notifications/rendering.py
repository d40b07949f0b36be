"""The words of a message, in the language of its reader: the same on the page and in the mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from .models import Message, Newsletter
from .newsletter_words import more_for, unsubscribe_headers, words_in


@dataclass(frozen=True)
class Words:
    subject: str
    body: str


def words_of(message: Message, *, language: str) -> Words:
    """Subject and text of a message. The first line of the template is the subject."""
    site = settings.SITE_ADDRESS.format(hostname=message.portal.hostname)
    context = {**message.context, **more_for(message), "portal": message.portal, "site": site}
    return _rendered(message.template, context, language=language)


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


def _rendered(template: str, context: Mapping[str, Any], *, language: str) -> Words:
    with translation.override(language):
        text = render_to_string(f"email/{template}.txt", dict(context))
    subject, _separator, body = text.strip().partition("\n")
    return Words(subject=subject.strip(), body=body.strip())


def mail_of(message: Message, *, to: str, language: str) -> EmailMessage:
    """A message as the mail that goes out."""
    words = words_of(message, language=language)
    return EmailMessage(
        subject=" ".join(words.subject.split()),
        body=words.body,
        to=[to],
        headers={
            "Message-ID": f"<{message.reference}@{message.portal.hostname}>",
            "Auto-Submitted": "auto-generated",
            **unsubscribe_headers(message),
        },
    )
