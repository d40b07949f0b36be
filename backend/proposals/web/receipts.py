"""The receipt of everything somebody did at a portal, on paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, pgettext
from django.views.generic import View

from backend.core.pdf import render_pdf
from backend.core.web.views import SignedInMixin
from backend.identity.models import Mandate, Person
from backend.identity.web.requests import mandate_of, person_of
from backend.places.models import Portal

from ..models import Plan, Vote
from ..selectors.plans import list_own_plans
from ..selectors.rounds import current_round
from ..selectors.votes import list_own_votes
from ..states import PlanState
from .base import PortalMixin
from .documents import pdf_response
from .presenting import moment_label
from .printing import colours_of


class ReceiptPdf(SignedInMixin, PortalMixin, View):
    """One's votes and plans as they stand now, with the number to come back with."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        round_now = current_round(self.portal.pk, at=self.now)
        content = receipt_pdf(
            portal=self.portal,
            person=person_of(request),
            votes=list(list_own_votes(self.actor)),
            plans=list(list_own_plans(self.actor)),
            closes_at=round_now.closes_at if round_now else None,
            mandate=mandate_of(request),
            language=get_language() or "nl",
            now=self.now,
        )
        response = pdf_response(content, "receipt.pdf")
        response.headers["Cache-Control"] = "private, no-store"
        return response


def receipt_pdf(
    *,
    portal: Portal,
    person: Person,
    votes: list[Vote],
    plans: list[Plan],
    closes_at: datetime | None,
    mandate: Mandate | None,
    language: str,
    now: datetime,
) -> bytes:
    """The receipt as a PDF, in the language of the page it was asked on."""
    title = pgettext("on paper", "Your receipt")
    facts = [[pgettext("on paper", "Printed on"), moment_label(now)]]
    if mandate is not None:
        helped = {
            "who": mandate.assistant.name or pgettext("on paper", "An assistant"),
            "how": mandate.get_channel_display(),
        }
        facts.append(
            [pgettext("on paper", "Help"), pgettext("on paper", "%(who)s helped you. How: %(how)s.") % helped]
        )
    data = {
        "portal": portal.name,
        "title": title,
        "lead": pgettext(
            "on paper",
            "This is what we received from you. Keep this paper: with the number you can come back.",
        ),
        "number": person.card_number,
        "facts": facts,
        "votes": [{"title": vote.plan.title, "about": _about_vote(vote)} for vote in votes],
        "plans": [{"title": plan.title or "–", "about": str(plan.get_state_display())} for plan in plans],
        "after": _what_comes(portal, closes_at),
        "help": pgettext("on paper", "Questions? Call %(phone)s.") % {"phone": portal.contact_phone}
        if portal.contact_phone
        else "",
        "words": {
            "page": pgettext("on paper", "Page"),
            "number": pgettext("on paper", "Your number"),
            "votes": pgettext("on paper", "You voted for"),
            "plans": pgettext("on paper", "You proposed"),
            "nothing": pgettext("on paper", "You have not voted or proposed anything yet."),
            "after": pgettext("on paper", "What comes now"),
        },
        **colours_of(portal),
    }
    return render_pdf("receipt", data, language=language, title=title, created_at=now)


def _about_vote(vote: Vote) -> str:
    cast = pgettext("on paper", "Received on %(moment)s.") % {"moment": moment_label(vote.cast_at)}
    if vote.is_counting:
        return f"{cast} {pgettext('on paper', 'Your vote counts.')}"
    if vote.plan.state == PlanState.COMPETING:
        return f"{cast} {pgettext('on paper', 'Your vote is kept, but does not count yet.')}"
    return f"{cast} {pgettext('on paper', 'Your vote did not count.')}"


def _what_comes(portal: Portal, closes_at: datetime | None) -> list[str]:
    lines = []
    if closes_at is not None:
        lines.append(
            pgettext("on paper", "You can change your votes until %(moment)s.")
            % {"moment": moment_label(closes_at)}
        )
    lines.append(pgettext("on paper", "We tell you what happens with every plan you voted for or proposed."))
    if portal.counter_address:
        lines.append(
            pgettext("on paper", "You can hear it at the counter: %(address)s.")
            % {"address": portal.counter_address}
        )
    lines.append(pgettext("on paper", "Somebody else did this without asking you? Call us. We take it back."))
    return lines
