"""Who may change people, proofs and roles."""

from backend.core.actor import Actor

from .states import Role


def can_confirm_at_counter(actor: Actor) -> bool:
    return actor.is_system or actor.has_role(Role.CLERK, Role.ASSISTANT)


def can_see_desk(actor: Actor) -> bool:
    """The pages where everybody with a role works; each sees there what the role is for."""
    return actor.has_role(*Role.values)


def can_help(actor: Actor) -> bool:
    """Act in the name of somebody who asks for help at the counter, by phone or with a form on paper."""
    return actor.person_id is not None and actor.has_role(Role.CLERK, Role.ASSISTANT)


def can_give_roles(actor: Actor) -> bool:
    return actor.is_system or actor.has_role(Role.ADMINISTRATOR)


def can_declare(actor: Actor) -> bool:
    return actor.person_id is not None
