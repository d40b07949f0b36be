"""How a message can reach somebody, over plain values."""

from __future__ import annotations

from .states import CADENCES, Channel, Choice


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
