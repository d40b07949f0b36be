"""Locks that voting and counting share. Django knows no FOR SHARE, so its one raw statement lives here."""

from __future__ import annotations

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
