"""Recognising people on a municipality's own list by the e-mail address that they signed in with."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from backend.core.actor import Actor
from backend.core.errors import DomainError
from backend.places.models import Portal

from ..models import ListedResident, ResidencyProof
from ..rules import email_digest_of
from ..states import ListState, ProofKind
from .keys import hashes_in_force
from .residency import NewProof, prove_residency


def prove_by_own_list(*, actor: Actor, portal: Portal, now: datetime) -> ResidencyProof | None:
    """Prove where somebody lives by a list that their verified address is on. None when it is on none.

    Also None when somebody else proved to be this person before: signing in goes on without the proof.
    """
    person_id = actor.require_person()
    addresses = EmailAddress.objects.filter(user_id=person_id, verified=True).values_list("email", flat=True)
    digests = [
        email_digest_of(email, key=key, municipality_id=portal.municipality_id)
        for email in addresses
        for key in settings.IDENTITY_KEYS
    ]
    listed = ListedResident.objects.filter(
        resident_list__state=ListState.IMPORTED, resident_list__portal=portal, email__in=digests
    ).exclude(email="")
    resident = listed.select_related("resident_list").order_by("-resident_list__imported_at").first()
    if resident is None:
        return None
    this = resident.resident_list
    hashed = hashes_in_force(resident)
    if not hashed:
        return None
    new = NewProof(
        person_id=person_id,
        portal=portal,
        district_id=this.district_id,
        kind=ProofKind.LIST,
        age=this.minimum_age,
        hashed=hashed,
    )
    try:
        with transaction.atomic():
            return prove_residency(actor=actor, new=new, now=now)
    except DomainError:
        return None
