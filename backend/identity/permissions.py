"""Who may change people, proofs and roles."""

from backend.core.actor import Actor

from .states import Role


def can_confirm_at_counter(actor: Actor) -> bool:
    return actor.is_system or actor.has_role(Role.CLERK, Role.ASSISTANT)


def can_give_roles(actor: Actor) -> bool:
    return actor.is_system or actor.has_role(Role.ADMINISTRATOR)


def can_declare(actor: Actor) -> bool:
    return actor.person_id is not None


def can_reset_second_factor(actor: Actor) -> bool:
    """Who looks after accounts. They take away what was lost; they can set up nothing for somebody else."""
    return actor.is_system or actor.has_role(Role.ADMINISTRATOR)
