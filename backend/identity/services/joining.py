"""Joining what somebody did with a letter or at the counter to the account they have or make later."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import require, require_found
from backend.core.events import publish
from backend.core.tenancy import current_municipality_id

from .. import permissions
from ..events import PeopleJoined, PeopleRecognised
from ..models import IdentityKey, Mandate, Person, ResidencyProof
from ..states import KeyKind


@transaction.atomic
def join_to_address(*, actor: Actor, email: str, now: datetime) -> Person:
    """Bring what the acting person did without an e-mail address to the account of an address they read.

    The caller has seen that they do, by a code. The acting person is no more after it. It never makes a vote
    more: for a plan that both support one stays. Raises NotAllowed for who signs in by themselves already.
    """
    require(permissions.can_join(actor))
    origin = Person.objects.select_for_update().get(pk=actor.require_person())
    require(permissions.can_be_joined(origin))
    account = require_found(Person.objects.filter(email=email, is_active=True, left_at=None).first())
    bring_together(actor=actor, origin=origin, into_id=account.pk, now=now)
    return account


def bring_together(*, actor: Actor, origin: Person, into_id: int, now: datetime) -> None:
    """Move everything of one person to another. Callers have seen that the two are one human being."""
    publish(
        PeopleRecognised(
            municipality_id=current_municipality_id(),
            at=now,
            from_person_id=origin.pk,
            into_person_id=into_id,
        )
    )
    _move_identity(origin.pk, into_id)
    _move_proofs(origin.pk, into_id)
    mandates = Mandate.objects.all_municipalities().filter(person_id=origin.pk)
    # Help was given to who they were: an assistant does not come along into the account.
    mandates.filter(ended_at=None).update(ended_at=now)
    mandates.exclude(assistant_id=into_id).update(person_id=into_id)
    publish(
        PeopleJoined(
            municipality_id=current_municipality_id(),
            at=now,
            from_person_id=origin.pk,
            into_person_id=into_id,
        )
    )
    audit.record(actor=actor, action="identity.people_joined", target=origin, at=now)
    origin.delete()


def _move_identity(from_id: int, into_id: int) -> None:
    """Who they proved to be stays on record as one person. A home that both named is kept once."""
    keys = IdentityKey.objects.all_municipalities()
    homes = keys.filter(person_id=into_id, kind=KeyKind.HOME).values("digest")
    keys.filter(person_id=from_id, kind=KeyKind.HOME, digest__in=homes).delete()
    keys.filter(person_id=from_id).update(person_id=into_id)


def _move_proofs(from_id: int, into_id: int) -> None:
    """Where both showed the same, the proof says what the two said together."""
    proofs = ResidencyProof.objects.all_municipalities()
    mine = {(proof.district_id, proof.kind): proof for proof in proofs.filter(person_id=into_id)}
    for proof in proofs.filter(person_id=from_id):
        own = mine.get((proof.district_id, proof.kind))
        if own is None:
            proofs.filter(pk=proof.pk).update(person_id=into_id)
            continue
        proofs.filter(pk=own.pk).update(
            proved_at=min(own.proved_at, proof.proved_at),
            valid_until=max(own.valid_until, proof.valid_until),
            reached_age=max(own.reached_age, proof.reached_age),
            level=max(own.level, proof.level),
        )
