"""Coming in by a broker such as DigiD: finding or making the person, and proving where they live.

Somebody is the issuer and the subject that the broker gave, as a keyed hash per municipality, and nothing
else. An e-mail address that a broker tells is not looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import structlog
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import require
from backend.core.locks import alone_with
from backend.core.walltime import on_wall
from backend.places.models import Portal
from backend.places.selectors import districts_holding, postcode_lies_in

from .. import permissions
from ..brokers import Broker
from ..errors import AlreadyProved, HomeAlreadyProved
from ..models import Person
from ..oidc.told import Told
from ..rules import age_on
from ..states import Origin, ProofKind
from .keys import hashes_of, require_right_keys
from .people import new_person
from .residency import NewProof, find_by_claims, prove_residency

log = structlog.get_logger(__name__)

# Rules of play ask for 18 at most, so that nobody's real age needs to be kept.
HIGHEST_AGE_ASKED = 18


class Outcome(StrEnum):
    """What came of it besides being signed in."""

    PROVED = "proved"
    # This broker is for signing in alone.
    NOT_ASKED = "not-asked"
    MISSING = "missing"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"
    # Somebody else, as far as can be told, is the same person, or lives at the address and used its letter.
    TAKEN = "taken"
    HOME_TAKEN = "home-taken"


@dataclass(frozen=True, kw_only=True)
class Arrival:
    person: Person
    outcome: Outcome
    # Whether this login was theirs before. One that was connected just now shows nothing about who is here.
    was_known: bool


@transaction.atomic
def arrive_by_broker(
    *, actor: Actor, portal: Portal, broker: Broker, told: Told, language: str, now: datetime
) -> Arrival:
    """Somebody signed in at a broker: they are who they were before, or somebody new without an address.

    Who is signed in already stays who they are, and can come in by this broker from now on. When the login
    is of another person, or shows a newcomer to be somebody who took part before, nobody and nothing is left
    behind. Raises NotAllowed, AlreadyProved, HomeAlreadyProved or ProvingImpossible.
    """
    require(permissions.can_come_by_broker(actor))
    require_right_keys(now=now)
    municipality_id = portal.municipality_id
    hashed = hashes_of([told.subject_claim], municipality_id=municipality_id)
    digests = [each.digest for each in hashed]
    # Two tabs of a newcomer at once would be two people.
    alone_with(digests)
    account = SocialAccount.objects.filter(uid__in=digests).select_related("user").first()
    known: Person | None = (
        account.user
        if account
        else find_by_claims(municipality_id=municipality_id, claims=[told.subject_claim])
    )
    person = _who(actor, known, language=language, now=now)
    as_self = replace(actor, person_id=person.pk)
    _connect(as_self, account, person, broker=broker, digest=digests[0], now=now)
    is_newcomer = known is None or actor.person_id is not None
    outcome = _prove(as_self, portal, broker, told, or_nothing=is_newcomer, now=now)
    return Arrival(person=person, outcome=outcome, was_known=known is not None)


def _who(actor: Actor, known: Person | None, *, language: str, now: datetime) -> Person:
    if known is not None and known.left_at is not None:
        raise AlreadyProved
    if actor.person_id is None:
        return known or new_person(origin=Origin.BROKER, language=language, now=now)
    if known is not None and known.pk != actor.person_id:
        raise AlreadyProved
    return Person.objects.get(pk=actor.person_id)


def _connect(
    actor: Actor, account: SocialAccount | None, person: Person, *, broker: Broker, digest: str, now: datetime
) -> None:
    """Remember by the first key that this login is this person's. Nothing that was told is kept."""
    if account is None:
        account = SocialAccount.objects.create(user=person, provider=broker.id, uid=digest, extra_data={})
        audit.record(
            actor=actor, action="identity.broker_connected", target=account, at=now, broker=broker.id
        )
    elif account.uid != digest:
        SocialAccount.objects.filter(pk=account.pk).update(uid=digest)


def _prove(
    actor: Actor, portal: Portal, broker: Broker, told: Told, *, or_nothing: bool, now: datetime
) -> Outcome:
    """Prove where somebody lives as far as this login shows it."""
    if not broker.proves_residency:
        return Outcome.NOT_ASKED
    resident = told.resident
    if resident is None:
        log.warning("broker_tells_too_little", broker=broker.id, portal=portal.slug)
        return Outcome.MISSING
    # Rules of play may name another district than the portal's own, so each that the address lies in counts.
    districts = districts_holding(portal.municipality_id, resident.postcode)
    if not districts:
        return _not_here(portal, broker, resident.postcode)
    age = max(0, min(age_on(resident.birth_date, on_wall(now).date()), HIGHEST_AGE_ASKED))
    try:
        with transaction.atomic():
            for district_id in districts:
                new = NewProof(
                    person_id=actor.require_person(),
                    portal=portal,
                    district_id=district_id,
                    kind=ProofKind.BROKER,
                    age=age,
                    claims=[told.subject_claim, *resident.claims()],
                )
                prove_residency(actor=actor, new=new, now=now)
    except (AlreadyProved, HomeAlreadyProved) as refusal:
        if or_nothing:
            raise
        return Outcome.TAKEN if isinstance(refusal, AlreadyProved) else Outcome.HOME_TAKEN
    return Outcome.PROVED if portal.district_id in districts else Outcome.ELSEWHERE


def _not_here(portal: Portal, broker: Broker, postcode: str) -> Outcome:
    """Why an address is in no district of the municipality: it lies elsewhere, or that cannot be said."""
    if postcode_lies_in(portal.district_id, postcode) is None:
        log.warning("broker_postcode_unknown", broker=broker.id, portal=portal.slug)
        return Outcome.UNKNOWN
    return Outcome.ELSEWHERE
