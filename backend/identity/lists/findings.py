"""What can be wrong with a list and with a row of it, in sentences that never repeat what a row holds."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from .columns import Column

MOST_ROWS = 200_000
MOST_COLUMNS = 60
LONGEST_CELL = 200


class Broken(TextChoices):
    """Why a whole list cannot be read."""

    EMPTY = "empty", _("The file is empty, or has a row of headings only.")
    NO_LIST = "no_list", _("This is no CSV or XLSX file. Save your list as one of these.")
    OLD_EXCEL = "old_excel", _("This is a file of an old Excel (.xls). Save it as .xlsx or as CSV.")
    PROTECTED = "protected", _("This Excel file has a password, or is damaged. Save it without, or as CSV.")
    ENCODING = (
        "encoding",
        _(
            "The letters of this file are stored in two ways at once. Open it, save it as “CSV UTF-8” and try"
            " again."
        ),
    )
    ONE_COLUMN = (
        "one_column",
        _("No columns were found. Put a comma, semicolon or tab between them, and headings in row 1."),
    )
    MANY_COLUMNS = "many_columns", _("The file has more than 60 columns. Leave out what is not needed.")
    MANY_ROWS = "many_rows", _("The file has more than 200,000 rows. Split it.")
    LONG_CELL = "long_cell", _("A cell is far too long. Often a quotation mark is missing in this row.")
    CITIZEN_NUMBERS = (
        "citizen_numbers",
        _(
            "This list has a column with citizen service numbers (BSN). We kept nothing of it. Take that"
            " column out and send the list in again."
        ),
    )
    LOST = "lost", _("The file is no longer here. Send it in again.")
    TOO_LARGE = "too_large", _("Unpacked, this Excel file is far too large. Save it as CSV.")


class Problem(TextChoices):
    """What is wrong with one row. The row is left out; the others are not held up by it."""

    MISSING = "missing", _("Nothing is filled in here, and it is needed.")
    NO_NAME = "no_name", _("There is no letter in this name.")
    NO_DATE = "no_date", _("This is no date. Write 31-12-1980 or 1980-12-31.")
    FUTURE_DATE = "future_date", _("This date has yet to come.")
    OLD_DATE = "old_date", _("This date is before 1895.")
    NO_POSTCODE = "no_postcode", _("A postcode has four digits and two letters, such as 1055 TK.")
    NO_NUMBER = "no_number", _("A house number is a number from 1 to 99999, perhaps with a letter.")
    NO_EMAIL = "no_email", _("This is no e-mail address.")
    TOO_LONG = "too_long", _("This is longer than 200 characters.")
    FORMULA = "formula", _("This is a formula. Save the list with values only.")
    WRONG_WIDTH = "wrong_width", _("This row has more or fewer columns than the first row.")
    TWICE = "twice", _("The same person or address stands in an earlier row.")
    EMAIL_TWICE = "email_twice", _("The same e-mail address stands in an earlier row.")


class UnreadableList(Exception):
    """The whole list cannot be read, and from which row."""

    def __init__(self, broken: Broken, row: int = 0) -> None:
        super().__init__(broken.value)
        self.broken = broken
        self.row = row


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: the row as a spreadsheet numbers it, perhaps the column, and what."""

    row: int
    column: str
    problem: str

    @property
    def column_label(self) -> str:
        return str(Column(self.column).label) if self.column else ""

    @property
    def sentence(self) -> str:
        return str(Problem(self.problem).label)
