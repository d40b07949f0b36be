"""Using a code from a letter: with an account, without one, or by an assistant for somebody on the phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.walltime import on_wall
from backend.places.models import Portal

from ..errors import (
    CodeExpired,
    CodeMistyped,
    CodeOfOtherPortal,
    CodeReplaced,
    CodeRevoked,
    CodeUnknown,
    CodeUsed,
    ProvingImpossible,
)
from ..letter_codes import code_digest, normal_code
from ..models import IdentityKey, Letter, Person, ResidencyProof, RoleAssignment
from ..states import KeyKind, Origin, ProofKind
from .keys import hashes_in_force
from .letter_words import address_of
from .people import new_person
from .residency import Hashed, NewProof, prove_residency


@dataclass(frozen=True)
class Redeemed:
    """Whose voice a code opened, and the proof that it gave."""

    person: Person
    proof: ResidencyProof
    is_new: bool


@transaction.atomic
def redeem_letter_code(
    *, actor: Actor, portal: Portal, code: str, now: datetime, language: str = "nl"
) -> Redeemed:
    """Let a code from a letter prove where somebody lives. It works once.

    For a visitor it makes a person without an e-mail address; a letter that replaces another gives the person
    of the former one back. Signed in, or with an assistant, the proof is that person's. Raises a CodeRefused
    for a code that gives nothing, and AlreadyProved or HomeAlreadyProved with the code still unused.
    """
    if actor.portal_id != portal.pk:
        raise NotFound
    letter = _find_and_hold(portal, code)
    _require_usable(letter, portal, now)
    hashed = _hashes_of(letter)
    person, is_new = _whose(actor, hashed, letter, language=language, now=now)
    acting = actor if actor.person_id else replace(actor, person_id=person.pk)
    new = NewProof(
        person_id=person.pk,
        portal=portal,
        district_id=letter.run.district_id,
        kind=ProofKind.LETTER,
        age=letter.run.reached_age,
        hashed=hashed,
        hashed_at=letter.run.resident_list.uploaded_at,
    )
    proof = prove_residency(actor=acting, new=new, now=now)
    if not Letter.objects.filter(pk=letter.pk, used_on=None).update(used_on=on_wall(now).date()):
        raise CodeUsed
    # The batch and not the letter: the record must not tell which letter became whose voice.
    audit.record(actor=acting, action="identity.letter_redeemed", target=letter.run, at=now)
    return Redeemed(person, proof, is_new)


def _find_and_hold(portal: Portal, typed: str) -> Letter:
    """The letter of a code, held so that eight requests at once give one person."""
    code = normal_code(typed)
    if code is None:
        raise CodeMistyped
    digests = [
        code_digest(code, key=key, municipality_id=portal.municipality_id) for key in settings.IDENTITY_KEYS
    ]
    letter = (
        Letter.objects.select_for_update(of=("self",))
        .select_related("run__portal", "run__resident_list", "resident__resident_list")
        .filter(municipality_id=portal.municipality_id, code_digest__in=digests)
        .first()
    )
    if letter is None:
        raise CodeUnknown
    return letter


def _require_usable(letter: Letter, portal: Portal, now: datetime) -> None:
    run = letter.run
    if run.portal_id != portal.pk:
        raise CodeOfOtherPortal(portal=run.portal.name, address=address_of(run))
    if letter.replaced_at:
        raise CodeReplaced
    if letter.revoked_at:
        raise CodeRevoked
    if letter.used_on:
        raise CodeUsed
    if run.valid_until < now:
        raise CodeExpired


def _hashes_of(letter: Letter) -> list[Hashed]:
    """Who the letter was to."""
    resident = letter.resident
    if resident is None:
        raise CodeExpired
    hashed = hashes_in_force(resident)
    if not hashed:
        raise ProvingImpossible
    return hashed


def _whose(
    actor: Actor, hashed: Sequence[Hashed], letter: Letter, *, language: str, now: datetime
) -> tuple[Person, bool]:
    if actor.person_id is not None:
        return Person.objects.get(pk=actor.person_id), False
    former = _person_of_former_letter(hashed, letter.municipality_id)
    if former is not None:
        return former, False
    return new_person(origin=Origin.LETTER, language=language, now=now), True


def _person_of_former_letter(hashed: Sequence[Hashed], municipality_id: int) -> Person | None:
    """Who used an earlier letter to the same addressee and has no other way to come back.

    Whoever has an account signs in with it: a letter opens no account that somebody made their own.
    """
    telling = [digest for kind, digest in hashed if kind in {KeyKind.RESIDENT, KeyKind.LETTER}]
    held = IdentityKey.objects.filter(
        municipality_id=municipality_id, digest__in=telling, kind__in=[KeyKind.RESIDENT, KeyKind.LETTER]
    ).values_list("person_id", flat=True)
    if not (holders := list(held)):
        return None
    with_role = RoleAssignment.objects.all_municipalities().values("person_id")
    return (
        Person.objects.filter(pk__in=holders, origin=Origin.LETTER, email=None)
        .filter(is_active=True, left_at=None)
        .exclude(pk__in=with_role)
        .first()
    )
