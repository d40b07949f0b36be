"""A portal with half a year behind it: plans in every state, counts, a tie, meetings and people."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.utils import timezone
from PIL import Image

from backend.audit.models import Verification
from backend.audit.services import ask_for_verification, publish_daily_head, verify_as_asked
from backend.core.actor import Actor
from backend.core.due import walk
from backend.core.tenancy import in_municipality
from backend.core.walltime import on_wall
from backend.discussion.models import Post
from backend.feedback.models import Subject
from backend.feedback.services.answers import AnswerText, keep_draft
from backend.feedback.services.subjects import NewAgreement, arrange_answer
from backend.feedback.services.waiving import waive_answers
from backend.identity.demo import demo_person
from backend.identity.models import DataExport, RoleAssignment
from backend.identity.selectors.acting import actor_for
from backend.identity.services.copies import ask_for_copy, make_copy
from backend.identity.services.people import confirm_address
from backend.identity.states import ExportState, Role
from backend.notifications.keys import unsubscribe_token
from backend.notifications.models import Block, PostBatch, Subscription
from backend.notifications.services import choose
from backend.notifications.services.subscriptions import ask_for_newsletter
from backend.notifications.states import Choice, Kind
from backend.places.models import Portal
from backend.proposals.models import Meeting, Plan
from backend.proposals.services.agenda import give_context
from backend.proposals.services.pictures import add_picture
from backend.proposals.services.plans import start_draft, submit_plan
from backend.proposals.services.votes import cast_vote
from backend.proposals.states import PlanState
from tests.builders.clocks import make_clocks
from tests.builders.newsletters import make_newsletter, make_subscriber, subscribe_person
from tests.builders.newsletters import send as send_newsletter
from tests.builders.outbox import give_details, printed_batch, tell, uncertain_message
from tests.builders.passkeys import keep_passkey
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.plans import (
    argue,
    close,
    make_draft,
    make_meeting,
    make_plan,
    make_plan_in,
    make_rules,
    make_votes,
    plan_text,
    round_at,
    take_up,
)
from tests.builders.promises import answer, make_unreached
from tests.builders.second_factors import App

from .discussions import discussion_in_every_state
from .letters import letters_in_every_state
from .moderation import moderation_in_every_state
from .portals import make_tryout_portal

LONG = (
    "Allemaal samen voor een hemelwaterafvoerbestendige speeltuinvereniging aan het Wilhelminaparkplantsoen"
)
MORE_THAN_A_PAGE = 30


@dataclass(frozen=True)
class World:
    """A portal that lived, one without anything yet, one with other rules, and where things are."""

    portal: Portal
    empty: Portal
    other: Portal
    places: Mapping[str, str]


def make_world() -> World:
    now = timezone.now()
    portal, empty, other = (make_tryout_portal(slug) for slug in ("west", "leeg", "anders"))
    make_rules(other, at=now, totals="hidden", proof_level=1)
    joop = actor_for(demo_person("joop"), portal, now=now, second_factor=True)
    _safety(portal)
    # The only municipality of the tests' settings with a broker, which cannot be reached.
    make_tryout_portal("makelaar", code="GM0344")
    places = _past(portal, joop, now) | _present(portal, joop, now) | _changed(portal, joop, now)
    places["hidden"] = make_plan(other, at=now, title="Een plan met verborgen stemmen")
    make_clocks()
    walk(timezone.now())
    walk(timezone.now())
    public_ids = {name: place.public_id for name, place in places.items()} | _answers(portal, places, now)
    _failed_copy_of("raadslid", portal)
    more = (
        letters_in_every_state(portal)
        | _record(portal, now)
        | _newsletters(portal, public_ids["withdrawn"], now)
        | {"copy": _copy_of("fatima", portal)}
        | discussion_in_every_state(portal)
        | moderation_in_every_state(portal)
    )
    return World(portal, empty, other, public_ids | more | _messages(portal, now))


def _newsletters(portal: Portal, withdrawn: str, now: datetime) -> dict[str, str]:
    """A draft and a newsletter that was sent, each with a plan that was withdrawn since, and subscribers."""
    made = {}
    for name in ("newsletter", "newsletter_sent"):
        draft = make_newsletter(portal, subject=LONG, texts=2, at=now)
        with in_municipality(portal.municipality_id):
            Block.objects.create(
                municipality_id=portal.municipality_id,
                newsletter=draft,
                position=1,
                source="plans",
                reference=withdrawn,
                title=LONG,
                text=f"{'x' * 300}\n\nhttps://example.org/{'y' * 200}",
                address=f"/plannen/{withdrawn}/",
            )
        made[name] = draft.public_id
    subscribe_person(portal, demo_person("fatima"), at=now)
    confirm_address(demo_person("raadslid"))
    made["subscriber"] = make_subscriber(portal, "abonnee@example.org", at=now).token
    with in_municipality(portal.municipality_id):
        ask_for_newsletter(portal=portal, email="gevraagd@example.org", language="nl", now=now)
        made["subscriber_asked"] = Subscription.objects.get(email="gevraagd@example.org").token
    send_newsletter(draft, at=now)
    return made


def _answers(portal: Portal, places: Mapping[str, Plan | Meeting], now: datetime) -> dict[str, str]:
    """Something with a draft, an answer, an agreement and a waiver, and somebody whom no answer reached."""
    # Whoever arranges an answer cannot waive it, so somebody else than the clerk does.
    councillor, clerk, organiser = (
        actor_for(demo_person(slug), portal, now=now, second_factor=True)
        for slug in ("raadslid", "griffier", "organisator")
    )
    with in_municipality(portal.municipality_id):
        subjects = {subject.subject_id: subject for subject in Subject.objects.select_related("portal")}
        planned, discussed = subjects[places["planned"].pk], subjects[places["discussed"].pk]
        waived = subjects[places["tied"].pk]
        unreached = make_unreached(planned)
        answer(councillor, discussed, at=now)
        waive_answers(
            actor=clerk, public_id=waived.public_id, reason="De weg wordt helemaal gesloopt.", now=now
        )
        agreed = NewAgreement(
            owner_id=councillor.person_id,
            due_on=(now + timedelta(days=100)).date(),
            reason="De wethouder was ziek.",
        )
        arrange_answer(actor=organiser, portal=portal, public_id=planned.public_id, new=agreed, now=now)
        text = AnswerText(done=f"Vijf bankjes. {LONG}", not_done="Geen bankje bij de brug.", why="Te smal.")
        keep_draft(actor=councillor, public_id=planned.public_id, text=text, now=now)
        Subject.objects.filter(pk=subjects[places["competing"].pk].pk).update(
            due_on=(now - timedelta(days=3)).date()
        )
    return {
        "owed": planned.public_id,
        "answer_given": discussed.public_id,
        "waived": waived.public_id,
        "late": subjects[places["competing"].pk].public_id,
        "unreached": str(unreached),
    }


def _messages(portal: Portal, now: datetime) -> dict[str, str]:
    """Messages that did not arrive, letters in every state, and somebody who wants to be called."""
    with in_municipality(portal.municipality_id):
        people = [make_person(portal, name="Noor") for _ in range(5)]
        uncertain_message(portal, people[0], at=now)
        posted, printed = (printed_batch(portal, person, at=now) for person in people[1:3])
        PostBatch.objects.filter(pk=posted.pk).update(posted_at=now)
        for person, choice in ((people[3], Choice.LETTER), (people[4], Choice.CALL)):
            give_details(person, street="Kinkerstraat 12", telephone="06 12 34 56 78")
            choose(actor=actor_of(person, portal, at=now), kind=Kind.ANSWERS, choice=choice, now=now)
            tell(portal, person, kind=Kind.ANSWERS, title=f"Bankjes {choice}", at=now)
        # Nothing works on it any more while the pages are looked at.
        making = PostBatch.objects.create(
            municipality=portal.municipality,
            portal=portal,
            asked_at=now,
            try_again_at=now + timedelta(days=1),
        )
    return {
        "unsubscribe": unsubscribe_token(people[0].pk, Kind.PLANS),
        "post_making": making.public_id,
        "post_printed": printed.public_id,
        "post_posted": posted.public_id,
    }


def _record(portal: Portal, now: datetime) -> dict[str, str]:
    """A record that was checked and published, and one elsewhere that turned out not to fit."""
    elsewhere = make_tryout_portal("elders", code="GM0014")
    publish_daily_head(municipality_id=portal.municipality_id, day=on_wall(now).date(), now=now)
    for place in (portal, elsewhere):
        auditor = actor_for(demo_person("controle"), place, now=now, second_factor=True)
        with in_municipality(place.municipality_id):
            asked = ask_for_verification(actor=auditor, now=now)
        verify_as_asked(verification_id=asked.pk, now=now)
    Verification.objects.filter(municipality=elsewhere.municipality_id).update(
        broken=list(range(3, 60)), broken_days=["2027-01-12"]
    )
    clerk = RoleAssignment.objects.all_municipalities().get(
        person=demo_person("griffier"), portal=portal, role=Role.CLERK
    )
    return {"role": str(clerk.pk)}


def _safety(portal: Portal) -> None:
    """Somebody with every way to sign in, somebody with a password, and staff who have to begin with it."""
    careful, joop = demo_person("raadslid"), demo_person("joop")
    for person in (careful, joop):
        person.set_password("vier woorden die ik verzin")
        person.save()
    App(careful)
    RecoveryCodes.activate(careful).mark_as_viewed()
    keep_passkey(careful, portal, name="Mijn telefoon")
    for number in (1, 2):
        email = f"kantoor{number}@example.org"
        with in_municipality(portal.municipality_id):
            make_person(portal, email=email, roles=[Role.CLERK])


def _failed_copy_of(slug: str, portal: Portal) -> None:
    DataExport.objects.create(
        person=demo_person(slug),
        portal=portal,
        token="x" * 43,
        requested_at=timezone.now(),
        state=ExportState.FAILED,
    )


def _copy_of(slug: str, portal: Portal) -> str:
    """The address of a copy of somebody's data, which can be fetched until all pages were looked at."""
    person = demo_person(slug)
    with in_municipality(portal.municipality_id):
        export = ask_for_copy(
            actor=actor_for(person, portal, now=timezone.now(), second_factor=True), now=timezone.now()
        )
        make_copy(export_id=export.pk, now=timezone.now())
    DataExport.objects.filter(pk=export.pk).update(expires_at=timezone.now() + timedelta(days=1))
    return export.token


def _past(portal: Portal, joop: Actor, now: datetime) -> dict[str, Plan | Meeting | Post]:
    """Six months that were counted, each with what came of its winner."""
    months = [now - timedelta(days=31 * back) for back in range(6, 0, -1)]
    plans: dict[str, Plan | Meeting | Post] = {
        "lapsed": make_plan_in(portal, PlanState.LAPSED, proposer=joop, at=months[0])
    }
    make_rules(portal, at=months[1] - timedelta(days=1), counts=3)
    plans["taken_off"] = make_plan_in(portal, PlanState.TAKEN_OFF, proposer=joop, at=months[1])
    plans["decided"] = make_plan_in(portal, PlanState.DECIDED, proposer=joop, at=months[2])
    make_meeting(portal, starts_at=months[5], at=months[2])
    plans["discussed"] = make_plan_in(portal, PlanState.ON_AGENDA, proposer=joop, at=months[3])
    plans["planned"] = make_plan_in(portal, PlanState.ON_AGENDA, proposer=joop, at=months[4])
    # Its papers were due before the last winner came, so that one waits for another meeting.
    soon, due_at = now + timedelta(days=10), months[5] + timedelta(hours=1)
    plans["meeting"] = make_meeting(portal, starts_at=soon, papers_due_at=due_at, at=months[5])
    plans["tied"] = _tie(portal, joop, months[5])
    return plans


def _tie(portal: Portal, joop: Actor, at: datetime) -> Plan:
    """Three plans with as many votes, and a vote that did not count."""
    tied = [make_plan(portal, proposer=joop, at=at, votes=3, title=f"{LONG} {n}") for n in (1, 2, 3)]
    make_votes(tied[0], 1, at=at, verified=False)
    close(round_at(portal, at))
    official = make_actor(portal, Role.OFFICIAL, at=at)
    winner = next(
        plan
        for plan in tied
        if Plan.objects.all_municipalities().get(pk=plan.pk).state == PlanState.ON_AGENDA
    )
    with in_municipality(portal.municipality_id):
        give_context(actor=official, plan_public_id=winner.public_id, text="Het ligt er al.", now=at)
    return winner


def _present(portal: Portal, joop: Actor, now: datetime) -> dict[str, Plan | Meeting | Post]:
    """The round of today, with more plans than fit on a page."""
    pictured = _with_picture(portal, joop, now)
    make_votes(pictured, 2, at=now)
    plans: dict[str, Plan | Meeting | Post] = {
        "competing": make_plan(portal, proposer=joop, at=now, votes=1, title="Een pannakooi op het grasveld"),
        "pictured": pictured,
        "draft": make_draft(portal, proposer=joop, at=now, title="Een pannakooi bij de flats"),
        "unfinished": make_draft(portal, proposer=joop, at=now, title="Muziek", what="", why=""),
        "withdrawn": make_plan_in(portal, PlanState.WITHDRAWN, proposer=joop, at=now),
        "long": make_plan(portal, at=now, title=LONG, what=f"{'x' * 300}\n\nhttps://example.org/{'y' * 200}"),
    }
    others = make_actor(portal, at=now)
    for number in range(MORE_THAN_A_PAGE):
        make_plan(portal, proposer=others, at=now, title=f"Boom nummer {number}")
    for slug in ("fatima", "nieuw"):
        voter = actor_for(demo_person(slug), portal, now=now, second_factor=True)
        with in_municipality(portal.municipality_id):
            cast_vote(actor=voter, public_id=pictured.public_id, now=now)
    return plans


def _changed(portal: Portal, joop: Actor, now: datetime) -> dict[str, Plan | Meeting | Post]:
    """A plan that changed after fatima voted for it, and an argument that can still be taken up."""
    plan = make_plan(
        portal,
        proposer=joop,
        at=now - timedelta(minutes=2),
        title="Een zebrapad bij de school",
        what="Maak een zebrapad bij de school.\n\nZet er een lamp bij.",
    )
    voter = actor_for(demo_person("fatima"), portal, now=now, second_factor=True)
    with in_municipality(portal.municipality_id):
        cast_vote(actor=voter, public_id=plan.public_id, now=now - timedelta(minutes=2))
    first = argue(plan, at=now, text="Zonder drempel rijdt iedereen door.")
    what = f"Maak een zebrapad met een drempel bij de school.\n\n{LONG} {'x' * 90}"
    take_up(plan, first, proposer=joop, at=now, what=what, change="Er komt een drempel bij.")
    return {"changed": plan, "taken_up": first, "argument": argue(plan, at=now, text=f"{LONG} {'y' * 90}")}


def _with_picture(portal: Portal, joop: Actor, now: datetime) -> Plan:
    file = io.BytesIO()
    Image.new("RGB", (800, 600), (120, 160, 90)).save(file, "JPEG")
    with in_municipality(portal.municipality_id):
        draft = start_draft(
            actor=joop,
            text=plan_text(
                portal, title="Meer groen op het plein", latitude=52.37, longitude=4.87, place_kind="point"
            ),
            now=now,
        )
        file.seek(0)
        add_picture(actor=joop, public_id=draft.public_id, upload=file, description="Een kaal plein", now=now)
        return submit_plan(actor=joop, public_id=draft.public_id, now=now)
