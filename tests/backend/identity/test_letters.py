"""Batches of letters: what is printed, how it survives a crash, and when it goes."""

from __future__ import annotations

from datetime import UTC, datetime


from backend.identity.models import Letter
from backend.places.models import Portal
from tests.builders.letters import make_letters

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


def test_every_letter_has_a_code_of_its_own(west: Portal) -> None:
    run, codes = make_letters(west, 3, at=NOW)
    assert len(set(codes)) == 3 == Letter.objects.count()
