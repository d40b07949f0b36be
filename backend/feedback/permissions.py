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
    """A clerk or an administrator, but never whoever owes it: without an owner that is the whole role."""
    if not actor.has_role(Role.CLERK, Role.ADMINISTRATOR):
        return False
    if subject.owner_id is None:
        return not actor.has_role(subject.owed_by)
    return not _is_owner(actor, subject)


def can_tell_unreached(actor: Actor) -> bool:
    """Tell an answer at the counter or by phone to whom no message reached."""
    return actor.has_role(Role.CLERK, Role.ASSISTANT)


def _is_owner(actor: Actor, subject: Subject) -> bool:
    return actor.person_id is not None and subject.owner_id == actor.person_id
