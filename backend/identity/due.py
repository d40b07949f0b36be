"""Clearing away what nobody needs any more, checking lists of residents, and printing letters."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from backend.core import due
from backend.core.actor import Actor
from backend.core.tenancy import MunicipalityModel, in_municipality

from .models import LetterRun, Person, ResidencyProof, ResidentList, RoleAssignment
from .services import letter_printing, letter_retention, list_checks, lists
from .services.people import forget_unused
from .states import Origin

# Our default: whoever asked for a code and never filled it in is forgotten after this long.
UNUSED_AFTER = timedelta(days=30)
AT_ONCE = 500


def unused_accounts(now: datetime) -> Iterable[int]:
    """Accounts that a code was asked for and that nobody signed in to, without a proof or a role."""
    in_use = ResidencyProof.objects.all_municipalities().values("person_id")
    with_role = RoleAssignment.objects.all_municipalities().values("person_id")
    unused = Person.objects.filter(
        origin=Origin.SIGNED_IN, last_login=None, joined_at__lt=now - UNUSED_AFTER
    ).exclude(pk__in=in_use)
    return list(unused.exclude(pk__in=with_role).values_list("pk", flat=True)[:AT_ONCE])


def forget_one(person_id: int, now: datetime) -> None:
    forget_unused(person_id=person_id, now=now)


def ended_sessions(now: datetime) -> Iterable[int]:
    """One piece of work for all sessions together: they have no number of their own."""
    return [0] if Session.objects.filter(expire_date__lt=now).exists() else []


def clear_sessions(_: int, now: datetime) -> None:
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


Work = Callable[[int, datetime], None]


def _about(model: type[MunicipalityModel], reason: str, do: Callable[[Actor, int, datetime], None]) -> Work:
    """Work on a row, as the clock, within the municipality of the row."""

    def work(row_id: int, now: datetime) -> None:
        rows = model.objects.all_municipalities().filter(pk=row_id)
        municipality_id: int = rows.values_list("municipality_id", flat=True).get()
        with in_municipality(municipality_id):
            do(Actor.system(reason, municipality_id=municipality_id), row_id, now)

    return work


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

due.register(due.DueWork(name="identity.forget_unused", find=unused_accounts, do=forget_one))
due.register(due.DueWork(name="identity.clear_sessions", find=ended_sessions, do=clear_sessions))
for letters in (
    due.DueWork(name="identity.check_list", find=list_checks.lists_to_check, do=check_one),
    due.DueWork(name="identity.print_letters", find=letter_printing.runs_to_print, do=print_one),
    due.DueWork(name="identity.discard_list", find=letter_retention.stale_lists, do=discard_one),
    due.DueWork(name="identity.clear_list", find=letter_retention.lists_to_clear, do=clear_one),
    due.DueWork(name="identity.forget_listed", find=letter_retention.lists_to_forget, do=forget_listed),
    due.DueWork(name="identity.remove_letters", find=letter_retention.files_to_remove, do=remove_file_of),
    due.DueWork(name="identity.release_letters", find=letter_retention.runs_to_release, do=release_one),
):
    due.register(letters)
