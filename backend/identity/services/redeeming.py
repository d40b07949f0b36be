"""Using a code from a letter: with an account, without one, or by an assistant for somebody on the phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

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
    LetterOfSomebodyElse,
    ProvingImpossible,
)
from ..letter_codes import code_digest, normal_code
from ..models import IdentityKey, Letter, Person, ResidencyProof, RoleAssignment
from ..states import KeyKind, Origin, ProofKind
from .keys import Hashed, hashes_in_force
from .letter_words import address_of
from .people import new_person
from .residency import NewProof, prove_residency


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
    )
    proof = prove_residency(actor=acting, new=new, now=now)
    if not Letter.objects.filter(pk=letter.pk, used_on=None).update(used_on=on_wall(now).date()):
        raise CodeUsed
    # The list, and no letter or batch of one: the record must not tell which letter became whose voice.
    audit.record(actor=acting, action="identity.letter_redeemed", target=letter.run.resident_list, at=now)
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
    municipality_id = letter.municipality_id
    if actor.person_id is not None:
        _require_own_letter(actor.person_id, hashed, municipality_id)
        return Person.objects.get(pk=actor.person_id), False
    former = _person_of_former_letter(hashed, letter)
    if former is not None:
        return former, False
    return new_person(origin=Origin.LETTER, language=language, now=now), True


def _require_own_letter(person_id: int, hashed: Sequence[Hashed], municipality_id: int) -> None:
    """Two people who share a browser must not end as one voice: a letter to another name is refused."""
    mine = IdentityKey.objects.filter(municipality_id=municipality_id, person_id=person_id)
    for kind in (KeyKind.RESIDENT, KeyKind.LETTER):
        told = {each.digest for each in hashed if each.kind == kind}
        held = set(mine.filter(kind=kind).values_list("digest", flat=True)) if told else set()
        if held and held.isdisjoint(told):
            raise LetterOfSomebodyElse


def _person_of_former_letter(hashed: Sequence[Hashed], letter: Letter) -> Person | None:
    """Who took part before without an account, and gets in again by a letter that is theirs.

    Theirs is a letter that replaces the one they used, or one with their name, birth date and address.
    A name alone may be a namesake's, and an address alone that of who lives there now. Whoever has an account
    signs in with it: a letter opens no account that somebody made their own.
    """
    keys = IdentityKey.objects.filter(municipality_id=letter.municipality_id, person_id=OuterRef("pk"))
    by_kind = {
        kind: Exists(keys.filter(kind=kind, digest__in=[each.digest for each in hashed if each.kind == kind]))
        for kind in (KeyKind.RESIDENT, KeyKind.LETTER, KeyKind.HOME)
    }
    is_theirs = Q(by_kind[KeyKind.RESIDENT], by_kind[KeyKind.HOME])
    if _replaces_a_used_one(letter):
        is_theirs |= Q(by_kind[KeyKind.RESIDENT]) | Q(by_kind[KeyKind.LETTER])
    with_role = RoleAssignment.objects.all_municipalities().values("person_id")
    return (
        Person.objects.filter(is_theirs, origin__in=[Origin.LETTER, Origin.COUNTER], email=None)
        .filter(is_active=True, left_at=None)
        .exclude(pk__in=with_role)
        .first()
    )


def _replaces_a_used_one(letter: Letter) -> bool:
    former = letter.run.replaces
    while former is not None:
        if former.used_on is not None:
            return True
        former = former.run.replaces
    return False
