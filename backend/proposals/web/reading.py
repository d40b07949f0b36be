"""Pages that everyone can read: rules, counts and the committee's agenda."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse

from ..models import Round
from ..rules import places_of
from ..selectors.meetings import get_meeting, list_meetings, list_past_meetings, list_waiting_items
from ..selectors.rounds import current_round, get_protocol, latest_rules, list_counted_rounds
from .base import PortalPage, kept_until_close
from .presenting import moment_label, votes_label

SHOWN_IN_PROTOCOL = 100
PAST_MEETINGS = 12


class PublicPage(PortalPage):
    """A page that is the same for every visitor until something changes."""

    @cached_property
    def round_now(self) -> Round | None:
        return current_round(self.portal.pk, at=self.now)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = self.render_to_response(self.get_context_data(**kwargs))
        return kept_until_close(request, response, self.round_now, self.now)


class RulesPage(PublicPage):
    """The rules of play, in plain words."""

    template_name = "proposals/rules.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        round_now = self.round_now
        latest = latest_rules(self.portal.pk)
        rules = round_now.rules if round_now else latest
        return super().get_context_data(
            rules=rules,
            coming=latest if latest and rules and latest.version != rules.version else None,
            closes=moment_label(round_now.closes_at) if round_now else "",
            **kwargs,
        )


class RoundsPage(PublicPage):
    """Every month that was counted, latest first."""

    template_name = "proposals/rounds.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        round_now = self.round_now
        return super().get_context_data(
            rounds=list(list_counted_rounds(self.actor)),
            round=round_now,
            closes=moment_label(round_now.closes_at) if round_now else "",
            **kwargs,
        )


class ProtocolPage(PublicPage):
    """The record of one count."""

    template_name = "proposals/protocol.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        protocol = get_protocol(actor=self.actor, number=self.kwargs["number"])
        body = protocol.body
        places = places_of({plan["plan"]: plan["votes"] for plan in body["plans"]})
        most = max((plan["votes"] for plan in body["plans"]), default=0)
        rows = [
            {
                "label": f"{places[plan['plan']]}. {plan['title']}",
                "value": plan["votes"],
                "value_label": votes_label(plan["votes"]),
                "percent": round(100 * plan["votes"] / most) if most else 0,
                "url": f"/plannen/{plan['plan']}/",
                "highlight": plan["plan"] == body["winner"],
            }
            for plan in body["plans"][:SHOWN_IN_PROTOCOL]
        ]
        winner = next((plan for plan in body["plans"] if plan["plan"] == body["winner"]), None)
        titles = {plan["plan"]: plan["title"] for plan in body["plans"]}
        tie = body["tie"]
        return super().get_context_data(
            protocol=protocol,
            body=body,
            rows=rows,
            more_plans=max(len(body["plans"]) - SHOWN_IN_PROTOCOL, 0),
            winner=winner,
            winner_votes=votes_label(winner["votes"]) if winner else "",
            tied=[titles[plan] for plan in tie["order"]] if tie else [],
            closed=moment_label(protocol.round.closes_at),
            made=moment_label(protocol.made_at),
            **kwargs,
        )


class AgendaPage(PublicPage):
    """What the committee will discuss, and what it discussed."""

    template_name = "proposals/agenda.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            meetings=list(list_meetings(actor=self.actor, now=self.now)),
            past=list(list_past_meetings(actor=self.actor, now=self.now)[:PAST_MEETINGS]),
            waiting=list(list_waiting_items(self.actor)),
            **kwargs,
        )


class MeetingPage(PublicPage):
    """One meeting with its agenda."""

    template_name = "proposals/meeting.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        meeting = get_meeting(actor=self.actor, public_id=self.kwargs["public_id"])
        return super().get_context_data(meeting=meeting, **kwargs)
