"""Help by an assistant at the counter, by phone or with a form on paper."""

from django.db import models
from django.db.models import F, Q

from backend.core.ids import new_public_id
from backend.core.tenancy import MunicipalityModel

from ..states import HelpChannel


class Mandate(MunicipalityModel):
    """One person lets one assistant act in their name for a while. Either of them can end it any time."""

    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=10, unique=True, default=new_public_id, editable=False)
    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    assistant = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=7, choices=HelpChannel)
    given_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("assistant")), name="nobody_assists_themselves"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("given_at")), name="mandate_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["assistant", "portal"],
                condition=Q(ended_at=None),
                name="one_open_mandate_per_assistant",
            ),
        ]
        indexes = [models.Index(fields=["person", "-given_at"], name="mandates_of_person")]
