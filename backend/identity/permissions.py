"""Who may change people, proofs and roles."""

from backend.core.actor import Actor

from .states import Role


def can_confirm_at_counter(actor: Actor) -> bool:
    return actor.is_system or actor.has_role(Role.CLERK, Role.ASSISTANT)


def can_give_roles(actor: Actor) -> bool:
    return actor.is_system or actor.has_role(Role.ADMINISTRATOR)


def can_declare(actor: Actor) -> bool:
    return actor.person_id is not None


def can_come_by_broker(actor: Actor) -> bool:
    """Everybody for themselves: who sits with somebody who helps them would give the helper's login away."""
    return actor.assistant_id is None and not actor.is_system
