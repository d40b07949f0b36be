"""Removing what letters needed, once its clock has run out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import require
from backend.core.private_files import remove_private_folder
from backend.core.retention import Clock

from .. import permissions
from ..lists.files import BATCHES, LISTS
from ..models import Letter, LetterRun, ListedResident, ResidentList
from ..selectors.own_data import time_kept
from ..states import OPEN_LISTS, ListPurpose, ListState, RunState


def stale_lists(now: datetime) -> Iterable[int]:
    """Lists that nobody confirmed in time."""
    waiting = (*OPEN_LISTS, ListState.BROKEN)
    stale = ResidentList.objects.all_municipalities().filter(
        state__in=waiting, uploaded_at__lt=now - time_kept(Clock.LISTS_UNCONFIRMED)
    )
    return list(stale.values_list("pk", flat=True))


def lists_to_clear(now: datetime) -> Iterable[int]:
    """Lists whose names and addresses, or hashes, have been kept long enough."""
    # A batch that could not be made may still be tried again, until what was made of it goes.
    printing = LetterRun.objects.all_municipalities().filter(
        Q(state=RunState.PRINTING) | Q(state=RunState.FAILED, file_removed_at=None),
        resident_list=OuterRef("pk"),
    )
    past = Q(purpose=ListPurpose.LETTERS, names_until__lt=now) & ~Exists(printing)
    old = Q(purpose=ListPurpose.OWN_LIST, imported_at__lt=now - time_kept(Clock.OWN_LISTS))
    imported = ResidentList.objects.all_municipalities().filter(state=ListState.IMPORTED)
    return list(imported.filter(past | old).values_list("pk", flat=True))


@transaction.atomic
def clear_list(*, actor: Actor, list_id: int, now: datetime) -> None:
    """Remove names and addresses, and of an own list everything. The same file may then come again."""
    require(permissions.can_do_clock_work(actor))
    this = ResidentList.objects.select_for_update().filter(pk=list_id, state=ListState.IMPORTED).first()
    if this is None:
        return
    residents = ListedResident.objects.filter(resident_list=this)
    if this.purpose == ListPurpose.OWN_LIST:
        residents.delete()
    else:
        # Whoever was never printed has nothing more to be kept for.
        residents.filter(~Exists(Letter.objects.filter(resident=OuterRef("pk")))).delete()
        residents.filter(print_as__isnull=False).update(print_as=None)
    this.state = ListState.CLEARED
    this.save(update_fields=["state"])
    audit.record(actor=actor, action="identity.list_cleared", target=this, at=now)
    transaction.on_commit(lambda: remove_private_folder(LISTS, this.public_id))


def files_to_remove(now: datetime) -> Iterable[int]:
    past = LetterRun.objects.all_municipalities().filter(file_until__lt=now, file_removed_at=None)
    return list(past.values_list("pk", flat=True))


@transaction.atomic
def remove_file(*, actor: Actor, run_id: int, now: datetime) -> None:
    """Remove the file of a batch: the only place where its codes can be read."""
    require(permissions.can_do_clock_work(actor))
    run = LetterRun.objects.select_for_update().filter(pk=run_id, file_removed_at=None).first()
    if run is None:
        return
    run.file_removed_at = now
    run.save(update_fields=["file_removed_at"])
    audit.record(actor=actor, action="identity.letters_file_removed", target=run, at=now)
    transaction.on_commit(lambda: remove_private_folder(BATCHES, run.public_id))


def runs_to_release(now: datetime) -> Iterable[int]:
    past = LetterRun.objects.all_municipalities().filter(
        released_at=None, valid_until__lte=now, state__in=[RunState.PRINTED, RunState.FAILED]
    )
    return list(past.values_list("pk", flat=True))


@transaction.atomic
def release_run(*, actor: Actor, run_id: int, now: datetime) -> None:
    """The codes of a batch have expired: whoever they were for may get a letter again."""
    require(permissions.can_do_clock_work(actor))
    if LetterRun.objects.filter(pk=run_id, released_at=None).update(released_at=now):
        Letter.objects.filter(run_id=run_id).update(addressee=None)
        run = LetterRun.objects.get(pk=run_id)
        audit.record(actor=actor, action="identity.letters_expired", target=run, at=now)


def lists_to_forget(now: datetime) -> Iterable[int]:
    """Cleared lists whose letters have all expired long enough ago."""
    cleared = ResidentList.objects.all_municipalities().filter(
        state=ListState.CLEARED, purpose=ListPurpose.LETTERS
    )
    last = (
        LetterRun.objects.all_municipalities()
        .filter(resident_list=OuterRef("pk"))
        .order_by()
        .values("resident_list")
        .annotate(last=Max("valid_until"))
        .values("last")
    )
    held = ListedResident.objects.all_municipalities().filter(resident_list=OuterRef("pk"))
    past = cleared.annotate(last=last).filter(Exists(held), last__lt=now - time_kept(Clock.LETTER_HASHES))
    return list(past.values_list("pk", flat=True))


@transaction.atomic
def forget_residents(*, actor: Actor, list_id: int, now: datetime) -> None:
    """Remove the hashes of who letters were to. Of the letters only their numbers and states are left."""
    require(permissions.can_do_clock_work(actor))
    if ListedResident.objects.filter(resident_list_id=list_id).delete()[0]:
        this = ResidentList.objects.get(pk=list_id)
        audit.record(actor=actor, action="identity.list_forgotten", target=this, at=now)
