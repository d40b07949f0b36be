"""Proofs of living somewhere. One person counts once, whatever they prove it with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import require
from backend.core.events import publish
from backend.core.locks import alone_with
from backend.places.models import Portal

from .. import permissions
from ..errors import AlreadyProved, HomeAlreadyProved
from ..events import ResidencyProved
from ..models import IdentityKey, Person, ResidencyProof
from ..rules import Claim
from ..states import LEVEL_OF, KeyKind, ProofKind
from .keys import Hashed, hashes_of, require_right_keys

# How long a proof holds before it must be shown again. Our default; people move house.
PROOF_LIFE = timedelta(days=3 * 365)


@dataclass(frozen=True, kw_only=True)
class NewProof:
    """What somebody showed. `claims` say who they are, and are hashed and forgotten."""

    person_id: int
    portal: Portal
    kind: ProofKind
    age: int
    claims: Sequence[Claim] = ()
    # What a letter or list was hashed to when it was made; under keys that are still in force.
    hashed: Sequence[Hashed] = ()
    # The portal's own district, unless the rules of play name another one of the municipality.
    district_id: int | None = None
    valid_until: datetime | None = None
    # A clerk saw that somebody else of this address used the letter to it.
    is_housemate: bool = False


@transaction.atomic
def declare_residency(
    *, actor: Actor, portal: Portal, age: int, now: datetime, district_id: int | None = None
) -> ResidencyProof:
    """Take a person's own word that they live in the district and have reached the age.

    Nobody can tell whether they have a second account: a portal that takes this word takes that too.
    """
    require(permissions.can_declare(actor))
    new = NewProof(
        person_id=actor.require_person(),
        portal=portal,
        district_id=district_id,
        kind=ProofKind.DECLARED,
        age=age,
        claims=(),
    )
    return _write(actor=actor, new=new, now=now)


@transaction.atomic
def prove_residency(*, actor: Actor, new: NewProof, now: datetime) -> ResidencyProof:
    """Write down that somebody showed where they live, unless they are somebody else already.

    A second account, a second letter, or a letter and a login of one person end here: the hashes of who they
    are may belong to one person in a municipality, by constraint. Raises AlreadyProved, HomeAlreadyProved or
    ProvingImpossible. Callers have decided that the actor may do this.
    """
    if not new.claims and not new.hashed:
        raise ValueError("Only somebody's own word goes without saying who they are.")
    require_right_keys(now=now)
    _claim_identity(new, now)
    return _write(actor=actor, new=new, now=now)


def find_by_claims(*, municipality_id: int, claims: Sequence[Claim]) -> Person | None:
    """Who proved before to be this person in a municipality. An address alone tells nobody apart."""
    telling = [claim for claim in claims if claim.kind in {KeyKind.SUBJECT, KeyKind.RESIDENT}]
    digests = [each.digest for each in hashes_of(telling, municipality_id=municipality_id)]
    row = (
        IdentityKey.objects.filter(municipality_id=municipality_id, digest__in=digests)
        .exclude(kind=KeyKind.HOME)
        .select_related("person")
        .first()
    )
    return row.person if row else None


def lives_at(person_id: int, *, municipality_id: int, claims: Sequence[Claim]) -> bool:
    """Whether somebody is known at the address that these claims name. Claims without one fit any."""
    homes = [claim for claim in claims if claim.kind == KeyKind.HOME]
    digests = [each.digest for each in hashes_of(homes, municipality_id=municipality_id)]
    known = IdentityKey.objects.filter(
        municipality_id=municipality_id, person_id=person_id, kind__in=[KeyKind.HOME, KeyKind.LETTER]
    )
    return not homes or not known.exists() or known.filter(digest__in=digests).exists()


def _claim_identity(new: NewProof, now: datetime) -> None:
    """Make the hashes of a person theirs, under all keys in force."""
    municipality_id = new.portal.municipality_id
    made = hashes_of(new.claims, municipality_id=municipality_id)
    hashed = list(dict.fromkeys([*made, *new.hashed]))
    # A letter to an address and a person who lives there exclude each other, which no constraint can say.
    alone_with(each.digest for each in hashed if each.kind in {KeyKind.HOME, KeyKind.LETTER})
    digests = [each.digest for each in hashed]
    held = list(IdentityKey.objects.filter(municipality_id=municipality_id, digest__in=digests))
    of_others = [row for row in held if row.person_id != new.person_id]
    _refuse_second_person(hashed, of_others, is_housemate=new.is_housemate)
    mine = {(row.kind, row.digest) for row in held if row.person_id == new.person_id}
    try:
        with transaction.atomic():
            IdentityKey.objects.bulk_create(
                IdentityKey(
                    municipality_id=municipality_id,
                    person_id=new.person_id,
                    kind=each.kind,
                    digest=each.digest,
                    key=each.key,
                    made_at=now,
                )
                for each in hashed
                if (each.kind, each.digest) not in mine
            )
    except IntegrityError as clash:
        # Somebody else claimed the same between looking and writing: the constraint is what decides.
        raise AlreadyProved from clash


def _refuse_second_person(
    hashed: Sequence[Hashed], of_others: Sequence[IdentityKey], *, is_housemate: bool
) -> None:
    kinds = {each.digest: each.kind for each in hashed}
    for row in of_others:
        mine = kinds[row.digest]
        if KeyKind.HOME not in {mine, row.kind}:
            raise AlreadyProved
        # Two who both live there are no news; a letter to the address beside one who lives there is.
        if mine != row.kind and not is_housemate:
            raise HomeAlreadyProved


def _write(*, actor: Actor, new: NewProof, now: datetime) -> ResidencyProof:
    district_id = new.district_id or new.portal.district_id
    changes: dict[str, Any] = {
        "valid_until": new.valid_until or now + PROOF_LIFE,
        "recorded_by_id": actor.acting_id,
        "level": LEVEL_OF[new.kind],
    }
    as_new: dict[str, Any] = {
        "reached_age": new.age,
        "proved_at": now,
        "municipality_id": new.portal.municipality_id,
    }
    key: dict[str, Any] = {"person_id": new.person_id, "district_id": district_id, "kind": new.kind}
    # Showing it again prolongs a proof that still holds: a count made late must see that it held before.
    standing = Q(**key, valid_until__gt=now, reached_age__gte=new.age)
    if ResidencyProof.objects.filter(standing).update(**changes):
        proof = ResidencyProof.objects.get(**key)
    else:
        proof, _is_new = ResidencyProof.objects.update_or_create(**key, defaults={**changes, **as_new})
    audit.record(actor=actor, action=f"identity.proved_{new.kind}", target=proof, at=now)
    publish(
        ResidencyProved(
            municipality_id=new.portal.municipality_id,
            at=now,
            person_id=new.person_id,
            district_id=district_id,
        )
    )
    return proof
