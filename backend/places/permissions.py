"""Who may change places: the operator at the command line makes them, an administrator dresses a portal."""

from backend.core.actor import Actor

from .models import Portal

# The value of identity's role; identity stands above this app.
ADMINISTRATOR = "administrator"


def can_manage_places(actor: Actor) -> bool:
    """Areas and portals are made for the whole installation, so by nobody who belongs to one municipality."""
    return actor.is_system


def can_set_house_style(actor: Actor, portal: Portal) -> bool:
    """An administrator of this very portal."""
    return actor.is_system or (actor.portal_id == portal.pk and actor.has_role(ADMINISTRATOR))
