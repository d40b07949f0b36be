"""Every address of a portal, tried with GET and POST by everybody. A new address needs a row here."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from PIL import Image

from backend.core.actor import Actor
from backend.discussion.models import Post
from backend.discussion.services.arguments import edit_text
from backend.feedback.models import Subject
from backend.identity.models import LetterRun, RoleAssignment
from backend.identity.states import Role
from backend.notifications.models import Newsletter, Subscription
from backend.notifications.selectors.newsletters import blocks_of
from backend.places.models import Portal
from backend.proposals.models import Meeting, Plan
from backend.proposals.services.pictures import add_picture
from backend.proposals.services.plans import submit_plan
from tests.builders.discussions import make_argument, make_thread
from tests.builders.letters import make_letters
from tests.builders.moderation import moderated
from tests.builders.newsletters import make_newsletter, make_subscriber, send
from tests.builders.people import actor_of, make_person
from tests.builders.plans import (
    argue,
    close,
    make_draft,
    make_meeting,
    make_plan,
    make_votes,
    round_at,
)
from tests.builders.portals import make_portal
from tests.builders.web import client_for

# What stands in an address, by the name it has here. `own` is the address of the same thing for its proposer.
#   name                     what it takes        GET: visitor, resident, proposer, clerk   POST: the same
# p a page, j a page for people who are signed in only (others are asked to sign in), f a file, n not there,
# r a redirect, - not allowed, m the verb is refused, i a form that was sent empty, x no longer possible.
TABLE = """
plans                    -            p p p p   m m m m
plans_on_map             -            f f f f   m m m m
new_plan                 -            s p p p   s i i i
resembling               -            s p p p   s m m m
plan                     plan         p p p p   m m m m
plan                     draft        n n p n   m m m m
edit_plan                draft        s n p n   s n r n
edit_plan                plan         s - x -   s - x -
save_draft               draft        s m m m   s n f n
submit_plan              draft        s n p n   s n i n
submit_plan              plan         s r r r   s n r n
delete_draft             draft        s n p n   s n r n
withdraw_plan            plan         s - p -   s n r n
take_up                  of_plan      s - p -   s - i -
take_up                  of_draft     s n x n   s n x n
versions                 plan         p p p p   m m m m
versions                 draft        n n n n   m m m m
vote                     plan         s p p p   s r r r
vote                     draft        s n r n   s n - n
withdraw_vote            plan         s p p p   s r r r
prepare                  winner       s - p -   s - i -
prepare                  plan         s n n n   s n n n
picture                  picture      f f f f   m m m m
picture                  draft_pic    n n f n   m m m m
small_picture            picture      f f f f   m m m m
small_picture            draft_pic    n n f n   m m m m
poster                   plan         f f f f   m m m m
poster                   draft        n n n n   m m m m
my_page                  -            s p p p   s m m m
my_votes                 -            s p p p   s m m m
my_plans                 -            s p p p   s m m m
how_votes_count          -            s p p p   s i i i
rules                    -            p p p p   m m m m
rounds                   -            p p p p   m m m m
protocol                 protocol     p p p p   m m m m
protocol_json            protocol     f f f f   m m m m
protocol_pdf             protocol     f f f f   m m m m
protocol_verifier        -            f f f f   m m m m
agenda                   -            p p p p   m m m m
meeting                  meeting      p p p p   m m m m
desk                     -            s - - p   s - - m
desk_rules               -            s - - p   s - - i
desk_meeting             -            s - - p   s - - i
desk_categories          -            s - - p   s - - i
desk_counter             -            s - - p   s - - i
help_desk                -            s - - p   s - - i
stop_helping             -            s m m m   s r r r
my_help                  -            s p p p   s m m m
take_back_mandate        slug         s m m m   s n n n
join_account             -            s p p p   s m m m
receipt                  -            s f f f   s m m m
take_off_agenda          winner       s - - p   s - - i
take_off_agenda          plan         s n n n   s n n n
give_context             winner       s - - -   s - - -
record_outcome           winner       s - - p   s - - i
thread                   talk         p p p p   m m m m
argue_for                talk         s p p p   s i i i
argue_against            talk         s p p p   s i i i
ask_question             talk         s - - -   s - - -
summarise                talk         s - - -   s - - -
council_texts            talk         p p p p   m m m m
thread_seen              talk         s m m m   s r r r
post                     argument     p p p p   m m m m
reply                    argument     s p p p   s i i i
edit_text                argument     s - p -   s - i -
withdraw_text            argument     s - p -   s - r -
convincing               argument     s p - p   s r - r
pin                      argument     s m m m   s - - -
replies_seen             argument     s m m m   s r r r
history                  argument     p p p p   m m m m
discussion_rules         -            p p p p   m m m m
account_request_login_code  -         p r r r   p r r r
account_confirm_login_code  -         r r r r   r r r r
account_login            -            p r r r   p r r r
password_sign_in         -            p r r r   p r r r
mfa_login_webauthn       -            r r r r   p r r r
mfa_authenticate         -            r r r r   r r r r
reauthenticate           -            s r r r   s m m m
reauthenticate_by_code   -            s p p p   s i i i
account_reauthenticate   -            s r r r   s r r r
mfa_reauthenticate       -            s r r r   s r r r
mfa_reauthenticate_webauthn  -        s r r r   s r r r
my_sign_in               -            s p p p   s m m m
mfa_index                -            s p p p   s m m m
change_address           -            s p p p   s i i i
confirm_address          -            s r r r   s r r r
my_password              -            s p p p   s i i i
remove_password          -            s p p p   s r r r
second_factor            -            s p p p   s m m m
mfa_activate_totp        -            s p p p   s p p p
mfa_deactivate_totp      -            s p p p   s n n n
mfa_add_webauthn         -            s p p p   s p p p
mfa_edit_webauthn        number       s n n n   s n n n
mfa_remove_webauthn      number       s n n n   s n n n
mfa_view_recovery_codes  -            s p p p   s - - -
my_devices               -            s p p p   s r r r
account_signup           -            r r r r   r r r r
account_inactive         -            p p p p   m m m m
account_logout           -            r p p p   r r r r
my_data                  -            s p p p   s m m m
my_copy                  -            s p p p   s r r r
fetch_copy               token        n n n n   n n n n
my_consents              -            s p p p   s n n n
leave                    -            s p p p   s i i i
left                     -            p p p p   m m m m
retention                -            s - - -   s - - -
set_clock                purpose      s - - -   s - - -
demo_sign_in             slug         m m m m   n n n n
redeem_code              -            p p p p   i i i i
letters_desk             -            s - - -   s - - -
send_in_list             -            s - - -   s - - -
resident_list            list         s - - -   s - - -
list_columns             list         s - - -   s - - -
confirm_list             list         s - - -   s - - -
check_again              list         s - - -   s - - -
discard_list             list         s - - -   s - - -
list_findings            list         s - - -   s - - -
start_letters            list         s - - -   s - - -
letter_run               run          s - - -   s - - -
letters_file             run          s - - -   s - - -
print_again              run          s - - -   s - - -
one_letter               run          s - - -   s - - -
revoke_letters           run          s - - -   s - - -
broker_login             slug         m m m m   n n n n
broker_callback          slug         n n n n   m m m m
broker_result            outcome      s p p p   m m m m
broker_result            slug         s n n n   m m m m
newsletter               -            p p p p   i i i i
confirm_newsletter       subscriber   p p p p   r r r r
confirm_newsletter       token        n n n n   n n n n
unsubscribe_newsletter   mailbox      p p p p   p p p p
unsubscribe_newsletter   slug         p p p p   p p p p
newsletters              -            p p p p   m m m m
newsletter_page          sent_letter  p p p p   m m m m
newsletter_page          newsletter   n n n n   m m m m
newsletter_desk          -            s - - p   s - - m
new_newsletter           -            s - - p   s - - i
newsletter_draft         newsletter   s - - p   s - - m
newsletter_draft         sent_letter  s - - p   s - - m
newsletter_words         newsletter   s - - p   s - - i
newsletter_words         sent_letter  s - - x   s - - x
newsletter_items         newsletter   s - - p   s - - r
newsletter_text          newsletter   s - - p   s - - i
change_newsletter_text   own_text     s - - p   s - - i
newsletter_block         own_text     s - - m   s - - i
newsletter_preview       newsletter   s - - p   s - - m
newsletter_test          newsletter   s - - m   s - - r
newsletter_send          newsletter   s - - p   s - - x
newsletter_send          sent_letter  s - - x   s - - r
newsletter_away          newsletter   s - - p   s - - r
my_messages              -            s p p p   s r r r
my_settings              -            s p p p   s i i i
my_reach                 -            s p p p   s i i i
sent_mail                -            n n n n   n n n n
unsubscribe              slug         n n n n   n n n n
undelivered              -            s - - p   s - - r
settle_message           number       s - - m   s - - n
post_desk                -            s - - -   s - - -
make_post                -            s - - -   s - - -
post_batch               slug         s - - -   s - - -
post_file                slug         s - - -   s - - -
calls                    -            s - - p   s - - m
called                   number       s - - m   s - - n
who_does_what            -            p p p p   m m m m
promises                 -            p p p p   m m m m
promise                  owed         p p p p   m m m m
my_answers               -            s p p p   s m m m
answers_owed             -            s - - p   s - - m
owed_subject             owed         s - - p   s - - m
write_answer             owed         s - - -   s - - -
save_answer              owed         s - - -   s - - -
look_at_answer           owed         s - - -   s - - -
see_letter               owed         s - - -   s - - -
arrange_answer           owed         s - - p   s - - i
waive_answers            owed         s - - p   s - - i
unreached                -            s - - p   s - - m
tell_in_person           number       s - - n   s - - n
waive_one                number       s - - n   s - - n
moderation_figures       -            p p p p   m m m m
report_post              reported     s p p p   s i i i
report_post              held_text    s n n n   s n n n
my_moderation            action       s n n n   s n n n
my_rephrasing            action       s n n n   s n n n
moderation_queue         -            s - - -   s - - -
moderation_done          -            s - - -   s - - -
moderation_pauses        -            s - - -   s - - -
moderation_objections    -            s - - -   s - - -
moderation_interests     -            s - - -   s - - -
moderation_objection     objection    s - - -   s - - -
moderation_item          held_text    s - - -   s - - -
declare_interest         thread       s - - -   s - - -
act_hide                 held_text    s - - -   s - - -
act_rephrase             held_text    s - - -   s - - -
act_release              held_text    s - - -   s - - -
act_leave                held_text    s - - -   s - - -
act_restore              hidden_text  s - - -   s - - -
act_forget               held_text    s - - -   s - - -
act_move                 held_text    s - - -   s - - -
act_pause                held_text    s - - -   s - - -
close_discussion         thread       s - - -   s - - -
reopen_discussion        thread       s - - -   s - - -
end_pause                pause        s - - -   s - - -
roles                    -            s - - -   s - - -
role_give                -            s - - -   s - - -
role_change              role         s - - -   s - - -
role_end                 role         s - - -   s - - -
record                   -            s - - -   s - - -
record_export            file         s - - -   m m m m
record_check             -            s - - -   s - - -
daily_heads              -            p p p p   m m m m
daily_heads_json         -            f f f f   m m m m
places:portals           -            p p p p   m m m m
places:favicon           -            r r r r   m m m m
places:house_style       version      f f f f   m m m m
api_plans                -            f f f f   - - - -
api_plan                 plan         f f f f   - - - -
api_plan                 draft        n n n n   - - - -
api_rounds               -            f f f f   - - - -
api_protocol             protocol     f f f f   - - - -
api_schema               -            f f f f   m m m m
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]
WHO = ["visitor", "resident", "proposer", "clerk"]
# What stands in an address without being anything of a portal.
# Whoever unsubscribes reads the same wherever and how often they do.
NO_THINGS = {"mailbox", "-", "slug", "version", "file", "number", "outcome", "purpose"}


@dataclass
class World:
    """One portal with something behind every address, and one of another municipality."""

    west: Portal
    plan: Plan
    draft: Plan
    winner: Plan
    pictured: Plan
    meeting: Meeting
    for_plan: str
    owed: str
    role: int
    run: LetterRun
    argument: Post
    moderation: dict[str, list[Any]]
    newsletter: Newsletter
    sent_newsletter: Newsletter
    subscriber: Subscription
    browsers: dict[str, Client]

    def args(self, kind: str) -> list[Any]:
        return {
            "-": [],
            "plan": [self.plan.public_id],
            "draft": [self.draft.public_id],
            "of_plan": [self.plan.public_id, self.for_plan],
            "of_draft": [self.draft.public_id, self.for_plan],
            "winner": [self.winner.public_id],
            "picture": [self.pictured.public_id, 1],
            "draft_pic": [self.draft.public_id, 1],
            "protocol": [1],
            "meeting": [self.meeting.public_id],
            "owed": [self.owed],
            "role": [self.role],
            "file": ["csv"],
            "slug": ["niemand"],
            "token": ["bestaatniet"],
            "purpose": ["messages"],
            "version": ["oud"],
            "list": [self.run.resident_list.public_id],
            "run": [self.run.public_id],
            "talk": [self.argument.thread.public_id],
            "argument": [self.argument.public_id],
            "number": [0],
            "outcome": ["missing"],
            **self.moderation,
            "newsletter": [self.newsletter.public_id],
            "own_text": [self.newsletter.public_id, blocks_of(self.newsletter)[0].pk],
            "sent_letter": [self.sent_newsletter.public_id],
            "subscriber": [self.subscriber.token],
            "mailbox": [self.subscriber.token],
        }[kind]


def png() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    return file


def with_picture(proposer: Actor, plan: Plan) -> Plan:
    now = timezone.now()
    add_picture(actor=proposer, public_id=plan.public_id, upload=png(), description="Kade", now=now)
    return plan


def edited_argument(portal: Portal, writer: Actor) -> Post:
    """An argument that says something else than at first."""
    now = timezone.now()
    post = make_argument(make_thread(portal, at=now), at=now, writer=writer)
    return edit_text(actor=writer, post_public_id=post.public_id, text="Bij nader inzien", now=now)


@pytest.fixture
def world(west: Portal) -> World:
    now = timezone.now()
    before = now - timedelta(days=40)
    people = {
        "resident": make_person(west),
        "proposer": make_person(west),
        "clerk": make_person(west, roles=[Role.CLERK]),
    }
    proposer = actor_of(people["proposer"], west)
    winner = make_plan(west, proposer=proposer, at=before, votes=2, title="Winnaar")
    meeting = make_meeting(west, starts_at=now + timedelta(days=30), at=before)
    close(round_at(west, before))
    round_at(west, now)
    pictured = with_picture(proposer, make_draft(west, proposer=proposer, at=now, title="Met foto"))
    submit_plan(actor=proposer, public_id=pictured.public_id, now=now)
    plan = make_plan(west, proposer=proposer, at=now)
    return World(
        west=west,
        plan=plan,
        for_plan=argue(plan, at=now).public_id,
        draft=with_picture(proposer, make_draft(west, proposer=proposer, at=now, title="Concept", what="")),
        winner=winner,
        pictured=pictured,
        meeting=meeting,
        owed=Subject.objects.get(subject_id=winner.pk).public_id,
        role=RoleAssignment.objects.get(person=people["clerk"]).pk,
        run=make_letters(west, 1, at=now)[0],
        argument=edited_argument(west, proposer),
        moderation=moderated(west, at=now),
        newsletter=make_newsletter(west, at=now),
        sent_newsletter=send(make_newsletter(west, at=now), at=now),
        subscriber=make_subscriber(west, "abonnee@example.org", at=now),
        browsers={who: client_for(people.get(who), west) for who in WHO},
    )


def letter_of(response: HttpResponseBase) -> str:
    """What happened, in the letters of the table."""
    if response.status_code in {301, 302}:
        to = response.headers["Location"]
        return "s" if to.startswith("/aanmelden/?next=") else "r"
    if response.status_code == 200:
        return "p" if "html" in response.headers["Content-Type"] else "f"
    return {403: "-", 404: "n", 405: "m", 409: "x", 422: "i"}.get(
        response.status_code, str(response.status_code)
    )


def test_what_everybody_gets_at_every_address(world: World) -> None:
    wrong = []
    for name, kind, *expected in ROWS:
        address = reverse(name, args=world.args(kind))
        found = [
            letter_of(tried(world.browsers[who], verb, address)) for verb in ("get", "post") for who in WHO
        ]
        if found != expected:
            wrong.append(f"{name} {kind}: {' '.join(found)}, not {' '.join(expected)}")
    assert not wrong, "\n".join(wrong)


def tried(browser: Client, verb: str, address: str) -> HttpResponseBase:
    """One request, of which nothing stays: neither what it changed nor its cookies."""
    cookies = browser.cookies.copy()
    with transaction.atomic():
        response: HttpResponseBase = getattr(browser, verb)(address)
        transaction.set_rollback(True)
    browser.cookies = cookies
    return response


def named(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from named(pattern.url_patterns, prefix + inner)
        else:
            assert pattern.name, f"{pattern.pattern} has no name"
            yield prefix + pattern.name


def test_every_address_has_a_row() -> None:
    assert set(named(get_resolver("backend.config.urls").url_patterns)) == {row[0] for row in ROWS}


@pytest.mark.parametrize("who", ["visitor", "resident", "everything"])
def test_another_portal_knows_nothing_of_it(world: World, who: str) -> None:
    """Also somebody with every role at the other portal, and the proposer's own browser there."""
    other = make_portal("oosterpark", code="GM0014")
    make_votes(make_plan(other, at=timezone.now()), 1, at=timezone.now())
    roles = list(Role) if who == "everything" else []
    person = None if who == "visitor" else make_person(other, roles=roles)
    browser = client_for(person, other)
    wrong = []
    for name, kind in {(row[0], row[1]) for row in ROWS if row[1] not in NO_THINGS}:
        address = reverse(name, args=world.args(kind))
        for verb in ("get", "post"):
            response = getattr(browser, verb)(address)
            if letter_of(response) not in {"n", "m", "s", "-"} or (
                verb == "get" and who == "everything" and letter_of(response) not in {"n", "m"}
            ):
                wrong.append(f"{verb} {address}: {response.status_code}")
            assert world.plan.title not in str(getattr(response, "content", b""))
    assert not wrong


def test_the_proposer_sees_nothing_of_it_at_another_portal(world: World) -> None:
    other = make_portal("noord")
    browser = world.browsers["proposer"]
    for plan in (world.plan, world.draft, world.winner):
        address = reverse("plan", args=[plan.public_id])
        assert browser.get(address, HTTP_HOST=other.hostname).status_code == 404
    own = browser.get(reverse("my_plans"), HTTP_HOST=other.hostname)
    assert world.plan.title not in own.text


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("who", ["visitor", "clerk"])
def test_the_api_changes_nothing(world: World, who: str, verb: str) -> None:
    for name, kind in ((row[0], row[1]) for row in ROWS if row[0].startswith("api_")):
        response = getattr(world.browsers[who], verb)(
            reverse(name, args=world.args(kind)), data='{"title": "x"}', content_type="application/json"
        )
        assert response.status_code in {403, 405}
        assert response.headers["Content-Type"] == "application/problem+json"
    world.plan.refresh_from_db()
    assert world.plan.title == "Bankjes langs de kade"


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/portalen/", 200), ("/plannen/nieuw/", 404), ("/werk/", 404)]
)
def test_an_unknown_hostname_gives_the_list_of_portals_only(world: World, path: str, status: int) -> None:
    response = Client(HTTP_HOST="elders.localhost").get(path)
    assert response.status_code == status
    assert ("Stem van West" in response.text) is (status == 200)


ODD_QUERIES = [
    "zoek=%00",
    "onderwerp=%00",
    "buurt=%00",
    "staat=draft",
    "staat=%00&volgorde=%00",
    "pagina=-1",
    "pagina=zzz",
    "pagina=99999999999999999999",
    "zoek=" + "a%20" * 200,
    "zoek=%22%27)%20or%201=1--",
    "zoek=%F0%9F%8C%B3%E2%80%AE",
    "taal=xx",
]


def test_nothing_in_an_address_breaks_the_list(world: World) -> None:
    for query in ODD_QUERIES:
        for name in ("plans", "plans_on_map", "api_plans", "my_messages", "resembling"):
            asked = f"{query}&page=2&q={query.partition('=')[2]}&title={query.partition('=')[2]}"
            response = world.browsers["resident"].get(f"{reverse(name)}?{asked}")
            assert response.status_code in {200, 404}, asked
            assert "Concept" not in response.text


def test_numbers_that_do_not_exist_are_not_there(world: World) -> None:
    for number in ("0", "2147483648", "99999999999999999999999999"):
        for path in (
            f"/tellingen/{number}/",
            f"/tellingen/{number}/protocol.pdf",
            f"/api/v1/rounds/{number}/protocol/",
            f"/plannen/{world.pictured.public_id}/foto/{number}/",
        ):
            assert world.browsers["visitor"].get(path).status_code == 404, path


def test_a_picture_that_is_not_there_cannot_be_removed(world: World) -> None:
    address = reverse("edit_plan", args=[world.draft.public_id])
    for position in ("²", "9" * 5000, "0", "-1", "7", ""):
        response = world.browsers["proposer"].post(address, {"title": "Concept", "remove_picture": position})
        assert response.status_code == 404
        assert 'name="title"' in response.text


def test_a_file_that_is_no_picture_loses_nothing_that_was_typed(world: World) -> None:
    address = reverse("edit_plan", args=[world.draft.public_id])
    typed = {"title": "Concept", "what": "Wat ik typte", "picture_description": "Een foto"}
    for content in (b"", b"<svg onload=alert(1)>", png().getvalue()[:40]):
        file = SimpleUploadedFile("foto.png", content, "image/png")
        response = world.browsers["proposer"].post(address, {**typed, "picture": file})
        assert response.status_code == 422
        assert "Wat ik typte" in response.text
    world.draft.refresh_from_db()
    # An empty file is refused by the form itself, the others after the draft was saved.
    assert world.draft.what == "Wat ik typte"
