"""Checking a list in the background: a piece of it per walk, so that nothing else waits for it.

First the file becomes rows of one form, one JSON array on a line, for no other form can be read on from the
middle. Then each row is read, hashed and laid ready. A crash loses at most a piece, which is done again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from backend.core.actor import Actor
from backend.core.errors import require
from backend.core.walltime import on_wall

from .. import permissions
from ..lists.files import findings_file, rows_file
from ..lists.findings import Broken, Finding, Problem
from ..lists.rows import Listed, Refused, Wanted, listed_of
from ..models import Letter, ListedResident, ResidentList
from ..rules import digest_of, email_digest_of, fingerprint_of
from ..states import KeyKind, ListPurpose, ListState
from .keys import require_right_keys
from .list_rows import bring_in_form, held_while_checked
from .lists import has_source, start_check
from .trying import may_be_tried, note_failure

# Rows per transaction, and per walk. A piece of so many takes a second or two.
PIECE = 1_000
PER_WALK = 10_000
# What a row with an address is known by, and a row without.
_MAIN_KINDS = (KeyKind.RESIDENT, KeyKind.LETTER)


def lists_to_check(now: datetime) -> Iterable[int]:
    waiting = ResidentList.objects.all_municipalities().filter(may_be_tried(now), state=ListState.CHECKING)
    return list(waiting.order_by("uploaded_at").values_list("pk", flat=True))


def check_list(*, actor: Actor, list_id: int, now: datetime) -> None:
    """Go on with the check of a list for one walk's worth of rows."""
    require(permissions.can_do_clock_work(actor))
    require_right_keys(now=now)
    this = _begin(list_id)
    if this is None:
        return
    if not this.rows_total:
        bring_in_form(this)
    for _piece in range(PER_WALK // PIECE):
        if not _check_piece(list_id, now):
            return


def checking_failed(list_id: int, now: datetime) -> None:
    """A piece of a check could not be done. Once it is given up, an organiser can have it tried again."""
    checking = ResidentList.objects.all_municipalities().filter(pk=list_id, state=ListState.CHECKING)
    note_failure(checking, now=now, given_up={"state": ListState.FAILED})


@transaction.atomic
def _begin(list_id: int) -> ResidentList | None:
    """The list, made ready to go on with; None when there is nothing to do."""
    this = held_while_checked(list_id)
    if this is None:
        return None
    keys = _keys_in_force()
    # The keys changed half-way: rows hashed with the former ones would not meet the others.
    # After a restore: the copy has the database and no private files.
    if this.keys != keys or (this.rows_total and not rows_file(this.public_id).exists()):
        start_check(this)
        this.keys = keys
    if not has_source(this):
        this.state, this.broken = ListState.BROKEN, Broken.LOST
    this.save()
    return this if this.state == ListState.CHECKING else None


def _keys_in_force() -> list[str]:
    return [fingerprint_of(key) for key in settings.IDENTITY_KEYS]


@transaction.atomic
def _check_piece(list_id: int, now: datetime) -> bool:
    """Check the next piece, alone with this list. Whether there is more to do."""
    this = held_while_checked(list_id)
    if this is None or not this.rows_total or this.keys != _keys_in_force():
        # Ended or begun again meanwhile, perhaps by a process with other keys.
        return False
    _check_rows(this, now)
    this.save()
    return this.state == ListState.CHECKING


def _check_rows(this: ResidentList, now: datetime) -> None:
    pieces = _Piece.next_of(this, now)
    found = pieces.findings
    with findings_file(this.public_id).open("r+b") as file:
        # A piece that was cut off left its findings behind, but not where they end.
        file.truncate(this.found_to)
        file.seek(this.found_to)
        for finding in found:
            line = json.dumps([finding.row, finding.column, finding.problem])
            file.write(line.encode() + b"\n")
        this.found_to = file.tell()
    ListedResident.objects.bulk_create(pieces.residents)
    this.tries, this.try_again_at = 0, None
    this.read_to, this.rows_done = pieces.read_to, this.rows_done + pieces.rows
    this.new_count += len(pieces.residents)
    this.known_count += pieces.known
    this.young_count += pieces.young
    this.refused_count += len({finding.row for finding in found})
    if not pieces.rows or this.rows_done >= this.rows_total:
        this.state = ListState.CHECKED
        rows_file(this.public_id).unlink(missing_ok=True)


@dataclass
class _Read:
    """A row that can be used, with what it is known by."""

    row: int
    listed: Listed
    digests: dict[str, list[str]]
    main: list[str]
    email: list[str]


class _Piece:
    """What a number of rows came to."""

    def __init__(self, this: ResidentList, now: datetime) -> None:
        self.this = this
        self.findings: list[Finding] = []
        self.residents: list[ListedResident] = []
        self.rows = self.known = self.young = 0
        self.read_to = this.read_to
        self.wanted = Wanted(
            kind=this.kind,
            purpose=this.purpose,
            columns=this.columns,
            width=len(this.headings),
            today=on_wall(now).date(),
            minimum_age=this.minimum_age,
            municipality=this.municipality.name,
        )

    @classmethod
    def next_of(cls, this: ResidentList, now: datetime) -> _Piece:
        piece = cls(this, now)
        read = list(piece._read())
        piece._sort_out(read, now)
        return piece

    def _read(self) -> Iterator[_Read]:
        with rows_file(self.this.public_id).open("rb") as file:
            file.seek(self.read_to)
            for line in islice(iter(file.readline, b""), PIECE):
                self.rows += 1
                number, cells = json.loads(line)
                listed = listed_of(cells, self.wanted)
                if isinstance(listed, Refused):
                    self.findings += [Finding(number, column, code) for column, code in listed.problems]
                elif listed.is_too_young:
                    self.young += 1
                else:
                    yield self._hashed(number, listed)
            self.read_to = file.tell()

    def _hashed(self, number: int, listed: Listed) -> _Read:
        municipality_id = self.this.municipality_id
        digests = {
            str(claim.kind): [
                digest_of(claim, key=key, municipality_id=municipality_id) for key in settings.IDENTITY_KEYS
            ]
            for claim in listed.claims
        }
        main = next(digests[kind] for kind in _MAIN_KINDS if kind in digests)
        email = [
            email_digest_of(listed.email, key=key, municipality_id=municipality_id)
            for key in settings.IDENTITY_KEYS
            if listed.email
        ]
        return _Read(number, listed, digests, main, email)

    def _sort_out(self, read: list[_Read], now: datetime) -> None:
        """Leave out who stands twice in the file, or has a letter or stands on an own list already."""
        here = _residents_with(self.this, [digest for one in read for digest in one.main])
        emails_here = set(
            ListedResident.objects.filter(
                resident_list=self.this, email__in=[one.email[0] for one in read if one.email]
            ).values_list("email", flat=True)
        )
        before = addressees_with_a_letter(self.this, [digest for one in read for digest in one.main], now)
        for one in read:
            if not here.isdisjoint(one.main):
                self.findings.append(Finding(one.row, "", Problem.TWICE))
            elif one.email and one.email[0] in emails_here:
                self.findings.append(Finding(one.row, "email", Problem.EMAIL_TWICE))
            elif not before.isdisjoint(one.main):
                self.known += 1
            else:
                self.residents.append(self._resident(one))
            here.update(one.main)
            emails_here.update(one.email[:1])

    def _resident(self, one: _Read) -> ListedResident:
        return ListedResident(
            municipality_id=self.this.municipality_id,
            resident_list=self.this,
            row=one.row,
            addressee=one.main[0],
            email=one.email[0] if one.email else "",
            claims=one.digests,
            print_as=one.listed.print_as or None,
        )


def _residents_with(this: ResidentList, digests: list[str]) -> set[str]:
    rows = ListedResident.objects.filter(resident_list=this, addressee__in=digests)
    return set(rows.values_list("addressee", flat=True))


def addressees_with_a_letter(this: ResidentList, digests: list[str], now: datetime) -> set[str]:
    """Who stands on another list for the same, and has a letter that still works or is yet to be printed.

    Whether a letter was used makes no difference, or sending in a list would tell who took part.
    """
    others = ListedResident.objects.filter(
        addressee__in=digests,
        resident_list__state=ListState.IMPORTED,
        resident_list__purpose=this.purpose,
    ).exclude(resident_list=this)
    if this.purpose == ListPurpose.LETTERS:
        letters = Letter.objects.filter(resident=OuterRef("pk"))
        working = letters.filter(addressee__isnull=False, run__valid_until__gt=now)
        others = others.annotate(is_printed=Exists(letters), works=Exists(working)).filter(
            Q(works=True) | Q(is_printed=False)
        )
    return set(others.values_list("addressee", flat=True))
