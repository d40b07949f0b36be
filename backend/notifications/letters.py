"""What stands in a letter with a message: the words of the message, form from `print/message.typ`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import override, pgettext

from backend.core.walltime import on_wall
from backend.identity.models import Person
from backend.places.models import Portal

from .models import ContactDetails, Message, PostBatch
from .rendering import words_of

Letter = tuple[Message, Person, ContactDetails]
_COLOURS = {"accent": "mb-color-accent", "on_accent": "mb-color-on-accent", "surface": "mb-color-surface"}


def letters_data(portal: Portal, letters: Sequence[Letter], *, now: datetime) -> dict[str, Any]:
    """Everything a batch prints, each letter in the language of its reader."""
    style = portal.house_style
    with override("nl"):
        address = portal.counter_address
        sender = pgettext("on paper", "Return to: %(address)s") % {"address": address} if address else ""
    return {
        "portal": portal.name,
        "sender": sender,
        # Every word comes with its letter.
        "words": {},
        "letters": [_letter(*letter, now) for letter in letters],
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
        return {
            "address": [details.name, details.street, f"{details.postcode}  {details.city}"],
            "language": person.language,
            "date": date_format(on_wall(now), "j F Y"),
            "number": pgettext("on paper", "Number %(number)s") % {"number": message.pk},
            "subject": words.subject,
            "paragraphs": [part.strip() for part in words.body.split("\n\n") if part.strip()],
        }
