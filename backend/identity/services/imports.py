"""People who took part in an earlier election, read in from its file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from backend.core.actor import Actor
from backend.core.errors import require
from backend.core.tenancy import current_municipality_id

from .. import permissions
from ..models import Person, ResidencyProof
from ..states import LEVEL_OF, Origin, ProofKind

# Long enough for every count that an election read in today can still take part in. Our default.
IMPORTED_PROOF_LIFE = timedelta(days=10 * 365)


@transaction.atomic
def import_people(
    *,
    actor: Actor,
    references: Sequence[str],
    origin: Origin,
    district_id: int,
    reached_age: int,
    now: datetime,
) -> list[int]:
    """Make a person for every voter of an earlier election, and take that election as proof of residence.

    Gives their ids in the order of the references. Nobody can sign in as them: they have no address.
    Puts nothing on record by itself, because the import as a whole is one act.
    """
    require(permissions.can_confirm_at_counter(actor))
    people = Person.objects.bulk_create(
        Person(source_reference=reference, origin=origin, joined_at=now, password="!")  # noqa: S106  (none fits)
        for reference in references
    )
    ResidencyProof.objects.bulk_create(
        ResidencyProof(
            municipality_id=current_municipality_id(),
            person_id=person.pk,
            district_id=district_id,
            kind=ProofKind.IMPORTED,
            level=LEVEL_OF[ProofKind.IMPORTED],
            reached_age=reached_age,
            proved_at=now,
            valid_until=now + IMPORTED_PROOF_LIFE,
            recorded_by_id=actor.person_id,
        )
        for person in people
    )
    return [person.pk for person in people]
