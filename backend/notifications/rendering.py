"""The words of a message, in the language of its reader: the same on the page and in the mail."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from .models import Message


@dataclass(frozen=True)
class Words:
    subject: str
    body: str


def words_of(message: Message, *, language: str) -> Words:
    """Subject and text of a message. The first line of the template is the subject."""
    site = settings.SITE_ADDRESS.format(hostname=message.portal.hostname)
    context = {**message.context, "portal": message.portal, "site": site}
    with translation.override(language):
        text = render_to_string(f"email/{message.template}.txt", context)
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
        },
    )
