"""How a message can reach somebody, and what the answer of a mail server means. Over plain values."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from backend.core.walltime import moment, on_wall

from .states import CADENCES, About, Channel, Choice, Delivery

# The status of RFC 3463 that many servers put before their words.
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
# When digests are made, by the clock in Amsterdam; those of a week on Monday.
DIGEST_TIME = time(7)


def digest_day(cadence: str, now: datetime) -> date:
    """The day of the last digest that is due at a moment. It follows from the clock on the wall alone."""
    day = on_wall(now).date()
    if cadence == Choice.WEEKLY:
        day -= timedelta(days=day.weekday())
    if moment(day, DIGEST_TIME) > now:
        day -= timedelta(days=7 if cadence == Choice.WEEKLY else 1)
    return day


def digest_moment(day: date) -> datetime:
    """What was queued before this moment goes in the digest of this day."""
    return moment(day, DIGEST_TIME)


def possible_choice(
    chosen: Choice, *, at_once: bool, has_mail: bool, has_address: bool, has_telephone: bool
) -> Choice:
    """What is done with a choice: without an address or a number another way, and else the page alone.

    What goes out `at_once` waits for no digest, and does not stay on the page of who has a mail address.
    """
    if chosen == Choice.LETTER and has_address:
        return Choice.LETTER
    if chosen == Choice.CALL and has_telephone:
        return Choice.CALL
    if not has_mail:
        return Choice.PAGE
    if at_once:
        return Choice.AT_ONCE
    return chosen if chosen in {*CADENCES, Choice.PAGE} else Choice.AT_ONCE


def next_channel(tried: Channel, *, has_mail: bool, has_address: bool, has_telephone: bool) -> Channel | None:
    """The channel to try after one that did not reach somebody: mail, letter, call, and then their page."""
    possible = {
        Channel.EMAIL: has_mail,
        Channel.LETTER: has_address,
        Channel.CALL: has_telephone,
        Channel.PAGE: True,
    }
    order = list(possible)
    return next((channel for channel in order[order.index(tried) + 1 :] if possible[channel]), None)


def status_of(text: str) -> str:
    """The status that the words of a mail server begin with, such as 5.1.1, or nothing."""
    found = _STATUS.match(text)
    return found.group() if found else ""


def outcome_of_refusal(about: About, code: int, status: str) -> Delivery | None:
    """What it means that a server said no. None: try again later.

    Every 4xx passes. A 5xx about an address is final at once, unless it is a rule of the server (5.7) that
    has nothing to do with the address. A 5xx about us is a mistake in a setting that somebody mends. A 5xx
    about the mail itself comes back every time, so a person has to look.
    """
    if code < 500:
        return None
    if about == About.ADDRESS and not status.startswith("5.7."):
        return Delivery.REFUSED
    if about == About.MAIL:
        return Delivery.FAILED
    return None
