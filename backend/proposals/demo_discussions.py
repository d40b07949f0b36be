"""What made-up people say about made-up plans."""

from __future__ import annotations

from datetime import datetime

from backend.core.actor import Actor
from backend.discussion.services.arguments import mark_convincing, place_argument, reply
from backend.discussion.services.facilitation import ask_question, pin, summarise
from backend.identity.demo import demo_person
from backend.identity.selectors.acting import actor_for
from backend.places.models import Portal

from .models import Plan
from .services.versions import NewVersion, adopt_argument

# What is said about a plan: who says it, for or against, the text, who replies what, and whom it convinces.
ARGUMENTS: list[tuple[str, str, str, str, tuple[tuple[str, str], ...], tuple[str, ...]]] = [
    (
        "Meer bankjes langs de kade",
        "fatima",
        "for",
        "Mijn moeder loopt graag, maar niet ver. Met een bankje halverwege komt ze weer buiten.",
        (("joop", "Daarom staat er ook een leuning bij: zo kom je makkelijk weer overeind."),),
        ("joop", "nieuw", "raadslid"),
    ),
    (
        "Meer bankjes langs de kade",
        "nieuw",
        "for",
        "Zet er bij elk bankje een prullenbak bij. Anders ligt er straks afval op de kade.",
        (),
        ("fatima",),
    ),
    (
        "Meer bankjes langs de kade",
        "griffier",
        "against",
        "Het pad is op sommige plekken smal. Met een rolstoel kun je er dan niet meer langs.",
        (("joop", "Goed punt. Op de smalle stukken hoeft er geen te staan."),),
        ("fatima",),
    ),
    (
        "Geveltuintjes in onze straat",
        "fatima",
        "for",
        "Bij ons om de hoek deden ze dit al. Het is er in de zomer echt koeler.",
        (),
        ("joop",),
    ),
    (
        "Geveltuintjes in onze straat",
        "nieuw",
        "against",
        "Wie geeft de planten water als mensen op vakantie zijn?",
        (("fatima", "Dat spreek je met je buren af. Bij ons werkt dat goed."),),
        (),
    ),
    (
        "Veilig oversteken bij de school",
        "fatima",
        "for",
        "Ik sta hier elke ochtend met twee kinderen. Niemand stopt.",
        (),
        ("joop", "griffier"),
    ),
]
QUESTIONS = [("Veilig oversteken bij de school", "Op welke tijden van de dag is het hier het drukst?")]
SUMMARIES = [
    (
        "Meer bankjes langs de kade",
        "Ik neem mee: uitrusten maakt voor veel mensen het verschil, en het pad moet vrij blijven.",
    )
]
# Which argument its proposer takes up (by how it begins), and how the plan reads then.
TAKEN_UP = (
    "Meer bankjes langs de kade",
    "Zet er bij elk bankje",
    "Zet om de honderd meter een bankje langs de kade, met een leuning, armsteunen en een prullenbak.",
    "Bij elk bankje komt een prullenbak.",
)


def discuss(portal: Portal, *, now: datetime) -> None:
    """People argue and reply, a councillor asks and sums up, and a proposer takes an argument up."""
    plans = {plan.title: plan for plan in Plan.objects.filter(portal=portal).select_related("thread")}
    threads = {title: plan.thread.public_id for title, plan in plans.items() if plan.thread is not None}
    councillor = acting_as(portal, "raadslid", now)
    for title, text in QUESTIONS:
        ask_question(actor=councillor, thread_public_id=threads[title], text=text, now=now)
    for title, slug, side, text, replies, convinced in ARGUMENTS:
        post = place_argument(
            actor=acting_as(portal, slug, now), thread_public_id=threads[title], side=side, text=text, now=now
        )
        for other, answer in replies:
            reply(actor=acting_as(portal, other, now), post_public_id=post.public_id, text=answer, now=now)
        for other in convinced:
            mark_convincing(actor=acting_as(portal, other, now), post_public_id=post.public_id, now=now)
        if (title, text[: len(TAKEN_UP[1])]) == TAKEN_UP[:2]:
            plan = plans[title]
            new = NewVersion(what=TAKEN_UP[2], why=plan.why, change=TAKEN_UP[3], replaces=1)
            adopt_argument(
                actor=acting_as(portal, "joop", now),
                public_id=plan.public_id,
                post_public_id=post.public_id,
                new=new,
                now=now,
            )
    for title, text in SUMMARIES:
        summary = summarise(actor=councillor, thread_public_id=threads[title], text=text, now=now)
        pin(actor=councillor, post_public_id=summary.public_id, now=now)


def acting_as(portal: Portal, slug: str, now: datetime) -> Actor:
    """Somebody of the made-up people, with their roles."""
    return actor_for(demo_person(slug), portal, now=now, second_factor=True)
