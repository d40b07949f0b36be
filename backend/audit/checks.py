"""What check-production tries about the record."""

from django.db import OperationalError, connection

from backend.core import trials

from .database import ways_to_change_record

# More of these would say the same.
WAYS_NAMED = 3


def try_record_is_guarded() -> None:
    """The account the site runs as cannot change what stands on record."""
    if connection.vendor != "postgresql":
        # That the database is another one is a finding of its own.
        return
    try:
        ways = ways_to_change_record()
    except OperationalError:
        # That the database does not answer too.
        return
    if ways:
        more = f" and {len(ways) - WAYS_NAMED} more" if len(ways) > WAYS_NAMED else ""
        raise RuntimeError(
            "The database account of the site could change the audit record: "
            f"{', '.join(ways[:WAYS_NAMED])}{more}."
        )


def record_trials() -> list[trials.Trial]:
    remedy = (
        "Run the site with an account of its own: python -m backend database-role NAME (docs/operators.md)"
    )
    return [trials.Trial("record_guarded", try_record_is_guarded, remedy)]


trials.register(record_trials)
