"""Joining what somebody did with a letter or at the counter to the account they have or make later."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import NotAllowed, require
from backend.core.events import publish
from backend.core.tenancy import current_municipality_id

from .. import permissions
from ..events import PeopleJoined
from ..models import IdentityKey, Mandate, Person, ResidencyProof
from ..states import KeyKind


@transaction.atomic
def join_people(*, actor: Actor, from_id: int, now: datetime) -> None:
    """Bring what a person without an e-mail address did to the acting person's account; the first is no more.

    Never makes a vote more: for a plan that both support one vote stays. The caller has seen that both are
    signed in with the same browser. Raises NotAllowed for somebody who can sign in by themselves.
    """
    require(permissions.can_join(actor))
    into_id = actor.require_person()
    held = {
        person.pk: person
        for person in Person.objects.select_for_update().filter(pk__in=[from_id, into_id]).order_by("pk")
    }
    if from_id == into_id:
        return
    origin = held.get(from_id)
    if origin is None or not permissions.can_be_joined(origin):
        raise NotAllowed
    _move_identity(from_id, into_id)
    _move_proofs(from_id, into_id)
    Mandate.objects.all_municipalities().filter(person_id=from_id).exclude(assistant_id=into_id).update(
        person_id=into_id
    )
    publish(
        PeopleJoined(
            municipality_id=current_municipality_id(), at=now, from_person_id=from_id, into_person_id=into_id
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
