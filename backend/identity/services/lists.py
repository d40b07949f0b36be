"""Lists of residents: sending one in, saying what its columns are, and confirming what a check found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require, require_found
from backend.core.private_files import remove_private_folder
from backend.core.retention import Clock
from backend.places.models import District, Portal

from .. import permissions
from ..errors import FileImportedBefore, ListNotReady
from ..lists.columns import Column, comparable_heading, possible_columns, recognised, required_columns
from ..lists.files import LISTS, source_of
from ..lists.findings import UnreadableList
from ..lists.reading import Form, form_of, headings_of, require_no_citizen_numbers
from ..models import ColumnChoice, ListedResident, ResidentList
from ..selectors.own_data import time_kept
from ..states import OPEN_LISTS, ListKind, ListPurpose, ListState

MOST_BYTES = 50_000_000


@dataclass(frozen=True, kw_only=True)
class NewList:
    """What an organiser says about a list when sending it in."""

    name: str
    purpose: str
    kind: str
    minimum_age: int
    district_id: int


def send_in_list(
    *, actor: Actor, portal: Portal, new: NewList, pieces: Iterable[bytes], now: datetime
) -> ResidentList:
    """Keep a file and look at its headings. Nothing of it is imported yet.

    The same file that waits already is that list. Raises FileImportedBefore, or InvalidInput with what is
    wrong with the file and what to do about it.
    """
    require(permissions.can_send_letters(actor))
    if new.purpose == ListPurpose.OWN_LIST and new.kind != ListKind.PEOPLE:
        raise InvalidInput(_("To recognise people the list has to hold people, not addresses."), field="kind")
    require_found(District.objects.filter(pk=new.district_id).first())
    made = ResidentList(
        municipality_id=portal.municipality_id,
        portal=portal,
        district_id=new.district_id,
        name=new.name,
        purpose=new.purpose,
        kind=new.kind,
        minimum_age=new.minimum_age,
        uploaded_by_id=actor.person_id,
        uploaded_at=now,
    )
    path = source_of(made.public_id)
    try:
        made.fingerprint = _write(path, pieces)
        waiting = _same_file(made)
        if waiting is not None:
            remove_private_folder(LISTS, made.public_id)
            return waiting
        form = form_of(path)
        made.encoding, made.delimiter = form.encoding, form.delimiter
        headings = headings_of(path, form)
        require_no_citizen_numbers(path, form)
        made.headings = headings
        made.columns = _recognise(made)
        _keep(actor, made, now)
    except UnreadableList as error:
        remove_private_folder(LISTS, made.public_id)
        raise InvalidInput(sentence_of(error), field="file") from error
    except BaseException:
        remove_private_folder(LISTS, made.public_id)
        raise
    return made


@transaction.atomic
def _keep(actor: Actor, made: ResidentList, now: datetime) -> None:
    made.save()
    audit.record(actor=actor, action="identity.list_sent_in", target=made, at=now)


@transaction.atomic
def choose_columns(*, actor: Actor, public_id: str, columns: dict[str, int], now: datetime) -> ResidentList:
    """Say which column is what, and have the list checked. The portal remembers it for the next list.

    Raises InvalidInput for what is missing or chosen twice, or ListNotReady.
    """
    require(permissions.can_send_letters(actor))
    this = _held(actor, public_id)
    if this.state not in {ListState.MAPPING, ListState.CHECKED, ListState.BROKEN} or not has_source(this):
        raise ListNotReady
    possible = [column.value for column in possible_columns(this.kind, this.purpose)]
    chosen = {name: place for name, place in columns.items() if name in possible}
    for column in required_columns(this.kind, this.purpose):
        if column.value not in chosen:
            raise InvalidInput(_("Choose the column that holds this."), field=column.value)
    for name, place in chosen.items():
        if not 0 <= place < len(this.headings):
            raise InvalidInput(_("Choose one of the columns."), field=name)
        if list(chosen.values()).count(place) > 1:
            raise InvalidInput(_("This column was chosen twice."), field=name)
    _remember(this, chosen)
    this.columns = chosen
    start_check(this)
    audit.record(actor=actor, action="identity.list_columns_chosen", target=this, at=now)
    return this


@transaction.atomic
def check_again(*, actor: Actor, public_id: str, now: datetime) -> ResidentList:
    """Have a list checked again after that went wrong here. Raises ListNotReady."""
    require(permissions.can_send_letters(actor))
    this = _held(actor, public_id)
    if this.state != ListState.FAILED:
        raise ListNotReady
    start_check(this)
    audit.record(actor=actor, action="identity.list_check_again", target=this, at=now)
    return this


def start_check(this: ResidentList) -> None:
    """Have a list checked from its first row. What an earlier check found is forgotten."""
    ListedResident.objects.filter(resident_list=this).delete()
    this.state, this.keys = ListState.CHECKING, []
    this.tries, this.try_again_at = 0, None
    for name in COUNTS:
        setattr(this, name, 0)
    this.broken = ""
    this.save()


COUNTS = (
    "rows_total",
    "rows_done",
    "read_to",
    "found_to",
    "new_count",
    "known_count",
    "young_count",
    "refused_count",
    "broken_row",
)


def confirm_list(*, actor: Actor, public_id: str, now: datetime) -> ResidentList:
    """Import what the check found to be right. A second time, or the same file again, changes nothing.

    Raises FileImportedBefore or ListNotReady.
    """
    try:
        return _confirm(actor, public_id, now)
    except IntegrityError as clash:
        raise FileImportedBefore from clash


@transaction.atomic
def _confirm(actor: Actor, public_id: str, now: datetime) -> ResidentList:
    require(permissions.can_send_letters(actor))
    this = _held(actor, public_id)
    if this.state == ListState.IMPORTED:
        return this
    if this.state != ListState.CHECKED or not this.new_count:
        raise ListNotReady
    this.state, this.imported_at = ListState.IMPORTED, now
    this.names_until = now + time_kept(Clock.LISTS_UNPRINTED)
    this.save(update_fields=["state", "imported_at", "names_until"])
    audit.record(actor=actor, action="identity.list_imported", target=this, at=now, rows=this.new_count)
    transaction.on_commit(lambda: source_of(this.public_id).unlink(missing_ok=True))
    return this


@transaction.atomic
def discard_list(*, actor: Actor, public_id: str, now: datetime) -> None:
    """Throw away a list that was not imported, with everything that was kept of it."""
    require(permissions.can_send_letters(actor) or actor.is_system)
    this = _held(actor, public_id)
    if this.state not in {*OPEN_LISTS, ListState.BROKEN}:
        raise ListNotReady
    ListedResident.objects.filter(resident_list=this).delete()
    this.state = ListState.DISCARDED
    this.save(update_fields=["state"])
    audit.record(actor=actor, action="identity.list_discarded", target=this, at=now)
    transaction.on_commit(lambda: remove_private_folder(LISTS, public_id))


def has_source(this: ResidentList) -> bool:
    return source_of(this.public_id).exists()


def form_of_list(this: ResidentList) -> Form:
    return Form(this.encoding, this.delimiter)


def sentence_of(error: UnreadableList) -> str:
    """What is wrong with a file, with the row if it is about one."""
    if not error.row:
        return str(error.broken.label)
    return _("Row %(row)s: %(sentence)s") % {"row": error.row, "sentence": error.broken.label}


def _held(actor: Actor, public_id: str) -> ResidentList:
    lists = ResidentList.objects.select_for_update()
    if not actor.is_system:
        lists = lists.filter(portal_id=actor.require_portal())
    return require_found(lists.filter(public_id=public_id).first())


def _write(path: Path, pieces: Iterable[bytes]) -> str:
    """Write a file and give its fingerprint, piece by piece."""
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for piece in pieces:
            size += len(piece)
            if size > MOST_BYTES:
                raise InvalidInput(_("The file is larger than 50 MB. Split it."), field="file")
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _same_file(made: ResidentList) -> ResidentList | None:
    """The list that waits and is this same file; FileImportedBefore when it was imported."""
    same = ResidentList.objects.filter(
        portal_id=made.portal_id, fingerprint=made.fingerprint, purpose=made.purpose
    )
    if same.filter(state=ListState.IMPORTED).exists():
        raise FileImportedBefore
    # With something else said about it, it is another list.
    waiting = same.filter(
        state__in=OPEN_LISTS,
        kind=made.kind,
        minimum_age=made.minimum_age,
        district_id=made.district_id,
    )
    return waiting.first()


def _recognise(made: ResidentList) -> dict[str, int]:
    choice = ColumnChoice.objects.filter(portal_id=made.portal_id).first()
    remembered = choice.headings if choice else {}
    return recognised(made.headings, possible_columns(made.kind, made.purpose), remembered)


def _remember(this: ResidentList, chosen: dict[str, int]) -> None:
    names = {name: comparable_heading(this.headings[place]) for name, place in chosen.items()}
    choice, _is_new = ColumnChoice.objects.get_or_create(
        portal_id=this.portal_id, defaults={"municipality_id": this.municipality_id}
    )
    kept = {name: heading for name, heading in choice.headings.items() if name in Column.values}
    choice.headings = {**kept, **names}
    choice.save(update_fields=["headings"])
