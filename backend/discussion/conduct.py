"""Rules of conduct, what moderators can do, and what may come of it. No queries, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import IntegerChoices, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .states import PostState


class ConductRule(TextChoices):
    """What a text may not do. Every report and every act names one."""

    INSULT = "insult", _("Insult or threat")
    DISCRIMINATION = "discrimination", _("Discrimination")
    PRIVACY = "privacy", _("Privacy of others")
    ADVERTISING = "advertising", _("Advertising")
    OFF_TOPIC = "off_topic", _("Not about this, or in the wrong place")
    REPEAT = "repeat", _("Repeated or meaningless")
    UNLAWFUL = "unlawful", _("Against the law")
    UNREADABLE = "unreadable", _("Cannot be read")
    # Of acts alone: for what a moderator lets stand, shows or gives back.
    FITS = "fits", _("It fits the rules")


SENTENCES: Mapping[str, Promise] = {
    ConductRule.INSULT: _("Insult nobody and threaten nobody. You may disagree with everything."),
    ConductRule.DISCRIMINATION: _(
        "Judge nobody by where they come from, what they believe, whom they love, or how their body works."
    ),
    ConductRule.PRIVACY: _(
        "Write nothing private about others: no names of neighbours, no addresses, no phone numbers."
    ),
    ConductRule.ADVERTISING: _("Do not advertise: not for a shop, not for a party, not for yourself."),
    ConductRule.OFF_TOPIC: _("Write about the subject at hand, and put it on the side where it belongs."),
    ConductRule.REPEAT: _("Say it once. Do not fill the page with the same text or with nonsense."),
    ConductRule.UNLAWFUL: _("Write nothing that the law forbids, and call on nobody to break it."),
    ConductRule.UNREADABLE: _("Write so that others can read it, in Dutch or English."),
}
# What a text can break, for who reports or acts.
BREAKABLE = [(str(rule.value), rule.label) for rule in ConductRule if rule != ConductRule.FITS]


class Act(TextChoices):
    """What a moderator did."""

    HIDE = "hide", _("Hid a text")
    RESTORE = "restore", _("Showed a text again")
    RELEASE = "release", _("Let a text through")
    LEAVE = "leave", _("Left a reported text as it was")
    REPHRASE = "rephrase", _("Asked to rephrase a text")
    FORGET = "forget", _("Removed what a text said before")
    MOVE = "move", _("Moved a text")
    MOVE_BACK = "move_back", _("Moved a text back")
    CLOSE = "close", _("Closed a discussion")
    REOPEN = "reopen", _("Opened a discussion again")
    PAUSE = "pause", _("Paused a person")
    END_PAUSE = "end_pause", _("Ended a pause early")


# Each act that takes something from somebody, and the act that gives it back. One can object to the first.
GIVES_BACK: Mapping[str, Act] = {
    Act.HIDE: Act.RESTORE,
    Act.REPHRASE: Act.RESTORE,
    Act.MOVE: Act.MOVE_BACK,
    Act.CLOSE: Act.REOPEN,
    Act.PAUSE: Act.END_PAUSE,
}
# In which states a text can be for an act about it, and in which it is afterwards.
FROM: Mapping[Act, frozenset[PostState]] = {
    Act.HIDE: frozenset({PostState.SHOWN, PostState.HELD}),
    Act.REPHRASE: frozenset({PostState.SHOWN, PostState.HELD}),
    Act.RESTORE: frozenset({PostState.HIDDEN}),
    Act.RELEASE: frozenset({PostState.HELD}),
    Act.LEAVE: frozenset({PostState.SHOWN}),
    Act.FORGET: frozenset({PostState.SHOWN, PostState.HELD, PostState.HIDDEN}),
    Act.MOVE: frozenset({PostState.SHOWN, PostState.HELD}),
    Act.PAUSE: frozenset({PostState.SHOWN, PostState.HELD, PostState.HIDDEN}),
}
INTO: Mapping[Act, PostState] = {
    Act.HIDE: PostState.HIDDEN,
    Act.REPHRASE: PostState.HIDDEN,
    Act.RESTORE: PostState.SHOWN,
    Act.RELEASE: PostState.SHOWN,
    Act.LEAVE: PostState.SHOWN,
}


class ReportOutcome(TextChoices):
    """What came of a report, as the one who reported hears it."""

    ACTED = "acted", _("A moderator acted")
    LEFT = "left", _("A moderator left the text as it was")
    WITHDRAWN = "withdrawn", _("The writer took the text back")


class ObjectionOutcome(TextChoices):
    """What a second moderator decided."""

    GRANTED = "granted", _("The objection is right: it was undone")
    UPHELD = "upheld", _("What the first moderator did stays")


class PauseDays(IntegerChoices):
    """For how long somebody cannot write at a portal."""

    ONE = 1, _("1 day")
    SEVEN = 7, _("7 days")
    THIRTY = 30, _("30 days")


# Our defaults. Six weeks is the term for objections of the Awb (article 6:7).
TIME_TO_OBJECT = timedelta(weeks=6)
# Our default: this many reports of one person at a portal in a day, so that nobody floods the moderators.
MOST_REPORTS, REPORTS_WITHIN = 20, timedelta(days=1)
LONGEST_WAIT = timedelta(hours=24)
LONGEST_WAIT_FOR_OBJECTION = timedelta(days=7)
