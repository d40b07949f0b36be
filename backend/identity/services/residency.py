"""Proofs of living somewhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import require
from backend.core.events import publish
from backend.places.models import Portal

from .. import permissions
from ..events import ResidencyProved
from ..models import Person, ResidencyProof
from ..states import LEVEL_OF, Origin, ProofKind
from .people import person_for_address

# How long a proof holds before it must be shown again. Our default; people move house.
PROOF_LIFE = timedelta(days=3 * 365)


@transaction.atomic
def declare_residency(
    *, actor: Actor, portal: Portal, age: int, now: datetime, district_id: int | None = None
) -> ResidencyProof:
    """Take a person's own word that they live in the district and have reached the age."""
    require(permissions.can_declare(actor))
    return _prove(
        actor=actor,
        person_id=actor.require_person(),
        portal=portal,
        district_id=district_id or portal.district_id,
        kind=ProofKind.DECLARED,
        age=age,
        now=now,
    )


@transaction.atomic
def confirm_at_counter(
    *, actor: Actor, portal: Portal, email: str, age: int, now: datetime, district_id: int | None = None
) -> ResidencyProof:
    """A clerk saw a document: this person lives in the district and has reached the age.

    The district is the portal's own, unless the rules of play name another one of the municipality.
    What was seen is not kept, only that it was. An address that was never used becomes an account, so that
    the person can sign in with it later.
    """
    require(permissions.can_confirm_at_counter(actor))
    person: Person = person_for_address(email=email, language="nl", now=now, origin=Origin.COUNTER)
    return _prove(
        actor=actor,
        person_id=person.pk,
        portal=portal,
        district_id=district_id or portal.district_id,
        kind=ProofKind.COUNTER,
        age=age,
        now=now,
    )


def _prove(
    *,
    actor: Actor,
    person_id: int,
    portal: Portal,
    district_id: int,
    kind: ProofKind,
    age: int,
    now: datetime,
) -> ResidencyProof:
    changes: dict[str, Any] = {"valid_until": now + PROOF_LIFE, "recorded_by_id": actor.person_id}
    as_new: dict[str, Any] = {
        "reached_age": age,
        "proved_at": now,
        "level": LEVEL_OF[kind],
        "municipality_id": portal.municipality_id,
    }
    key: dict[str, Any] = {"person_id": person_id, "district_id": district_id, "kind": kind}
    # Showing it again prolongs a proof that still holds: a count made late must see that it held before.
    prolonged = ResidencyProof.objects.filter(**key, valid_until__gt=now, reached_age__gte=age).update(
        **changes
    )
    if prolonged:
        proof = ResidencyProof.objects.get(**key)
    else:
        proof, _is_new = ResidencyProof.objects.update_or_create(**key, defaults={**changes, **as_new})
    audit.record(actor=actor, action=f"identity.proved_{kind}", target=proof, at=now)
    publish(
        ResidencyProved(
            municipality_id=portal.municipality_id,
            at=now,
            person_id=person_id,
            district_id=district_id,
        )
    )
    return proof
