"""Every address where people work, and every private one, tried by every role. A new one needs a row here.

Beside `proposals/test_addresses.py`, which says what residents, a proposer and a clerk get.
This says who gets in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from backend.core.tenancy import in_municipality
from backend.feedback.models import Subject
from backend.identity.models import Person, RoleAssignment
from backend.identity.services.assistance import start_helping
from backend.identity.services.copies import ask_for_copy, make_copy
from backend.identity.states import HelpChannel, Role
from backend.notifications.selectors.newsletters import blocks_of
from backend.places.models import Portal
from tests.builders.clocks import make_clocks
from tests.builders.discussions import make_argument, make_thread
from tests.builders.letters import check, make_letters, people_csv, send_in
from tests.builders.moderation import moderated
from tests.builders.newsletters import make_newsletter
from tests.builders.outbox import printed_batch, uncertain_message
from tests.builders.people import actor_of, make_person
from tests.builders.plans import argue, close, make_meeting, make_plan, round_at
from tests.builders.portals import make_portal
from tests.builders.promises import make_unreached
from tests.builders.web import client_for

# c clerk, r councillor, o official, m moderator, b organiser, h assistant,
# a auditor, p privacy officer, g administrator. `all` is everybody with a role, `in` everybody signed in,
# `none` nobody of those, because it is of somebody else; with "hidden" it is not there (404) for them.
#   name                what is in it   who gets in
TABLE = """
desk                    -               all
desk_rules              -               c
desk_meeting            -               c
desk_categories         -               c
desk_counter            -               ch
take_off_agenda         winner          c
give_context            winner          o
record_outcome          winner          cr
help_desk               -               ch
undelivered             -               cb
settle_message          uncertain       cb
post_desk               -               b
make_post               -               b
post_batch              batch           b
post_file               batch           b
calls                   -               ch
called                  uncertain       ch
stop_helping            -               in
answers_owed            -               crobg
owed_subject            owed            crobg
write_answer            owed            r
save_answer             owed            r
look_at_answer          owed            r
see_letter              owed            r
arrange_answer          owed            cbg
waive_answers           owed            cg
unreached               -               ch
tell_in_person          unreached       ch
waive_one               unreached       c
my_answers              -               in
letters_desk            -               b
send_in_list            -               b
resident_list           checked         b
list_columns            mapping         b
confirm_list            checked         b
discard_list            checked         b
list_findings           checked         b
start_letters           list            b
check_again             checked         b
print_again             run             b
letter_run              run             b
letters_file            run             b
one_letter              run             b
revoke_letters          run             b
roles                   -               g
role_give               -               g
role_change             role            g
role_end                role            g
retention               -               p
set_clock               clock           p
record                  -               a
record_export           csv             a
record_export           jsonl           a
record_check            -               a
newsletter_desk         -               cb
new_newsletter          -               cb
newsletter_draft        newsletter      cb
newsletter_words        newsletter      cb
newsletter_items        newsletter      cb
newsletter_text         newsletter      cb
change_newsletter_text  own_text        cb
newsletter_block        own_text        cb
newsletter_preview      newsletter      cb
newsletter_test         newsletter      cb
newsletter_send         newsletter      cb
newsletter_away         newsletter      cb
my_page                 -               in
my_votes                -               in
my_plans                -               in
my_messages             -               in
my_settings             -               in
my_reach                -               in
my_data                 -               in
my_copy                 -               in
my_consents             -               in
my_help                 -               in
my_sign_in              -               in
my_password             -               in
my_devices              -               in
second_factor           -               in
change_address          -               in
leave                   -               in
join_account            -               in
receipt                 -               in
fetch_copy              copy            none hidden
take_back_mandate       mandate         none hidden
prepare                 winner          none
ask_question            talk            r
summarise               talk            r
pin                     argument        r
moderation_queue        -               m
moderation_done         -               m
moderation_pauses       -               m
moderation_objections   -               m
moderation_interests    -               m
moderation_objection    objection       m
moderation_item         held_text       m
declare_interest        thread          m
act_hide                held_text       m
act_rephrase            held_text       m
act_release             held_text       m
act_leave               held_text       m
act_restore             hidden_text     m
act_forget              held_text       m
act_move                held_text       m
act_pause               held_text       m
close_discussion        thread          m
reopen_discussion       thread          m
end_pause               pause           m
my_moderation           action          none hidden
my_rephrasing           action          none hidden
take_up                 plan_argument   none
"""
# Under /mijn/ as well, of one's own account alone: with no such thing of one's own there is nothing to get.
OWN_ONLY = {
    "confirm_address",
    "how_votes_count",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_deactivate_totp",
    "mfa_edit_webauthn",
    "mfa_index",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "remove_password",
}
LETTER_OF = {
    Role.CLERK: "c",
    Role.COUNCILLOR: "r",
    Role.OFFICIAL: "o",
    Role.MODERATOR: "m",
    Role.ORGANISER: "b",
    Role.ASSISTANT: "h",
    Role.AUDITOR: "a",
    Role.PRIVACY_OFFICER: "p",
    Role.ADMINISTRATOR: "g",
}
LINES = [line.split() for line in TABLE.strip().splitlines()]
ROWS = [(name, kind, who, bool(hidden)) for name, kind, who, *hidden in LINES]
PRIVATE = ("/werk/", "/mijn/")


@dataclass
class Work:
    """One portal with something real behind every address."""

    west: Portal
    organiser: Person
    """Who sent in the lists: their mistakes are for nobody else, not even another organiser."""
    args: dict[str, list[Any]]


@pytest.fixture
def work(west: Portal) -> Work:
    now = timezone.now()
    make_clocks()
    before = now - timedelta(days=40)
    somebody, helper = make_person(west), make_person(west, roles=[Role.CLERK])
    proposer = actor_of(somebody, west)
    winner = make_plan(west, proposer=proposer, at=before, votes=2, title="Winnaar")
    make_meeting(west, starts_at=now + timedelta(days=30), at=before)
    close(round_at(west, before))
    round_at(west, now)
    plan = make_plan(west, proposer=proposer, at=now)
    run = make_letters(west, 1, at=now)[0]
    sender = make_person(west, roles=[Role.ORGANISER])
    organiser = actor_of(sender, west)
    mapping = send_in(organiser, west, people_csv(1, first=50), at=now)
    faulty = f"{people_csv(1, first=60)}Vos;Noor;geen dag;1055 TK;1;;Kerkstraat;Amsterdam\n"
    checked = check(organiser, send_in(organiser, west, faulty, at=now), at=now)
    argument = make_argument(make_thread(west, at=now), at=now)
    mandate = start_helping(
        actor=actor_of(helper, west),
        portal=west,
        card_number=somebody.card_number,
        channel=HelpChannel.PHONE,
        now=now,
    )
    export = ask_for_copy(actor=proposer, now=now)
    make_copy(export_id=export.pk, now=now)
    export.refresh_from_db()
    newsletter = make_newsletter(west)
    return Work(
        west,
        sender,
        {
            "-": [],
            "winner": [winner.public_id],
            "plan_argument": [plan.public_id, argue(plan, at=now).public_id],
            "mapping": [mapping.public_id],
            "checked": [checked.public_id],
            "list": [run.resident_list.public_id],
            "run": [run.public_id],
            "owed": [Subject.objects.get(subject_id=winner.pk).public_id],
            "unreached": [make_unreached(Subject.objects.get(subject_id=winner.pk))],
            "role": [RoleAssignment.objects.get(person=helper).pk],
            "clock": ["messages"],
            "csv": ["csv"],
            "jsonl": ["jsonl"],
            "copy": [export.token],
            "mandate": [mandate.public_id],
            "talk": [argument.thread.public_id],
            "argument": [argument.public_id],
            **moderated(west, at=now),
            "newsletter": [newsletter.public_id],
            "own_text": [newsletter.public_id, blocks_of(newsletter)[0].pk],
            "batch": [printed_batch(west, somebody, at=now).public_id],
            "uncertain": [uncertain_message(west, somebody, at=now).pk],
        },
    )


def tried(browser: Client, verb: str, address: str) -> HttpResponseBase:
    """One request, of which nothing stays: neither what it changed nor its cookies."""
    cookies = browser.cookies.copy()
    with transaction.atomic():
        response: HttpResponseBase = getattr(browser, verb)(address)
        transaction.set_rollback(True)
    browser.cookies = cookies
    return response


def outcome_of(response: HttpResponseBase) -> str:
    """Whether somebody got in, was asked to sign in, may not, or was told that it is not there."""
    if response.status_code in {301, 302}:
        to = response.headers["Location"]
        if to.startswith("/aanmelden/"):
            return "sign in"
        # To a second factor or to confirming once more: neither is the place itself.
        return "stopped" if to.startswith("/mijn/aanmelden/") else "in"
    known = {403: "no", 404: "not there", 405: "verb", 200: "in", 409: "in", 422: "in"}
    return known.get(response.status_code, str(response.status_code))


Expected = Callable[[str, bool], set[str]]


def wrong_answers(work: Work, browser: Client, expected: Expected) -> list[str]:
    """Where somebody gets something else than they should.

    Who gets in does so by GET or POST: the other may be refused for want of data. Everybody else is turned
    away by both, or by one when the other is no verb there.
    """
    wrong = []
    for name, kind, who, hidden in ROWS:
        address = reverse(name, args=work.args[kind])
        found = {outcome_of(tried(browser, verb, address)) for verb in ("get", "post")}
        wanted = expected(who, hidden)
        is_right = found - {"verb"} and found - {"verb"} <= wanted
        if wanted == {"in"}:
            is_right = "in" in found and found <= {"in", "verb", "no", "not there"}
        if not is_right:
            wrong.append(f"{address}: {' and '.join(sorted(found))}, not {' or '.join(wanted)}")
    return wrong


@pytest.mark.parametrize("role", list(Role))
def test_a_role_gets_in_where_the_table_says_and_nowhere_else(work: Work, role: Role) -> None:
    person = work.organiser if role == Role.ORGANISER else make_person(work.west, roles=[role])
    browser = client_for(person, work.west)

    def expected(who: str, hidden: bool) -> set[str]:
        gets_in = who in {"all", "in"} or (who != "none" and LETTER_OF[role] in who)
        return {"in"} if gets_in else {"not there"} if hidden else {"no"}

    wrong = wrong_answers(work, browser, expected)
    assert not wrong, "\n".join(wrong)


def _of_a_resident(who: str, hidden: bool) -> set[str]:
    return {"in"} if who == "in" else {"not there"} if hidden else {"no"}


def test_a_resident_gets_in_at_their_own_pages_alone(work: Work) -> None:
    wrong = wrong_answers(work, client_for(make_person(work.west), work.west), _of_a_resident)
    assert not wrong, "\n".join(wrong)


def test_a_role_without_a_second_factor_opens_nothing(work: Work) -> None:
    """Nobody but a councillor: everybody else shows a second factor first."""
    person = make_person(work.west, roles=[role for role in Role if role != Role.COUNCILLOR])
    browser = client_for(person, work.west, second_factor=False)

    def expected(who: str, hidden: bool) -> set[str]:
        return {"in"} if who == "in" else {"not there"} if hidden else {"no", "stopped"}

    wrong = wrong_answers(work, browser, expected)
    assert not wrong, "\n".join(wrong)


def _of_a_visitor(who: str, hidden: bool) -> set[str]:
    return {"sign in", "not there"} if hidden else {"sign in"}


def test_a_visitor_is_asked_to_sign_in_everywhere(work: Work) -> None:
    wrong = wrong_answers(work, client_for(None, work.west), _of_a_visitor)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", [None, *Role])
def test_after_signing_out_nobody_gets_in(work: Work, role: Role | None) -> None:
    browser = client_for(make_person(work.west, roles=[role] if role else []), work.west)
    session = browser.cookies["sessionid"].value
    assert browser.post(reverse("account_logout")).status_code == 302
    # Also with the cookie from before: signing out ends the session, and not only what the browser knows.
    browser.cookies["sessionid"] = session
    wrong = wrong_answers(work, browser, _of_a_visitor)
    assert not wrong, "\n".join(wrong)


def test_every_role_elsewhere_finds_nothing_of_it(work: Work) -> None:
    """Somebody with every role at a portal of another municipality, at their own portal and at this one."""
    other = make_portal("oosterpark", code="GM0014")
    with in_municipality(other.municipality_id):
        person = make_person(other, roles=list(Role))
    there, here = client_for(person, other), client_for(person, work.west)
    wrong = wrong_answers(work, here, _of_a_resident)
    for name, kind, *_ in ROWS:
        # What needs nothing in its address is their own there. What has a name or number is of this portal.
        if kind in {"-", "csv", "jsonl", "clock"}:
            continue
        address = reverse(name, args=work.args[kind])
        found = {outcome_of(tried(there, verb, address)) for verb in ("get", "post")} - {"verb"}
        if found != {"not there"}:
            wrong.append(f"there, {address}: {' and '.join(sorted(found))}")
    assert not wrong, "\n".join(wrong)


def test_every_place_of_work_and_every_private_page_has_a_row() -> None:
    known = {row[0] for row in ROWS} | OWN_ONLY
    every = _all(get_resolver("backend.config.urls").url_patterns)
    assert {name for name, path in every if path.startswith(PRIVATE)} <= known


def _all(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _all(pattern.url_patterns, path)
        else:
            yield str(pattern.name), path
