"""What is printed about plans and counts: words from here, form from `frontend/templates/print`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from backend.core.pdf import render_pdf
from backend.core.qr import qr_svg
from backend.places.models import Portal

from ..models import Plan, Protocol, Round, Rules
from ..rules import places_of
from .presenting import moment_label, votes_label

# Printed below the title of a poster; the rest is one scan away.
POSTER_TEXT = 400
# Thousands of rows take more memory to print than a web process has; the JSON always has all.
PRINTED_PLANS = 500


def poster_pdf(plan: Plan, *, address: str, round_now: Round | None, language: str) -> bytes:
    """An A4 of one plan: what it is, until when one can vote, and a code that leads there."""
    with override(language):
        closing = moment_label(round_now.closes_at) if round_now else ""
        data = {
            "portal": plan.portal.name,
            "title": plan.title,
            "what": plan.what if len(plan.what) <= POSTER_TEXT else plan.what[:POSTER_TEXT].rstrip() + "…",
            "closing": _("Vote until %(moment)s") % {"moment": closing} if closing else "",
            "link": address,
            "qr": qr_svg(address),
            "words": {
                "kicker": _("A plan for %(place)s") % {"place": plan.portal.district.name},
                "vote": _("Vote for this plan") if round_now else _("Read the plan"),
                "how": _("Scan the code with your phone, or go to:"),
                "help": _help_line(plan.portal),
                "qr": _("Code that leads to %(address)s") % {"address": address},
            },
            **colours_of(plan.portal),
        }
        return render_pdf("poster", data, language=language, title=plan.title, created_at=plan.changed_at)


def protocol_as_pdf(protocol: Protocol, *, language: str) -> bytes:
    """The record of a count on paper, tagged so that it can be read aloud."""
    with override(language):
        body = protocol.body
        title = _("Protocol of count %(number)s") % {"number": body["round"]}
        winner = next((plan for plan in body["plans"] if plan["plan"] == body["winner"]), None)
        summary = _("No plan won this count.")
        if winner is not None:
            named = {"title": winner["title"], "votes": votes_label(winner["votes"])}
            summary = _("“%(title)s” won with %(votes)s.") % named
        data = {
            "portal": protocol.round.portal.name,
            "title": title,
            "summary": summary,
            "facts": [
                [_("Closed"), moment_label(protocol.round.closes_at)],
                [_("Counted"), moment_label(protocol.made_at)],
            ],
            "rules": _rules_rows(protocol.round.rules),
            "plans": _plan_rows(body),
            "more": _more_plans(body),
            "not_counted": [[_reason(reason), str(number)] for reason, number in body["not_counted"].items()],
            "tie": _tie(body),
            "lot": [
                [_("Fingerprint of the lot, published before"), body["lot"]["commitment"]],
                [_("Secret number of the lot"), body["lot"]["secret"]],
            ],
            "hash": body["hash"],
            "previous_hash": body["previous_hash"],
            "words": _protocol_words(),
            **colours_of(protocol.round.portal),
        }
        return render_pdf("protocol", data, language=language, title=title, created_at=protocol.made_at)


def rules_in_words(rules: Rules) -> list[str]:
    """The rules of play as sentences, for paper."""
    age = {"age": rules.minimum_age, "place": rules.district.name}
    taking_part = ngettext(
        "A plan takes part in %(n)s count.", "A plan takes part in %(n)s counts.", rules.counts
    )
    least = ngettext(
        "A winner needs at least %(n)s vote.", "A winner needs at least %(n)s votes.", rules.minimum_votes
    )
    return [
        f"{rules.get_period_display()}, {rules.closing_time:%H:%M:%S}",
        taking_part % {"n": rules.counts},
        least % {"n": rules.minimum_votes}
        if rules.minimum_votes
        else _("There is no minimum number of votes."),
        _("Votes count of people who live in %(place)s and are %(age)s or older.") % age,
        str(rules.get_proof_level_display()),
        str(rules.get_totals_display()),
    ]


def _rules_rows(rules: Rules) -> list[list[str]]:
    labels = (_("When"), _("Counts"), _("Minimum"), _("Who"), _("Proof"), _("Totals"))
    return [list(pair) for pair in zip(labels, rules_in_words(rules), strict=True)]


def _plan_rows(body: dict[str, Any]) -> list[dict[str, Any]]:
    outcomes = {"winner": _("Winner"), "competes_again": _("Competes again"), "lapsed": _("Not selected")}
    places = places_of({plan["plan"]: plan["votes"] for plan in body["plans"]})
    most = max((plan["votes"] for plan in body["plans"]), default=0)
    return [
        {
            "place": str(places[plan["plan"]]),
            "title": plan["title"],
            "reference": plan["reference"],
            "votes": str(plan["votes"]),
            "share": plan["votes"] / most if most else 0,
            "not_counted": str(sum(plan["not_counted"].values())),
            "count": str(plan["count"]),
            "outcome": outcomes[plan["outcome"]],
            "won": plan["outcome"] == "winner",
        }
        for plan in body["plans"][:PRINTED_PLANS]
    ]


def _more_plans(body: dict[str, Any]) -> str:
    """What to say about plans that are not on paper; nothing when all are."""
    left_out = len(body["plans"]) - PRINTED_PLANS
    if left_out <= 0:
        return ""
    more = ngettext(
        "%(n)s more plan is in the JSON file.", "%(n)s more plans are in the JSON file.", left_out
    )
    return more % {"n": left_out}


def _tie(body: dict[str, Any]) -> dict[str, Any] | None:
    if body["tie"] is None:
        return None
    titles = {plan["plan"]: plan["title"] for plan in body["plans"]}
    return {
        "explanation": _("These plans had the same number of votes. The lot drew them in this order:"),
        "order": [titles[plan] for plan in body["tie"]["order"]],
    }


def _reason(reason: str) -> str:
    reasons = {"no_proof": _("Had not shown yet to live here"), "too_young": _("Too young")}
    return reasons.get(reason, reason)


def _help_line(portal: Portal) -> str:
    return _("No internet? Call %(phone)s.") % {"phone": portal.contact_phone} if portal.contact_phone else ""


def colours_of(portal: Portal) -> dict[str, str]:
    """What of the house style is printed."""
    printed = {"accent": "mb-color-accent", "on_accent": "mb-color-on-accent"}
    return {name: portal.house_style[token] for name, token in printed.items() if token in portal.house_style}


def _protocol_words() -> dict[str, str]:
    return {
        "page": _("Page"),
        "rules": _("Rules in force"),
        "plans": _("All plans and their votes"),
        "place": _("Place"),
        "plan": _("Plan"),
        "votes": _("Votes"),
        "not_counted_short": _("Not counted"),
        "count": _("Count"),
        "outcome": _("Outcome"),
        "no_plans": _("No plan took part."),
        "not_counted": _("Votes that did not count"),
        "nobody_left_out": _("Every vote counted."),
        "tie": _("Equal votes"),
        "no_tie": _("No lot was needed."),
        "lot": _("The lot"),
        "check": _("Check it yourself"),
        "check_how": _(
            "Save the protocol and the script from the page of this count. The script says what it checked."
        ),
        "hash": _("Fingerprint of this protocol"),
        "previous_hash": _("Fingerprint of the one before"),
        "no_previous": _("This is the first protocol."),
    }
