"""What the counter does: a clerk saw a document, and says who it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from backend.core.actor import Actor
from backend.core.errors import require
from backend.places.models import Portal

from .. import permissions
from ..errors import NameKnownElsewhere
from ..models import Person, ResidencyProof
from ..rules import Claim, namesake_claim
from ..states import KeyKind, Origin, ProofKind, SameName
from .joining import bring_together
from .people import new_person, person_for_address
from .residency import NewProof, find_by_claims, lives_at, prove_residency

# More people of one name and birth date do not live in one municipality.
MOST_NAMESAKES = 9


@transaction.atomic
def confirm_at_counter(
    *,
    actor: Actor,
    portal: Portal,
    email: str,
    age: int,
    claims: Sequence[Claim],
    now: datetime,
    district_id: int | None = None,
    is_housemate: bool = False,
    same_name: SameName | None = None,
) -> ResidencyProof:
    """A clerk saw a document: this person lives in the district and has reached the age.

    What was seen is not kept, only that it was. An address that was never used becomes an account, so that
    the person can sign in with it later; what they did before without one comes along. Without an address it
    is the person who was here before, or a new one.

    Raises NameKnownElsewhere until the clerk has asked whether it is one person or two of one name, and
    AlreadyProved or HomeAlreadyProved when somebody else, as far as can be told, is the same person.
    """
    require(permissions.can_confirm_at_counter(actor))
    known, claims = _known(portal, claims, same_name)
    if email:
        person = person_for_address(email=email, language="nl", now=now, origin=Origin.COUNTER)
        if known is not None and known.pk != person.pk and permissions.can_be_joined(known):
            bring_together(actor=actor, origin=known, into_id=person.pk, now=now)
    else:
        person = known or new_person(origin=Origin.COUNTER, language="nl", now=now)
    new = NewProof(
        person_id=person.pk,
        portal=portal,
        district_id=district_id,
        kind=ProofKind.COUNTER,
        age=age,
        claims=claims,
        is_housemate=is_housemate,
    )
    return prove_residency(actor=actor, new=new, now=now)


def _known(
    portal: Portal, claims: Sequence[Claim], same_name: SameName | None
) -> tuple[Person | None, Sequence[Claim]]:
    """Who this is, if they were here before, and what they are recognised by."""
    municipality_id = portal.municipality_id
    if same_name == SameName.OTHER:
        return _namesake(municipality_id, claims)
    known = find_by_claims(municipality_id=municipality_id, claims=claims)
    if known is None or same_name == SameName.MOVED:
        return known, claims
    if not lives_at(known.pk, municipality_id=municipality_id, claims=claims):
        raise NameKnownElsewhere
    return known, claims


def _namesake(municipality_id: int, claims: Sequence[Claim]) -> tuple[Person | None, Sequence[Claim]]:
    """The second or later person of a name and birth date: known at this address, or the next free one."""
    for ordinal in range(2, MOST_NAMESAKES + 1):
        numbered = [
            namesake_claim(claim, ordinal) if claim.kind == KeyKind.RESIDENT else claim for claim in claims
        ]
        known = find_by_claims(municipality_id=municipality_id, claims=numbered)
        if known is None or lives_at(known.pk, municipality_id=municipality_id, claims=claims):
            return known, numbered
    raise NameKnownElsewhere
