"""Who may change people, proofs and roles."""

from backend.core.actor import Actor

from .states import Role


def can_confirm_at_counter(actor: Actor) -> bool:
    return actor.is_system or actor.has_role(Role.CLERK, Role.ASSISTANT)


def can_give_roles(actor: Actor) -> bool:
    return actor.is_system or actor.has_role(Role.ADMINISTRATOR)


def can_declare(actor: Actor) -> bool:
    return actor.person_id is not None


def can_leave(actor: Actor) -> bool:
    """Only with one's own hands: what cannot be undone is done by no assistant."""
    return actor.person_id is not None and actor.assistant_id is None


def can_ask_for_copy(actor: Actor) -> bool:
    """Only with one's own hands, so that no assistant gets to read it."""
    return actor.person_id is not None and actor.assistant_id is None


def can_choose_consents(actor: Actor) -> bool:
    return actor.person_id is not None


def can_set_clocks(actor: Actor) -> bool:
    return actor.has_role(Role.PRIVACY_OFFICER)
