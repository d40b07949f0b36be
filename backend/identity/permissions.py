"""Who may change people, proofs and roles."""

from backend.core.actor import Actor

from .states import Role


def can_confirm_at_counter(actor: Actor) -> bool:
    return actor.is_system or actor.has_role(Role.CLERK, Role.ASSISTANT)


def can_give_roles(actor: Actor) -> bool:
    return actor.is_system or actor.has_role(Role.ADMINISTRATOR)


def can_declare(actor: Actor) -> bool:
    return actor.person_id is not None


def can_send_letters(actor: Actor) -> bool:
    """Bring in lists of residents, print letters with codes, and revoke or replace them."""
    return actor.has_role(Role.ORGANISER)


def can_print_letters(actor: Actor) -> bool:
    """Nobody checks rows or prints by hand: the clock does what an organiser asked for."""
    return actor.is_system
