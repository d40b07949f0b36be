"""A day that somebody fills in."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

# Days at the edge of the calendar do not exist in every time zone.
FROM_OUR_TIME = MinValueValidator(date(2000, 1, 1))
DAYS = [FROM_OUR_TIME, MaxValueValidator(date(2999, 12, 30))]


class DayInput(forms.DateInput):
    """The browser's own field for a day, which reads and writes year-month-day in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
