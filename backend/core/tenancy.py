"""Every row belongs to one municipality, and no query forgets which.

Managers ask the municipality in scope and refuse to answer outside one. Requests and due work enter a scope
with `in_municipality`; the one way round it is `all_municipalities()`, easy to find with a search.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from django.db import models

_municipality: ContextVar[int | None] = ContextVar("municipality", default=None)


class OutsideMunicipality(RuntimeError):
    """A query on rows of municipalities without saying which: a mistake in our code, never of a visitor."""


@contextmanager
def in_municipality(municipality_id: int | None) -> Iterator[None]:
    """Limit all reading in this block to one municipality. None closes the scope."""
    token = _municipality.set(municipality_id)
    try:
        yield
    finally:
        _municipality.reset(token)


def current_municipality_id() -> int:
    municipality_id = _municipality.get()
    if municipality_id is None:
        raise OutsideMunicipality("Enter in_municipality(...) or use all_municipalities().")
    return municipality_id


M = TypeVar("M", bound=models.Model, covariant=True)


class MunicipalityManager(models.Manager[M]):
    """Rows of the municipality in scope only."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(municipality_id=current_municipality_id())

    def all_municipalities(self) -> models.QuerySet[M]:
        """Rows of every municipality, for due work that then enters the scope of each row."""
        return super().get_queryset()


class MunicipalityModel(models.Model):
    """A row that belongs to one municipality."""

    municipality = models.ForeignKey("places.Municipality", on_delete=models.PROTECT, related_name="+")

    objects = MunicipalityManager()

    class Meta:
        abstract = True
