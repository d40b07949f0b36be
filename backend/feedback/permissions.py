"""Who may answer, arrange, waive and see what is owed. The one place that decides it."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.core.actor import Actor
from backend.identity.states import Role

from .models import Subject
from .states import ANSWERING_ROLES

# Who see what a portal owes.
OVERSEEING_ROLES = (*ANSWERING_ROLES, Role.ORGANISER, Role.ADMINISTRATOR)


def visible_subjects(actor: Actor) -> QuerySet[Subject]:
    """What a portal owes answers about, for whoever works with it: for nobody else."""
    subjects = Subject.objects.filter(portal_id=actor.require_portal())
    return subjects if can_see_owed(actor) else subjects.none()


def public_subjects(actor: Actor) -> QuerySet[Subject]:
    """What everybody may read is owed at a portal. What is hidden itself stays hidden here."""
    return Subject.objects.filter(portal_id=actor.require_portal(), is_public=True)


def can_see_owed(actor: Actor) -> bool:
    return actor.has_role(*OVERSEEING_ROLES)


def can_answer(actor: Actor, subject: Subject) -> bool:
    """Whoever owes it: the owner, and everybody in the role that does."""
    if not actor.has_role(*ANSWERING_ROLES):
        return False
    return _is_owner(actor, subject) or actor.has_role(subject.owed_by)


def can_arrange(actor: Actor) -> bool:
    """Say who answers and before when."""
    return actor.has_role(Role.CLERK, Role.ORGANISER, Role.ADMINISTRATOR)


def can_waive(actor: Actor, subject: Subject) -> bool:
    """A clerk or an administrator, but never whoever owes it, ever owed it by name, or said last who does.

    Everybody in the role that owes it does, also when one of them is named.
    """
    if not actor.has_role(Role.CLERK, Role.ADMINISTRATOR) or actor.has_role(subject.owed_by):
        return False
    return not _is_owner(actor, subject) and not _has_agreed(actor, subject)


def can_tell_unreached(actor: Actor) -> bool:
    """Tell an answer at the counter or by phone to whom no message reached."""
    return actor.has_role(Role.CLERK, Role.ASSISTANT)


def _is_owner(actor: Actor, subject: Subject) -> bool:
    return actor.person_id is not None and subject.owner_id == actor.person_id


def _has_agreed(actor: Actor, subject: Subject) -> bool:
    """Was named in any agreement about it, or made the last one. Lists bring the agreements along."""
    if actor.person_id is None:
        return False
    agreements = sorted(subject.agreements.all(), key=lambda agreement: (agreement.made_at, agreement.pk))
    was_named = any(agreement.owner_id == actor.person_id for agreement in agreements)
    return was_named or (bool(agreements) and agreements[-1].made_by_id == actor.person_id)
