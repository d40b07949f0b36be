"""Support of residents for plans."""

from django.db import models
from django.db.models import Q

from backend.core.tenancy import MunicipalityModel


class Vote(MunicipalityModel):
    """One person's support for one plan. It stays with the plan from count to count.

    A vote that was taken back keeps its row until the count, so that a count made late still sees who
    supported the plan at the moment the month ended.
    """

    plan = models.ForeignKey("proposals.Plan", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    cast_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    # Whether it is part of Plan.vote_count now. The count itself looks at the proofs, not at this.
    is_counting = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "person"], condition=Q(withdrawn_at=None), name="one_vote_per_person_and_plan"
            )
        ]
        indexes = [
            models.Index(fields=["person", "-cast_at"], name="votes_of_person"),
        ]
