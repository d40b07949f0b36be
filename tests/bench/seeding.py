"""Plans, people and votes in bulk, made up and the same at every run."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import connection, transaction
from django.utils import timezone

from backend.core.actor import Actor
from backend.core.ids import new_public_id
from backend.core.tenancy import in_municipality
from backend.discussion.services.threads import open_thread
from backend.feedback.services import open_subjects
from backend.identity.models import Person, ResidencyProof
from backend.identity.states import ProofKind, ProofLevel
from backend.places.models import Portal
from backend.places.selectors import areas_of
from backend.proposals.demo import CATEGORIES
from backend.proposals.models import Category, Plan, Round, Vote
from backend.proposals.services.plans import subject_of
from backend.proposals.services.rounds import ensure_rounds
from backend.proposals.states import PlaceKind, PlanState

BATCH = 2_000
WORDS = """
    bankjes kade bomen plantsoen oversteken school kinderen fietsers veilig drempel verlichting plein muziek
    zondag buurthuis koken eten samen ouderen jongeren sporten grasveld groen geveltuin regen schaduw zomer
    winter avond straat stoep rolstoel ramp tunnel muur schilderen water drinken speeltuin zand toezicht
    afval containers ophalen moestuin bijen kruiden ruilen gereedschap lenen lezen taal leren ontmoeten
    wandelen route brug boot markt kraam stroom dak zon isolatie advies huurders balkon geluid verkeer
""".split()  # noqa: SIM905  (a list of words reads better as words)

# Two thirds of what is drawn is always enough, also where pairs come up twice.
DRAW_VOTES = f"""
    INSERT INTO {Vote._meta.db_table} (municipality_id, plan_id, person_id, cast_at, is_counting)
    SELECT %(municipality)s, plan_id, person_id, %(cast_at)s, true
    FROM (SELECT %(plan)s + floor(%(plans)s * power(random(), 2))::int AS plan_id,
                 %(person)s + floor(%(people)s * random())::int AS person_id
          FROM generate_series(1, %(drawn)s)
          EXCEPT SELECT plan_id, person_id FROM {Vote._meta.db_table}) AS drawn
    ORDER BY random() LIMIT %(missing)s
"""  # noqa: S608  (names of our own tables)
COUNT_VOTES = f"""
    UPDATE {Plan._meta.db_table} AS plan SET vote_count = counted.votes
    FROM (SELECT plan_id, count(*) AS votes FROM {Vote._meta.db_table} GROUP BY plan_id) AS counted
    WHERE plan.id = counted.plan_id AND plan.portal_id = %(portal)s
"""  # noqa: S608


def seed_portal(portal: Portal, *, plans: int, began_at: datetime) -> Round:
    """Competing plans in the first round of a portal, with texts of the length people write."""
    system = Actor.system("benchmark", municipality_id=portal.municipality_id)
    with in_municipality(portal.municipality_id), transaction.atomic():
        this = ensure_rounds(actor=system, portal_id=portal.pk, now=began_at)
        categories = Category.objects.bulk_create(
            Category(municipality_id=portal.municipality_id, portal=portal, slug=slug, name_nl=nl, name_en=en)
            for slug, nl, en in CATEGORIES
        )
        areas = areas_of(portal.district_id)
        chance = random.Random(1)
        made = Plan.objects.bulk_create(
            (
                _plan(portal, chance, chance.choice(categories), chance.choice(areas).pk, began_at)
                for _ in range(plans)
            ),
            batch_size=BATCH,
        )
        open_subjects(subjects=(subject_of(plan, this.rules, began_at) for plan in made), now=began_at)
    return this


def _plan(portal: Portal, chance: random.Random, category: Category, area_id: int, at: datetime) -> Plan:
    submitted_at = at - timedelta(seconds=chance.randrange(20 * 24 * 60 * 60))
    has_point = chance.random() < 0.5
    return Plan(
        municipality_id=portal.municipality_id,
        portal=portal,
        public_id=new_public_id(),
        state=PlanState.COMPETING,
        title=" ".join(chance.sample(WORDS, 5)).capitalize(),
        what=made_up_text(chance, sentences=9),
        why=made_up_text(chance, sentences=6),
        category=category,
        area_id=area_id,
        place_kind=PlaceKind.POINT if has_point else PlaceKind.WHOLE,
        latitude=portal.map_latitude + chance.uniform(-0.01, 0.01) if has_point else None,
        longitude=portal.map_longitude + chance.uniform(-0.01, 0.01) if has_point else None,
        created_at=submitted_at,
        changed_at=submitted_at,
        submitted_at=submitted_at,
    )


def made_up_text(chance: random.Random, *, sentences: int) -> str:
    return " ".join(" ".join(chance.sample(WORDS, 10)).capitalize() + "." for _ in range(sentences))


def seed_people(portal: Portal, *, people: int, began_at: datetime, with_address: bool) -> list[int]:
    """Residents who showed at the counter where they live, so that their votes count."""
    with transaction.atomic():
        made = Person.objects.bulk_create(
            (
                Person(
                    public_id=new_public_id(),
                    email=f"bewoner{number}@{portal.slug}.example.org" if with_address else None,
                    password="!",
                    joined_at=began_at,
                )
                for number in range(people)
            ),
            batch_size=BATCH,
        )
        ResidencyProof.objects.all_municipalities().bulk_create(
            (
                ResidencyProof(
                    municipality_id=portal.municipality_id,
                    person=person,
                    district_id=portal.district_id,
                    kind=ProofKind.COUNTER,
                    level=ProofLevel.CONFIRMED,
                    reached_age=18,
                    proved_at=began_at,
                    valid_until=began_at + timedelta(days=1_000),
                )
                for person in made
            ),
            batch_size=BATCH,
        )
    return [person.pk for person in made]


def seed_votes(portal: Portal, *, votes: int, people: list[int], cast_at: datetime) -> None:
    """Votes until the portal has this many, spread as people spread them: a few plans get many.

    Plans and people were numbered one after another, so a place in the list gives an id.
    """
    plans = Plan.objects.all_municipalities().filter(portal=portal).order_by("pk")
    ids = list(plans.values_list("pk", flat=True))
    missing = votes - Vote.objects.all_municipalities().filter(plan__portal=portal).count()
    values = {
        "municipality": portal.municipality_id,
        "portal": portal.pk,
        "cast_at": cast_at,
        "missing": missing,
        "drawn": missing * 3 // 2,
        "seed": 0.5 / votes,
        "plan": ids[0],
        "plans": len(ids),
        "person": people[0],
        "people": len(people),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # The rows are right by how they are made; checking each reference would take most of the time.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SELECT setseed(%(seed)s)", values)
        cursor.execute(DRAW_VOTES, values)
        cursor.execute(COUNT_VOTES, values)


def seed_thread(portal: Portal) -> Plan:
    """The plan of a portal with most votes, with a discussion that is empty yet. Nobody is new here."""
    Person.objects.update(joined_at=timezone.now() - timedelta(days=30))
    plans = Plan.objects.all_municipalities().select_related("thread").filter(portal=portal)
    plan = plans.order_by("-vote_count", "pk")[0]
    with in_municipality(portal.municipality_id):
        address = f"/plannen/{plan.public_id}/"
        plan.thread = open_thread(portal=portal, title=plan.title, address=address, now=plan.created_at)
        plan.save(update_fields=["thread"])
    return plan


def tidy() -> None:
    """Leave the tables as autovacuum would have: the planner knows what is in them."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def sign_in(people: list[int]) -> list[str]:
    """A session for each person, as signing in leaves it. Gives their keys."""
    keys = []
    with transaction.atomic():
        for person in Person.objects.filter(pk__in=people).order_by("pk"):
            session = SessionStore()
            session[SESSION_KEY] = str(person.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = person.get_session_auth_hash()
            session.save(must_create=True)
            keys.append(str(session.session_key))
    return keys


def new_votes(portal: Portal, *, people: list[int], votes: int) -> list[tuple[int, str]]:
    """Pairs of a person and a plan they have not voted for, each person in turn."""
    plans = list(
        Plan.objects.all_municipalities().filter(portal=portal).order_by("pk").values_list("pk", "public_id")
    )
    taken = set(Vote.objects.all_municipalities().values_list("person_id", "plan_id"))
    chance = random.Random(2)
    pairs: list[tuple[int, str]] = []
    while len(pairs) < votes:
        person_id = people[len(pairs) % len(people)]
        plan_id, public_id = plans[int(len(plans) * chance.random() ** 2)]
        if (person_id, plan_id) not in taken:
            taken.add((person_id, plan_id))
            pairs.append((person_id, public_id))
    return pairs
