"""Who may change people, proofs and roles."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from backend.core.actor import Actor
from backend.core.errors import require
from backend.places.models import Portal

from .models import Person, ResidentList, RoleAssignment, in_force
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


def administers_municipality(actor: Actor, *, now: datetime) -> bool:
    """An administrator of the municipality as a whole, rather than of one portal."""
    if not actor.has_role(Role.ADMINISTRATOR):
        return False
    whole = RoleAssignment.objects.all_municipalities().filter(
        in_force(now),
        municipality=actor.municipality_id,
        person=actor.person_id,
        role=Role.ADMINISTRATOR,
        portal=None,
    )
    return whole.exists()


def can_give_roles_at(actor: Actor, portal: Portal | None, *, now: datetime) -> bool:
    """Give, change and end roles of one portal, or with None of the municipality as a whole."""
    if actor.is_system:
        return True
    if portal is not None and portal.municipality_id != actor.municipality_id:
        return False
    if portal is not None and portal.pk == actor.portal_id:
        return actor.has_role(Role.ADMINISTRATOR)
    return administers_municipality(actor, now=now)


def visible_roles(actor: Actor, *, now: datetime) -> QuerySet[RoleAssignment]:
    """The roles an administrator is about, with the address of who holds them: for nobody else."""
    require(can_give_roles(actor))
    rows = RoleAssignment.objects.filter(municipality=actor.municipality_id)
    if actor.is_system or administers_municipality(actor, now=now):
        return rows
    return rows.filter(portal_id=actor.require_portal())


def can_declare(actor: Actor) -> bool:
    return actor.person_id is not None


def can_join(actor: Actor) -> bool:
    """Everybody for their own account, and nobody in somebody else's name."""
    return actor.person_id is not None and actor.assistant_id is None


def can_be_joined(person: Person) -> bool:
    """Only somebody without an address, who came with a letter or by the counter."""
    is_here = person.is_active and person.left_at is None
    return is_here and person.email is None and person.origin in {Origin.LETTER, Origin.COUNTER}


def can_send_letters(actor: Actor) -> bool:
    """Bring in lists of residents, print letters with codes, and revoke or replace them."""
    return actor.has_role(Role.ORGANISER)


def can_read_findings(actor: Actor, this: ResidentList) -> bool:
    """Only whoever sent the list in: it says in which rows of that file something is wrong."""
    return can_send_letters(actor) and actor.person_id is not None and this.uploaded_by_id == actor.person_id


def can_do_clock_work(actor: Actor) -> bool:
    """Nobody checks lists, prints or clears away by hand: the clock does, and nobody else."""
    return actor.is_system


def can_reset_second_factor(actor: Actor) -> bool:
    """The operator alone. They take away what was lost; they can set up nothing for somebody else."""
    return actor.is_system


def can_leave(actor: Actor) -> bool:
    """Only with one's own hands: what cannot be undone is done by no assistant."""
    return actor.person_id is not None and actor.assistant_id is None


def can_ask_for_copy(actor: Actor) -> bool:
    """Only with one's own hands, so that no assistant gets to read it."""
    return actor.person_id is not None and actor.assistant_id is None


def can_choose_consents(actor: Actor) -> bool:
    return actor.person_id is not None


def can_see_clocks(actor: Actor) -> bool:
    return actor.has_role(Role.PRIVACY_OFFICER)


def can_set_clocks(actor: Actor) -> bool:
    """The privacy officer of the only municipality here; the operator for municipalities that share a site.

    The clocks hold for everybody, so nobody decides for the people of another municipality.
    """
    return actor.is_system or (can_see_clocks(actor) and not shares_installation(actor))


def shares_installation(actor: Actor) -> bool:
    """Another municipality has a portal here as well, also one that is not open yet."""
    return Portal.objects.all_municipalities().exclude(municipality=actor.municipality_id).exists()


def can_come_by_broker(actor: Actor) -> bool:
    """Everybody for themselves: who sits with somebody who helps them would give the helper's login away."""
    return actor.assistant_id is None and not actor.is_system
