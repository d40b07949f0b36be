"""The rules of a discussion, over plain values."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from backend.core.plain import one_line

# Our defaults. The page with the rules says them too.
EDIT_WITHIN = timedelta(minutes=30)
MOST_PINNED = 3
# The same text sent again this soon is one click too many, or a page that was sent again.
SAME_TEXT_WITHIN = timedelta(minutes=1)
# Our defaults. An account is new for this long. Its texts wait until this many stand there.
NEW_ACCOUNT = timedelta(hours=24)
FIRST_TEXTS = 2
# More texts of one person at one portal than this, within this time, wait.
MANY_TEXTS = 10
MANY_WITHIN = timedelta(minutes=10)
# Within this time the same text of the same person is a repeat.
REPEAT_WITHIN = timedelta(days=7)

# The endings of all countries, and others that people advertise with.
_COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw"
    " by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et"
    " eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id"
    " ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu"
    " lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np"
    " nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk"
    " sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy"
    " uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
_OTHERS = "com org net info shop site online store amsterdam xyz biz app dev club click"
# Dutch writes these with a dot, and some people leave out the space after it: "bijv.in de straat".
_ABBREVIATIONS = (
    "art bijv blz bv ca dhr dr drs ds enz etc evt excl gem incl ing ir jl max min mr mw nr ong prof"
    " resp st str tel vgl"
)


def _any_of(words: str) -> str:
    """One of some endings, in small letters or in capitals alone: "klaar.Nu" is no address."""
    return "(?:" + "|".join([*words.split(), *words.upper().split()]) + r")(?![^\W_])"


# An address of mail is no web address, unless a path follows.
_MAIL = re.compile(r"[\w.+-]++@[\w-]++(?:\.[\w-]+)++(?!/)")
_WEB_ADDRESS = re.compile(
    # Anywhere, also glued to something else.
    r"(?i:https?://|(?<![^\W_])www\.\S)"
    # Any ending at all when a path follows: "t.me/kanaal".
    r"|[^\W_]\.[^\W\d_]{2,}/"
    rf"|[^\W_]\.{_any_of(_OTHERS + ' nl eu')}"
    # Two signs before the dot at least, so neither "o.a." nor "i.v.m.de" is one. "Mr.ir." ends in a dot.
    rf"|(?<![^\W_])(?!(?i:{'|'.join(_ABBREVIATIONS.split())})\.)[^\W_][\w-]+\.{_any_of(_COUNTRIES)}"
)


def readable(text: str) -> str:
    """What somebody typed as it is kept: one kind of line end, nothing around it, no sign without meaning."""
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def can_still_edit(placed_at: datetime, *, now: datetime) -> bool:
    return now < placed_at + EDIT_WITHIN


def beginning_of(text: str, *, length: int) -> str:
    """As much of a text as stands in a list: all of it, or whole words up to a length."""
    if len(text) <= length:
        return text
    cut = text[:length].rsplit(None, 1)[0].rstrip()
    return cut + "…"


def pages_for(*counts: int, size: int) -> int:
    """How many pages the longest of some lists fills; at least one."""
    return max(1, -(-max(counts) // size))


def has_web_address(text: str) -> bool:
    return _WEB_ADDRESS.search(_MAIL.sub(" ", text)) is not None


def is_new_account(*, joined_at: datetime, texts_before: int, now: datetime) -> bool:
    """Whether an account began less than a day ago and has too few texts that everybody can read."""
    return now - joined_at < NEW_ACCOUNT and texts_before < FIRST_TEXTS


def as_compared(text: str) -> str:
    """A text as it is compared with another: capitals, white space and signs that nobody
    sees make no difference."""
    return one_line(text.casefold())
