"""What people allow: each thing by itself, to be given and taken back at any time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import require
from backend.places.selectors import list_portals

from .. import permissions
from ..models import Consent, Person
from ..states import CONSENT_TEXTS, ConsentPurpose


@transaction.atomic
def give_consent(*, actor: Actor, purpose: ConsentPurpose, now: datetime) -> None:
    """Allow one thing, by the text as it is now. Allowing it again changes nothing."""
    require(permissions.can_choose_consents(actor))
    person_id = actor.require_person()
    _consent, is_new = Consent.objects.get_or_create(
        person_id=person_id,
        purpose=purpose,
        withdrawn_at=None,
        defaults={"version": CONSENT_TEXTS[purpose].version, "given_at": now},
    )
    if is_new:
        _put_to_work(person_id, purpose, is_given=True)
        # The record proves that somebody chose, never what.
        audit.record(actor=actor, action="identity.consent_given", target=None, at=now)


@transaction.atomic
def withdraw_consent(*, actor: Actor, purpose: ConsentPurpose, now: datetime) -> None:
    """Stop allowing one thing, from this moment. Without a standing consent nothing changes."""
    require(permissions.can_choose_consents(actor))
    person_id = actor.require_person()
    standing = Consent.objects.filter(person_id=person_id, purpose=purpose, withdrawn_at=None)
    if standing.update(withdrawn_at=now):
        _put_to_work(person_id, purpose, is_given=False)
        audit.record(actor=actor, action="identity.consent_withdrawn", target=None, at=now)


def consent_by_naming(*, person_id: int, now: datetime) -> None:
    """Whoever fills in a name for the first time, in a field that says it is shown, allows that."""
    purpose = ConsentPurpose.NAME_WITH_PLANS
    if not Consent.objects.filter(person_id=person_id, purpose=purpose).exists():
        Consent.objects.create(
            person_id=person_id, purpose=purpose, version=CONSENT_TEXTS[purpose].version, given_at=now
        )


def _put_to_work(person_id: int, purpose: ConsentPurpose, *, is_given: bool) -> None:
    if purpose != ConsentPurpose.NAME_WITH_PLANS:
        return
    Person.objects.filter(pk=person_id).update(is_name_shown=is_given)
    # Somebody may have plans at several portals, whose pages are kept for visitors.
    for portal in list_portals():
        pagecache.empty(portal.pk)
