"""Who is owed an answer."""

from __future__ import annotations

from collections.abc import Iterator

from .models import Promise
from .states import PromiseState


def people_owed(*, subject_type: str, subject_id: int) -> Iterator[int]:
    """The people who wait for an answer about a subject, each once, without holding them all in memory."""
    return (
        Promise.objects.filter(subject_type=subject_type, subject_id=subject_id, state=PromiseState.OPEN)
        .order_by("person_id")
        .values_list("person_id", flat=True)
        .distinct()
        .iterator(chunk_size=2_000)
    )


def count_open(*, subject_type: str, subject_id: int) -> int:
    return Promise.objects.filter(
        subject_type=subject_type, subject_id=subject_id, state=PromiseState.OPEN
    ).count()
