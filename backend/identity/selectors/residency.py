"""Whose support counts where."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from backend.core.actor import Actor

from ..models import (
    ResidencyProof,
)


def valid_proofs(*, district_id: int, level: int, at: datetime) -> QuerySet[ResidencyProof]:
    """Proofs for a district that hold at a moment, at this level or a higher one, of any age."""
    return ResidencyProof.objects.all_municipalities().filter(
        district_id=district_id, level__gte=level, proved_at__lte=at, valid_until__gt=at
    )


def has_proof(person_id: int, *, district_id: int, level: int, age: int, at: datetime) -> bool:
    """Whether this person's support counts in a district: lives there and has reached the age."""
    proofs = valid_proofs(district_id=district_id, level=level, at=at)
    return proofs.filter(person_id=person_id, reached_age__gte=age).exists()


def is_proved(person_field: str, *, district_id: int, level: int, age: int, at: datetime) -> Exists:
    """The same as `has_proof`, as a condition within a query over rows that point at a person."""
    proofs = valid_proofs(district_id=district_id, level=level, at=at)
    return Exists(proofs.filter(person_id=OuterRef(person_field), reached_age__gte=age))


def proofs_of(
    actor: Actor, *, district_id: int, level: int, age: int, at: datetime
) -> QuerySet[ResidencyProof]:
    """The acting person's own proofs by which their votes count in a district."""
    mine = valid_proofs(district_id=district_id, level=level, at=at)
    return mine.filter(person_id=actor.require_person(), reached_age__gte=age).order_by("-proved_at")
