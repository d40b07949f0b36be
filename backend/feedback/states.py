"""Life of a promise. No queries."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Contribution(TextChoices):
    """What somebody did to be owed an answer."""

    PROPOSED = "proposed", _("Proposed it")
    VOTED = "voted", _("Voted for it")
    ARGUED = "argued", _("Said something about it")


class PromiseState(TextChoices):
    OPEN = "open", _("Answer owed")
    KEPT = "kept", _("Answered")
