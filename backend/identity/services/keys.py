"""The secret keys of this installation for recognising people, and whether they are still the right ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import require

from ..errors import FormerKeyNeeded, ProvingImpossible
from ..models import IdentityKey, KnownKey, ListedResident, ResidencyProof
from ..rules import Claim, digest_of, fingerprint_of
from ..states import KeyKind

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Hashed:
    """A claim as it is kept: its keyed hash, and the fingerprint of the key."""

    kind: KeyKind
    digest: str
    key: str


def hashes_of(claims: Sequence[Claim], *, municipality_id: int) -> list[Hashed]:
    """Every claim under every key in force, so that people who proved under the former key are recognised."""
    return [
        Hashed(claim.kind, digest_of(claim, key=key, municipality_id=municipality_id), fingerprint_of(key))
        for claim in dict.fromkeys(claims)
        for key in settings.IDENTITY_KEYS
    ]


def hashes_in_force(resident: ListedResident) -> list[Hashed]:
    """Who somebody on a list is, by the hashes under keys that are still used: others recognise nobody."""
    in_force = {fingerprint_of(key) for key in settings.IDENTITY_KEYS}
    return [
        Hashed(KeyKind(kind), digest, key)
        for kind, digests in resident.claims.items()
        for key, digest in zip(resident.resident_list.keys, digests, strict=True)
        if key in in_force
    ]


def require_right_keys(*, now: datetime) -> None:
    """Go on only when no key that people were recognised by is missing.

    Without one of them everybody could prove once more and count twice. Raises ProvingImpossible.
    """
    in_force = {fingerprint_of(key) for key in settings.IDENTITY_KEYS}
    known = set(KnownKey.objects.values_list("fingerprint", flat=True))
    if not in_force or known - in_force:
        log.error("identity_key_missing", known=len(known), in_force=len(in_force))
        raise ProvingImpossible
    for fingerprint in in_force - known:
        KnownKey.objects.get_or_create(fingerprint=fingerprint, defaults={"first_used_at": now})


def missing_keys() -> int:
    """How many keys that people were recognised by are not in the settings."""
    in_force = {fingerprint_of(key) for key in settings.IDENTITY_KEYS}
    return len(set(KnownKey.objects.values_list("fingerprint", flat=True)) - in_force)


def people_of_former_keys(*, now: datetime) -> int:
    """How many people with a proof that holds are recognised by a former key alone, in any of their claims.

    Whoever proves writes every claim under every key in force. A person with fewer claims of a kind under the
    newest key than under a former one would be a stranger without that one, and could count twice.
    """
    rows = IdentityKey.objects.all_municipalities()
    newest = fingerprint_of(settings.IDENTITY_KEYS[0])
    holding = ResidencyProof.objects.all_municipalities().filter(
        valid_until__gt=now, person_id=OuterRef("person_id"), municipality_id=OuterRef("municipality_id")
    )
    under_newest = (
        rows.filter(
            key=newest,
            person_id=OuterRef("person_id"),
            municipality_id=OuterRef("municipality_id"),
            kind=OuterRef("kind"),
        )
        .order_by()
        .values("person_id")
        .annotate(n=Count("pk"))
        .values("n")
    )
    former = (
        rows.exclude(key=newest)
        .filter(Exists(holding))
        .order_by()
        .values("person_id", "municipality_id", "kind", "key")
        .annotate(n=Count("pk"), newer=Coalesce(Subquery(under_newest), 0))
        .filter(n__gt=F("newer"))
    )
    return len({row["person_id"] for row in former.iterator()})


@transaction.atomic
def retire_former_keys(*, actor: Actor, now: datetime) -> int:
    """Forget the keys that are no longer in the settings. How many that were.

    NotAllowed for people, and DomainError while anybody would no longer be recognised.
    """
    require(actor.is_system)
    if people_of_former_keys(now=now):
        raise FormerKeyNeeded
    in_force = [fingerprint_of(key) for key in settings.IDENTITY_KEYS]
    retired, _of_what = KnownKey.objects.exclude(fingerprint__in=in_force).delete()
    audit.record(actor=actor, action="identity.former_keys_retired", target=None, at=now, keys=retired)
    return retired
