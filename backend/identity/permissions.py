"""Who may change people, proofs and roles."""

from backend.core.actor import Actor

from .models import Person
from .states import Origin, Role


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


def can_join(actor: Actor) -> bool:
    """Everybody for their own account, and nobody in somebody else's name."""
    return actor.person_id is not None and actor.assistant_id is None


def can_be_joined(person: Person) -> bool:
    """Only somebody without an address, who came with a letter or by the counter."""
    return person.email is None and person.origin in {Origin.LETTER, Origin.COUNTER}


def can_send_letters(actor: Actor) -> bool:
    """Bring in lists of residents, print letters with codes, and revoke or replace them."""
    return actor.has_role(Role.ORGANISER)


def can_print_letters(actor: Actor) -> bool:
    """Nobody checks rows or prints by hand: the clock does what an organiser asked for."""
    return actor.is_system
