"""What people read when signing in by a broker does not go as they meant it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..errors import AlreadyProved, HomeAlreadyProved
from ..oidc.errors import Kind
from ..services.broker import Outcome


def sentence_of(kind: Kind, *, name: str) -> str:
    """Why somebody came back from a broker without being signed in."""
    return {
        Kind.CANCELLED: _("Nothing was changed. You can try again, or choose another way."),
        Kind.START_AGAIN: _("This took too long, or it was done before. Nothing was changed. Start again."),
        Kind.LATER: _(
            "We cannot reach %(name)s at this moment. Nothing was changed. Try again in a few minutes."
        ),
        Kind.SURER: _(
            "You signed in at %(name)s in a way that is not sure enough for this. Nothing was changed. Try"
            " again and choose a surer way there, such as the app."
        ),
        Kind.BROKEN: _(
            "%(name)s and we do not understand each other at this moment. It is not your fault, and nothing"
            " was changed. We have been told. Try again tomorrow."
        ),
        Kind.WAIT: _(
            "This went wrong many times in a short while on your network. Nothing was changed. Wait a minute"
            " and try again."
        ),
    }[kind] % {"name": name}


def reason_of(outcome: str) -> str | None:
    """Why somebody is signed in without having shown where they live; None when that is no such outcome."""
    reasons: dict[str, str] = {
        Outcome.MISSING: _(
            "We did not get your name, date of birth and address. So we cannot see where you live."
        ),
        Outcome.ELSEWHERE: _(
            "Your address is not in the area of this site. So your votes do not count here."
        ),
        Outcome.UNKNOWN: _("We do not know your postcode yet. So we cannot see whether you live here."),
        Outcome.TAKEN: str(AlreadyProved.default_message),
        Outcome.HOME_TAKEN: str(HomeAlreadyProved.default_message),
    }
    return reasons.get(outcome)
