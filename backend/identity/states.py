"""Roles, kinds of proof and their levels. No queries."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

# An e-mail address cannot be longer, and the database keeps none that is.
LONGEST_ADDRESS = 254


class Role(TextChoices):
    """What somebody may do besides what every resident may."""

    CLERK = "clerk", _("Clerk")
    COUNCILLOR = "councillor", _("Councillor")
    OFFICIAL = "official", _("Official")
    MODERATOR = "moderator", _("Moderator")
    ORGANISER = "organiser", _("Organiser")
    ADMINISTRATOR = "administrator", _("Administrator")


class ProofKind(TextChoices):
    """How somebody showed that they live here."""

    DECLARED = "declared", _("Own statement")
    COUNTER = "counter", _("At the counter")
    IMPORTED = "imported", _("Counted in an earlier election")


class ProofLevel(IntegerChoices):
    """How sure a proof is. A portal asks for a level, not for a kind."""

    DECLARED = 1, _("The person says so")
    CONFIRMED = 2, _("The municipality has checked it")


LEVEL_OF: dict[str, ProofLevel] = {
    ProofKind.DECLARED: ProofLevel.DECLARED,
    ProofKind.COUNTER: ProofLevel.CONFIRMED,
    ProofKind.IMPORTED: ProofLevel.CONFIRMED,
}


class Origin(TextChoices):
    """Where a person came from."""

    SIGNED_IN = "signed_in", _("Signed in")
    COUNTER = "counter", _("At the counter")
    IMPORTED = "imported", _("Read in from an earlier election")
