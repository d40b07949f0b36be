"""Answers in the words of a page, and as they reach people in each channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.core.html import to_read_out
from backend.notifications.states import Channel
from backend.places.models import Portal

from ..models import Answer, Subject
from ..models.answers import OWN_WORDS
from ..selectors.owed import Counts, channels_of_waiting, count_people_waiting, shows_numbers
from ..services.answers import context_of
from ..states import Contribution, Phase
from .forms import CHANNEL_NAMES, CHOICES_OF_PEOPLE

PHASE_NUMBERS: Mapping[Phase, int] = {
    Phase.COLLECTING: 1,
    Phase.TRANSLATING: 2,
    Phase.CHANGING: 3,
    Phase.ANSWERING: 4,
}


def numbers_of(subject: Subject, counts: Counts) -> str:
    """How many wait and how many answers are under way, as far as the numbers may be known."""
    if not shows_numbers(subject):
        return _("Still collecting. How many people wait is shown after the count.")
    said = [
        ngettext("%(number)s waits", "%(number)s wait", counts.open) % {"number": counts.open},
    ]
    if counts.on_its_way:
        said.append(_("%(number)s on the way") % {"number": counts.on_its_way})
    if counts.unreachable:
        said.append(_("%(number)s not reached") % {"number": counts.unreachable})
    return ", ".join(said)


def reach_of(draft: Answer, subject: Subject) -> str:
    """How many people an answer would go to, as far as the number may be known."""
    if not shows_numbers(subject):
        return _("It goes to everybody who waits.")
    people = count_people_waiting(draft)
    return ngettext("It goes to %(number)s person.", "It goes to %(number)s people.", people) % {
        "number": people
    }


def chosen_of(draft: Answer) -> list[str]:
    """For whom an answer is meant, in words. Nothing when it is for everybody who waits."""
    named: list[Mapping[Any, Any]] = [dict(Contribution.choices), dict(Phase.choices), CHANNEL_NAMES]
    return [
        str(names[value])
        for name, names in zip(CHOICES_OF_PEOPLE, named, strict=True)
        for value in getattr(draft, name)
    ]


@dataclass(frozen=True)
class Words:
    subject: str
    body: str


def words_of_answer(answer: Answer, subject: Subject, portal: Portal, *, language: str) -> Words:
    """What an answer says, as its message does."""
    context: dict[str, Any] = {
        **(context_of(answer, subject) if answer.template == OWN_WORDS else answer.context),
        "portal": portal,
        "site": settings.SITE_ADDRESS.format(hostname=portal.hostname),
    }
    with translation.override(language):
        text = render_to_string(f"email/{answer.template}.txt", context)
    first, _separator, body = text.strip().partition("\n")
    return Words(subject=first.strip(), body=body.strip())


@dataclass(frozen=True)
class Preview:
    """The answer in one channel."""

    slug: str
    label: str
    note: str
    words: Words
    people: int | None


def previews_of(draft: Answer, subject: Subject, portal: Portal) -> list[Preview]:
    """How an answer reaches people by mail, on their page, by letter and by telephone."""
    words = words_of_answer(draft, subject, portal, language=translation.get_language() or "nl")
    spoken = Words(words.subject, to_read_out(words.body))
    people = channels_of_waiting(draft) if shows_numbers(subject) else None
    notes: list[tuple[str, Channel, str, Words]] = [
        ("mail", Channel.EMAIL, _("With this subject and text."), words),
        ("page", Channel.PAGE, _("The same text. It always stands there too."), words),
        ("letter", Channel.LETTER, _("The same text on paper, with their address."), words),
        ("call", Channel.CALL, _("Somebody of the counter reads this to them."), spoken),
    ]
    return [
        Preview(
            slug, str(CHANNEL_NAMES[channel]), note, said, None if people is None else people.get(channel, 0)
        )
        for slug, channel, note, said in notes
    ]
