"""What stands in a letter: words from here, form from `frontend/templates/print/letter.typ`.

In Dutch it says "u", as letters do. The language that is not the reader's own follows below, in short.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from backend.core.qr import small_qr_svg
from backend.core.walltime import on_wall

from ..letter_codes import shown_code
from ..models import LetterRun, ListedResident
from ..states import ListKind

LANGUAGES = ("nl", "en")
_COLOURS = {"accent": "mb-color-accent", "on_accent": "mb-color-on-accent", "surface": "mb-color-surface"}


def letters_data(run: LetterRun, letters: Sequence[tuple[int, ListedResident, str]], *, now: datetime) -> Any:
    """Everything a part of a batch prints: its words once, and each letter with its number and code."""
    style = run.portal.house_style
    return {
        "portal": run.portal.name,
        "sender": _sender(run),
        "words": {language: _words(run, language, now) for language in LANGUAGES},
        "letters": [_letter(run, number, resident, code) for number, resident, code in letters],
        **{name: style[token] for name, token in _COLOURS.items() if token in style},
    }


def title_of(run: LetterRun) -> str:
    with override("nl"):
        return pgettext("on paper", "Letters, batch %(number)s") % {"number": run.number}


def address_of(run: LetterRun) -> str:
    """Where a code is typed, as short as it can be."""
    return f"{site_of(run).partition('://')[2]}/brief"


def site_of(run: LetterRun) -> str:
    return settings.SITE_ADDRESS.format(hostname=run.portal.hostname)


def link_of(run: LetterRun, code: str) -> str:
    """The address in the square. What comes after # stays in the phone: no log and no other site gets it."""
    return f"{site_of(run)}/brief/#{shown_code(code)}"


def _letter(run: LetterRun, number: int, resident: ListedResident, code: str) -> dict[str, Any]:
    to = resident.print_as or {}
    language = to.get("language", "nl")
    with override(language):
        name = to.get("name", "")
        greeting = (
            pgettext("on paper", "Dear %(name)s,") % {"name": name}
            if name
            else pgettext("on paper", "Dear resident,")
        )
        first_line = name or pgettext("on paper", "To the residents of")
    own = f" · {to['reference']}" if to.get("reference") else ""
    return {
        "address": [line for line in (first_line, to.get("street", ""), to.get("place", "")) if line],
        "reference": f"{run.number}-{number}{own}",
        "greeting": greeting,
        "language": language,
        "code": shown_code(code),
        "qr": small_qr_svg(link_of(run, code)),
    }


def _sender(run: LetterRun) -> str:
    with override("nl"):
        address = run.portal.counter_address
        return pgettext("on paper", "Return to: %(address)s") % {"address": address} if address else ""


def _words(run: LetterRun, language: str, now: datetime) -> dict[str, str]:
    with override(language):
        said = {
            "place": run.district.name,
            "age": run.reached_age,
            "address": address_of(run),
            "day": date_format(on_wall(run.valid_until), _("j F Y")),
            "municipality": run.municipality.name,
        }
        help_line = _help_line(run)
        whom = _to_a_person if run.resident_list.kind == ListKind.PEOPLE else _to_an_address
        return {
            "date": date_format(on_wall(now), _("j F Y")),
            "subject": pgettext("on paper", "Your code to vote in %(place)s") % said,
            "what": whom() % said,
            "code": pgettext("on paper", "The code in your letter"),
            "how": pgettext(
                "on paper", "Scan the square with your phone. Or go to %(address)s and type the code."
            )
            % said,
            "until": pgettext("on paper", "The code works until %(day)s.") % said,
            "once": pgettext("on paper", "You use it once. After that you can vote straight away."),
            "help": help_line,
            "closing": pgettext("on paper", "Kind regards,")
            + "\n"
            + pgettext("on paper", "the municipality of %(municipality)s") % said,
            "qr": _("Code that leads to %(address)s") % said,
            "short_title": pgettext("on paper", "In English"),
            "short": pgettext(
                "on paper",
                "With the code in this letter you can vote on plans for %(place)s. Scan the square, or go to"
                " %(address)s and type the code. It works until %(day)s.",
            )
            % said
            + (f" {help_line}" if help_line else ""),
        }


def _to_a_person() -> str:
    return pgettext(
        "on paper",
        "In %(place)s residents decide together which plan goes to the committee. You can vote as well. With"
        " this code your vote counts. You need no account and no e-mail address. The code is for you alone.",
    )


def _to_an_address() -> str:
    return pgettext(
        "on paper",
        "In %(place)s residents decide together which plan goes to the committee. Do you live at this address"
        " and are you %(age)s or older? Then you can vote as well. With this code your vote counts. You need"
        " no account and no e-mail address. One person can use the code.",
    )


def _help_line(run: LetterRun) -> str:
    portal = run.portal
    if portal.contact_phone:
        return pgettext("on paper", "Questions, or no internet? Call %(phone)s. We are glad to help.") % {
            "phone": portal.contact_phone
        }
    if portal.counter_address:
        return pgettext("on paper", "Questions, or no internet? Come by: %(address)s.") % {
            "address": portal.counter_address
        }
    return ""
