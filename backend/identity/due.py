"""What the clock does for people: the nightly clean-up, erasures, copies of one's data, lists and letters."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time

from backend.core import due
from backend.core.actor import Actor
from backend.core.tenancy import MunicipalityModel, in_municipality
from backend.core.walltime import on_wall

from .models import LetterRun, ResidentList
from .services import copies, ledger, letter_printing, letter_retention, list_checks, lists
from .services.clearing import clean_up_at_night, night_to_clean

# By the clock in Amsterdam: when almost nobody is here.
NIGHT_FALLS = time(3)


def nights_to_clean(now: datetime) -> Iterable[int]:
    """The night of today, once it has come. The number is that of the day."""
    wall = on_wall(now)
    if wall.time() < NIGHT_FALLS or not night_to_clean(wall.date(), now):
        return []
    return [wall.date().toordinal()]


def clean_one(day: int, now: datetime) -> None:
    clean_up_at_night(day=date.fromordinal(day), now=now)


def write_erasures(_: int, now: datetime) -> None:
    ledger.write_down(now=now)


def make_one(export_id: int, now: datetime) -> None:
    copies.make_copy(export_id=export_id, now=now)


def expire_one(export_id: int, now: datetime) -> None:
    copies.expire([export_id], now)


Work = Callable[[int, datetime], None]


def _about(model: type[MunicipalityModel], reason: str, do: Callable[[Actor, int, datetime], None]) -> Work:
    """Work on a row, as the clock, within the municipality of the row."""

    def work(row_id: int, now: datetime) -> None:
        rows = model.objects.all_municipalities().filter(pk=row_id)
        municipality_id: int = rows.values_list("municipality_id", flat=True).get()
        with in_municipality(municipality_id):
            do(Actor.system(reason, municipality_id=municipality_id), row_id, now)

    return work


def _tried(work: Work, failed: Callable[[int, datetime], None]) -> Work:
    """Work that is put off when it goes wrong, and given up after some tries."""

    def tried(row_id: int, now: datetime) -> None:
        try:
            work(row_id, now)
        except Exception:
            failed(row_id, now)
            raise

    return tried


def _discard(actor: Actor, list_id: int, now: datetime) -> None:
    public_id = ResidentList.objects.values_list("public_id", flat=True).get(pk=list_id)
    lists.discard_list(actor=actor, public_id=public_id, now=now)


check_one = _about(
    ResidentList,
    "a list was sent in",
    lambda actor, row, now: list_checks.check_list(actor=actor, list_id=row, now=now),
)
print_one = _about(
    LetterRun,
    "letters were asked for",
    lambda actor, row, now: letter_printing.print_run(actor=actor, run_id=row, now=now),
)
discard_one = _about(ResidentList, "nobody confirmed the list", _discard)
clear_one = _about(
    ResidentList,
    "kept long enough",
    lambda actor, row, now: letter_retention.clear_list(actor=actor, list_id=row, now=now),
)
forget_listed = _about(
    ResidentList,
    "kept long enough",
    lambda actor, row, now: letter_retention.forget_residents(actor=actor, list_id=row, now=now),
)
remove_file_of = _about(
    LetterRun,
    "kept long enough",
    lambda actor, row, now: letter_retention.remove_file(actor=actor, run_id=row, now=now),
)
release_one = _about(
    LetterRun,
    "the codes expired",
    lambda actor, row, now: letter_retention.release_run(actor=actor, run_id=row, now=now),
)

due.register(due.DueWork(name="identity.write_erasure", find=ledger.erasures_to_write, do=write_erasures))
due.register(due.DueWork(name="identity.expire_copy", find=copies.exports_to_expire, do=expire_one))
make_or_put_off = _tried(make_one, copies.making_failed)
due.register(due.DueWork(name="identity.make_copy", find=copies.exports_to_make, do=make_or_put_off))
due.register(due.DueWork(name="identity.clean_up", find=nights_to_clean, do=clean_one))
for letters in (
    due.DueWork(
        name="identity.check_list",
        find=list_checks.lists_to_check,
        do=_tried(check_one, list_checks.checking_failed),
    ),
    due.DueWork(
        name="identity.print_letters",
        find=letter_printing.runs_to_print,
        do=_tried(print_one, letter_printing.printing_failed),
    ),
    due.DueWork(name="identity.discard_list", find=letter_retention.stale_lists, do=discard_one),
    due.DueWork(name="identity.clear_list", find=letter_retention.lists_to_clear, do=clear_one),
    due.DueWork(name="identity.forget_listed", find=letter_retention.lists_to_forget, do=forget_listed),
    due.DueWork(name="identity.remove_letters", find=letter_retention.files_to_remove, do=remove_file_of),
    due.DueWork(name="identity.release_letters", find=letter_retention.runs_to_release, do=release_one),
):
    due.register(letters)
