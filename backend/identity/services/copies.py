"""Copies of one's own data: asked for, made in the background, fetched once, and gone within minutes."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import translation

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import NotFound, require, require_found
from backend.core.events import publish
from backend.core.private_files import private_folder

from .. import permissions
from ..copy_file import write_copy
from ..events import DataExportReady
from ..models import DataExport, Person
from ..states import OPEN_EXPORTS, ExportState
from .trying import may_be_tried, note_failure

# Long enough to read the message and press a button, too short for a copy to lie about.
LINK_LIFE = timedelta(minutes=15)
# A file that is older belongs to no row: the process that made it was ended halfway.
LEFT_OVER_AFTER = timedelta(days=1)


def ask_for_copy(*, actor: Actor, now: datetime) -> DataExport:
    """Ask for a copy of everything that is held about oneself. While one is on its way, that one is given."""
    require(permissions.can_ask_for_copy(actor))
    try:
        return _ask(actor, now)
    except IntegrityError:
        # A second tab, or a double click.
        return require_found(open_export(actor.require_person(), now))


@transaction.atomic
def _ask(actor: Actor, now: datetime) -> DataExport:
    person_id = actor.require_person()
    expire(list(_ended(now).filter(person_id=person_id).values_list("pk", flat=True)), now)
    found = open_export(person_id, now)
    if found is not None:
        return found
    export = DataExport.objects.create(
        person_id=person_id,
        portal_id=actor.require_portal(),
        token=secrets.token_urlsafe(32),
        requested_at=now,
    )
    audit.record(actor=actor, action="identity.copy_asked", target=export, at=now)
    return export


def open_export(person_id: int, now: datetime) -> DataExport | None:
    """The copy that is being made, or that can be fetched now."""
    of_person = DataExport.objects.filter(person_id=person_id, state__in=OPEN_EXPORTS)
    return of_person.exclude(state=ExportState.READY, expires_at__lte=now).first()


def get_ready_export(*, actor: Actor, token: str, now: datetime) -> DataExport:
    """A copy that this person can fetch at this portal at this moment; NotFound for everybody else."""
    if actor.person_id is None or not permissions.can_ask_for_copy(actor):
        raise NotFound
    return require_found(
        DataExport.objects.filter(
            token=token,
            person_id=actor.person_id,
            portal_id=actor.require_portal(),
            state=ExportState.READY,
            expires_at__gt=now,
        ).first()
    )


@transaction.atomic
def fetch_copy(*, actor: Actor, token: str, now: datetime) -> BinaryIO:
    """Give the copy out: once, to the person themselves. The file is deleted; what is open can still be read.

    Raises NotFound when it was fetched before, is too old, or is of somebody else.
    """
    export = get_ready_export(actor=actor, token=token, now=now)
    try:
        file = path_of(export).open("rb")
    except FileNotFoundError as gone:
        raise NotFound from gone
    taken = DataExport.objects.filter(pk=export.pk, state=ExportState.READY)
    if not taken.update(state=ExportState.FETCHED, fetched_at=now):
        # Two buttons at once: the other one has it.
        file.close()
        raise NotFound
    audit.record(actor=actor, action="identity.copy_fetched", target=export, at=now)
    return file


def make_copy(*, export_id: int, now: datetime) -> None:
    """Write the copy that somebody asked for, and tell them. A second time changes nothing."""
    export = (
        DataExport.objects.select_related("portal").filter(pk=export_id, state=ExportState.REQUESTED).first()
    )
    if export is None:
        return
    folder = exports_folder()
    _sweep(folder, now)
    person = Person.objects.get(pk=export.person_id)
    name = f"{secrets.token_hex(16)}.zip"
    with translation.override(person.language):
        write_copy(folder / name, person=person, now=now)
    with transaction.atomic():
        ready = DataExport.objects.filter(pk=export_id, state=ExportState.REQUESTED).update(
            state=ExportState.READY, file=name, ready_at=now, expires_at=now + LINK_LIFE
        )
        if not ready:
            # Made twice at the same time, or the person left meanwhile.
            (folder / name).unlink(missing_ok=True)
            return
        publish(
            DataExportReady(
                municipality_id=export.portal.municipality_id,
                at=now,
                person_id=export.person_id,
                portal_id=export.portal_id,
                export_id=export.pk,
            )
        )


def exports_to_make(now: datetime) -> list[int]:
    asked = DataExport.objects.filter(may_be_tried(now), state=ExportState.REQUESTED)
    return list(asked.order_by("pk").values_list("pk", flat=True))


def making_failed(export_id: int, now: datetime) -> None:
    """A copy could not be made. Once it is given up, the person can ask for another one."""
    asked = DataExport.objects.filter(pk=export_id, state=ExportState.REQUESTED)
    note_failure(asked, now=now, given_up={"state": ExportState.FAILED})


def has_failed(person_id: int) -> bool:
    """Whether the copy that somebody asked for last could not be made."""
    latest = DataExport.objects.filter(person_id=person_id).order_by("-pk").first()
    return latest is not None and latest.state == ExportState.FAILED


def exports_to_expire(now: datetime) -> list[int]:
    """Copies whose time is over or that were fetched, and whose file is still there."""
    return list(_ended(now).values_list("pk", flat=True))


def _ended(now: datetime) -> QuerySet[DataExport]:
    ended = Q(state=ExportState.FETCHED) | Q(expires_at__lte=now)
    return DataExport.objects.filter(ended).exclude(file="")


def expire(export_ids: Sequence[int], now: datetime) -> None:
    """Delete the files of copies, and let nobody fetch them any more."""
    for export in DataExport.objects.filter(pk__in=export_ids).exclude(file=""):
        path_of(export).unlink(missing_ok=True)
        was_fetched = export.state == ExportState.FETCHED
        DataExport.objects.filter(pk=export.pk).update(
            file="", state=ExportState.FETCHED if was_fetched else ExportState.EXPIRED
        )


def remove_exports(person_id: int, now: datetime) -> None:
    """Every copy of somebody who leaves, with its file."""
    for export in DataExport.objects.filter(person_id=person_id).exclude(file=""):
        transaction.on_commit(partial(path_of(export).unlink, missing_ok=True))
    DataExport.objects.filter(person_id=person_id).delete()


def exports_folder() -> Path:
    """Where copies lie: out of reach of every address."""
    return private_folder("copies")


def path_of(export: DataExport) -> Path:
    return exports_folder() / export.file


def _sweep(folder: Path, now: datetime) -> None:
    for file in folder.iterdir():
        if file.stat().st_mtime < (now - LEFT_OVER_AFTER).timestamp():
            file.unlink(missing_ok=True)
