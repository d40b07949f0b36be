"""Made-up plans to try the platform with. A second time changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.core.actor import Actor
from backend.core.tenancy import in_municipality
from backend.identity.demo import create_demo_people, demo_person
from backend.identity.services.people import confirm_address
from backend.notifications.selectors.newsletters import has_newsletters, offers_for
from backend.notifications.services.newsletter_sending import send_newsletter
from backend.notifications.services.newsletters import NewsletterWords, add_items, start_newsletter
from backend.notifications.services.subscriptions import subscribe
from backend.places.models import Portal

from .demo_answers import owe
from .demo_discussions import acting_as, discuss
from .demo_moderation import moderate
from .models import Category, Meeting, Plan
from .selectors.rounds import current_round
from .services.agenda import NewMeeting, plan_meeting
from .services.plans import PlanText, start_draft, submit_plan
from .services.votes import cast_vote
from .states import PlaceKind

CATEGORIES = [
    ("groen", "Groen en duurzaam", "Green and sustainable"),
    ("verkeer", "Straat en verkeer", "Streets and traffic"),
    ("samen", "Samen leven", "Living together"),
    ("cultuur", "Kunst en cultuur", "Art and culture"),
    ("jeugd", "Jeugd en sport", "Youth and sports"),
]
# Title, what, why, category, place on the map or None, who supports it.
PLANS: list[tuple[str, str, str, str, tuple[float, float] | None, tuple[str, ...]]] = [
    (
        "Meer bankjes langs de kade",
        "Zet om de honderd meter een bankje langs de kade, met een leuning en armsteunen.",
        "Oudere buren willen graag een rondje lopen. Nu kunnen ze nergens uitrusten.",
        "verkeer",
        (52.3725, 4.8702),
        ("fatima", "joop", "raadslid"),
    ),
    (
        "Geveltuintjes in onze straat",
        "Haal een rij tegels weg langs de gevels en geef planten aan wie wil meedoen.",
        "Het is in de zomer heet in de straat. Planten geven schaduw en houden regen vast.",
        "groen",
        (52.3771, 4.8655),
        ("fatima", "joop"),
    ),
    (
        "Een eettafel voor de hele buurt",
        "Elke maand koken en eten in het buurthuis. Wie wil, kookt. Iedereen mag komen.",
        "Veel mensen eten alleen. Samen eten is de makkelijkste manier om elkaar te leren kennen.",
        "samen",
        None,
        ("fatima", "griffier"),
    ),
    (
        "Veilig oversteken bij de school",
        "Maak een zebrapad met een drempel en een verlichte paal bij de ingang van de school.",
        "Kinderen steken hier elke dag over. Auto's rijden vaak te hard.",
        "verkeer",
        (52.3801, 4.8723),
        ("joop",),
    ),
    (
        "Muziek op het plein",
        "Een klein podium op het plein waar bewoners in de zomer op zondag kunnen optreden.",
        "Er wonen veel muzikanten in de buurt. Nu hoor je ze nergens.",
        "cultuur",
        (52.3665, 4.8621),
        (),
    ),
    (
        "Een pannakooi op het grasveld",
        "Een pannakooi en twee basketbalpalen op het grasveld achter de flats.",
        "Jongeren hebben 's avonds geen plek. Sporten is beter dan hangen.",
        "jeugd",
        (52.3744, 4.8534),
        ("raadslid",),
    ),
]
# Subject, first words, and whether it was sent.
NEWSLETTERS: list[tuple[str, str, bool]] = [
    (
        "De eerste plannen voor West",
        "Dag buren,\n\nDe eerste plannen staan online. Lees ze en geef je stem. Dit zijn er een paar.",
        True,
    ),
    (
        "Wat de commissie met de plannen doet",
        "Dag buren,\n\nBinnenkort praat de commissie over het plan met de meeste stemmen.",
        False,
    ),
]


def create_demo(portal: Portal, *, now: datetime, with_plans: bool) -> None:
    """Categories, people, a meeting and plans with votes at one portal."""
    with in_municipality(portal.municipality_id):
        _create_categories(portal)
        create_demo_people(portal, now=now)
        system = Actor.system("demo data", municipality_id=portal.municipality_id)
        system = Actor(portal.municipality_id, portal.pk, reason=system.reason)
        if with_plans and not Plan.objects.filter(portal=portal).exists():
            for row in PLANS:
                _create_plan(portal, row, now)
            discuss(portal, now=now)
            moderate(portal, now=now)
            owe(portal, now=now)
        if with_plans and not Meeting.objects.filter(portal=portal).exists():
            _plan_first_meeting(portal, system, now)
        if with_plans and not has_newsletters(portal.pk):
            _write_newsletters(portal, system, now)


def _create_categories(portal: Portal) -> None:
    for position, (slug, name_nl, name_en) in enumerate(CATEGORIES):
        Category.objects.get_or_create(
            municipality_id=portal.municipality_id,
            portal=portal,
            slug=slug,
            defaults={"name_nl": name_nl, "name_en": name_en, "position": position},
        )


def _create_plan(
    portal: Portal, row: tuple[str, str, str, str, tuple[float, float] | None, tuple[str, ...]], now: datetime
) -> None:
    title, what, why, category, point, supporters = row
    text = PlanText(
        title=title,
        what=what,
        why=why,
        category_id=Category.objects.get(portal=portal, slug=category).pk,
        place_kind=PlaceKind.POINT if point else PlaceKind.WHOLE,
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
    )
    proposer = acting_as(portal, "joop", now)
    draft = start_draft(actor=proposer, text=text, now=now)
    submit_plan(actor=proposer, public_id=draft.public_id, now=now)
    for slug in supporters:
        cast_vote(actor=acting_as(portal, slug, now), public_id=draft.public_id, now=now)


def _plan_first_meeting(portal: Portal, system: Actor, now: datetime) -> None:
    round_now = current_round(portal.pk, at=now)
    starts_at = (round_now.closes_at if round_now else now) + timedelta(days=17)
    new = NewMeeting(
        committee=f"Commissie {portal.district.name}",
        starts_at=starts_at.replace(hour=18, minute=30, second=0, microsecond=0),
        papers_due_at=starts_at - timedelta(days=7),
        place=portal.counter_address or "Raadzaal",
        attending="Dertien leden uit acht partijen, en een voorzitter.",
        contact=portal.contact_phone,
    )
    plan_meeting(actor=system, portal=portal, new=new, now=now)


def _write_newsletters(portal: Portal, system: Actor, now: datetime) -> None:
    """One that two residents got, and one that is being written."""
    for slug in ("fatima", "joop"):
        person = demo_person(slug)
        confirm_address(person)
        subscribe(actor=acting_as(portal, slug, now), portal=portal, language=person.language, now=now)
    for subject, intro, is_sent in NEWSLETTERS:
        words = NewsletterWords(subject=subject, intro=intro)
        draft = start_newsletter(actor=system, portal=portal, words=words, now=now)
        offered = [
            (offer.source.slug, item.reference)
            for offer in offers_for(draft, now=now)
            for item in offer.items[:2]
        ]
        add_items(actor=system, public_id=draft.public_id, chosen=offered, now=now)
        if is_sent:
            send_newsletter(actor=system, public_id=draft.public_id, seen=now, now=now)
