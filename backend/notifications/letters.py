"""What stands in a letter with a message: the words of the message, form from `print/message.typ`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import override, pgettext

from backend.core.pdf import render_pdf
from backend.core.walltime import on_wall
from backend.identity.models import Person
from backend.places.models import Portal

from .models import ContactDetails, Message, PostBatch
from .rendering import words_of

Letter = tuple[Message, Person, ContactDetails]
_COLOURS = {"accent": "mb-color-accent", "on_accent": "mb-color-on-accent", "surface": "mb-color-surface"}


def letters_data(portal: Portal, letters: Sequence[Letter], *, now: datetime) -> dict[str, Any]:
    """Everything a batch prints, each letter in the language of its reader."""
    return _data(portal, [_letter(*letter, now) for letter in letters])


def example_letter(portal: Portal, *, subject: str, body: str, language: str, now: datetime) -> bytes:
    """How these words look as a letter, to somebody who does not exist. Nothing of it is kept."""
    with override(language):
        address = [pgettext("on paper", "Name of the reader"), pgettext("on paper", "Street and number")]
        title = pgettext("on paper", "Example of a letter")
        letter = _printed(address, language, title, subject, body, now)
    return render_pdf("message", _data(portal, [letter]), language=language, title=title, created_at=now)


def _data(portal: Portal, letters: list[dict[str, Any]]) -> dict[str, Any]:
    style = portal.house_style
    with override("nl"):
        address = portal.counter_address
        sender = pgettext("on paper", "Return to: %(address)s") % {"address": address} if address else ""
    return {
        "portal": portal.name,
        "sender": sender,
        # Every word comes with its letter.
        "words": {},
        "letters": letters,
        **{name: style[token] for name, token in _COLOURS.items() if token in style},
    }


def title_of(batch: PostBatch) -> str:
    with override("nl"):
        return pgettext("on paper", "Letters of %(day)s") % {
            "day": date_format(on_wall(batch.asked_at), "j F Y")
        }


def _letter(message: Message, person: Person, details: ContactDetails, now: datetime) -> dict[str, Any]:
    words = words_of(message, language=person.language)
    with override(person.language):
        address = [details.name, details.street, f"{details.postcode}  {details.city}"]
        number = pgettext("on paper", "Number %(number)s") % {"number": message.pk}
        return _printed(address, person.language, number, words.subject, words.body, now)


def _printed(
    address: list[str], language: str, number: str, subject: str, body: str, now: datetime
) -> dict[str, Any]:
    return {
        "address": address,
        "language": language,
        "date": date_format(on_wall(now), "j F Y"),
        "number": number,
        "subject": subject,
        "paragraphs": [part.strip() for part in body.split("\n\n") if part.strip()],
    }
