"""What is owed: every contribution opens a promise, and an answer keeps it."""

from django.db import models

from backend.core.tenancy import MunicipalityModel

from .states import Contribution, PromiseState


class Promise(MunicipalityModel):
    """An answer owed to one person for one contribution to one subject.

    The subject is named by type and id, because this app lies below the apps of the subjects.
    """

    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    contribution = models.CharField(max_length=10, choices=Contribution)
    owed_by = models.CharField(max_length=20, help_text="The role that owes the answer")
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=PromiseState, default=PromiseState.OPEN)
    opened_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "person", "contribution"],
                name="one_promise_per_contribution",
            ),
            models.CheckConstraint(
                condition=models.Q(state="kept", kept_at__isnull=False)
                | (~models.Q(state="kept") & models.Q(kept_at__isnull=True)),
                name="kept_promise_has_a_moment",
            ),
        ]
