"""The secret keys of this installation for recognising people, and whether they are still the right ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.conf import settings

from ..errors import ProvingImpossible
from ..models import KnownKey
from ..rules import Claim, digest_of, fingerprint_of

log = structlog.get_logger(__name__)


def digests_of(claims: Sequence[Claim], *, municipality_id: int) -> list[tuple[Claim, str]]:
    """Every claim under every key in force, so that people who proved under the former key are recognised."""
    return [
        (claim, digest_of(claim, key=key, municipality_id=municipality_id))
        for claim in dict.fromkeys(claims)
        for key in settings.IDENTITY_KEYS
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
