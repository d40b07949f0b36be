"""The secret keys of this installation for recognising people, and whether they are still the right ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import require

from ..errors import FormerKeyNeeded, ProvingImpossible
from ..models import IdentityKey, KnownKey, ListedResident, ResidencyProof
from ..rules import Claim, digest_of, fingerprint_of
from ..states import KeyKind

log = structlog.get_logger(__name__)


def digests_of(claims: Sequence[Claim], *, municipality_id: int) -> list[tuple[Claim, str]]:
    """Every claim under every key in force, so that people who proved under the former key are recognised."""
    return [
        (claim, digest_of(claim, key=key, municipality_id=municipality_id))
        for claim in dict.fromkeys(claims)
        for key in settings.IDENTITY_KEYS
    ]


def hashes_in_force(resident: ListedResident) -> list[tuple[KeyKind, str]]:
    """Who somebody on a list is, by the hashes under keys that are still used: others recognise nobody."""
    in_force = {fingerprint_of(key) for key in settings.IDENTITY_KEYS}
    return [
        (KeyKind(kind), digest)
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
    """How many people with a proof that holds are recognised by a former key alone.

    Since a key is in force, everybody who proves is written down under it too. Who did so before, and not
    since, would be a stranger without the former key, and could count twice.
    """
    newest = KnownKey.objects.filter(fingerprint=fingerprint_of(settings.IDENTITY_KEYS[0])).first()
    if newest is None:
        return 0
    written = IdentityKey.objects.all_municipalities().filter(person_id=OuterRef("person_id"))
    proofs = ResidencyProof.objects.all_municipalities().filter(valid_until__gt=now)
    before = proofs.filter(Exists(written), ~Exists(written.filter(made_at__gte=newest.first_used_at)))
    return before.order_by().values("person_id").distinct().count()


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
