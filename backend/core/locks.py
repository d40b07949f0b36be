"""Locks that Django does not know: rows held together with others, and names instead of rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


def first_shared(queryset: models.QuerySet[M]) -> M | None:
    """The first row of a query, held against being changed together with others who hold it too.

    Waits for whoever holds the row alone, and then looks again: a row that no longer fits is not returned.
    On SQLite every write transaction is alone already (transaction_mode IMMEDIATE), so looking is enough.
    """
    limited = queryset[:1]
    if connection.vendor != "postgresql":
        return next(iter(limited), None)
    statement, values = limited.query.sql_with_params()
    rows = queryset.model._base_manager.raw(f"{statement} FOR SHARE", values)
    return next(iter(rows), None)


def alone_with(names: Iterable[str]) -> None:
    """Wait until nobody else holds one of these names, and hold them until this transaction ends.

    For a decision about rows that do not exist yet, which no row lock can guard. Always in the same order, so
    that two who want the same names do not wait for each other. On SQLite every writer is alone already.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for name in sorted(set(names)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
