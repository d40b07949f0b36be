"""What answers are owed about, who owes them, and what was agreed on that."""

from django.db import models
from django.db.models import F, Q

from backend.core.ids import new_public_id
from backend.core.tenancy import MunicipalityModel
from backend.identity.states import Role

from ..states import Phase


class Subject(MunicipalityModel):
    """Something people contributed to, such as a plan, as this app needs to know it.

    It is named by type and id, because this app lies below the apps of the subjects. They keep its title,
    address and phase in step.
    """

    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    public_id = models.CharField(max_length=10, unique=True, default=new_public_id, editable=False)
    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    address = models.CharField(max_length=200, help_text="Path of its page on the portal")
    is_public = models.BooleanField(default=True)
    phase = models.CharField(max_length=11, choices=Phase, default=Phase.COLLECTING)
    owed_by = models.CharField(max_length=20, choices=Role, help_text="The role that owes the answer")
    owner = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    due_on = models.DateField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id"], name="one_row_per_subject"),
        ]
        indexes = [models.Index(fields=["portal", "due_on", "id"], name="subjects_by_date")]

    def __str__(self) -> str:
        return self.title


class Agreement(MunicipalityModel):
    """Who answers and before when, as it was agreed anew, with a reason that everybody may read."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="agreements")
    owner = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    due_before = models.DateField()
    due_on = models.DateField()
    reason = models.TextField(max_length=1_000)
    made_by = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="agreement_needs_a_reason"),
        ]
        indexes = [models.Index(fields=["subject", "made_at"], name="agreements_of_subject")]


class Waiver(MunicipalityModel):
    """Answers that will not be given, with the reason that is published. Never by whoever owes them."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="waivers")
    reason = models.TextField(max_length=2_000)
    # How many promises it was about.
    promises = models.PositiveIntegerField()
    owner = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    waived_by = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    waived_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_needs_a_reason"),
            models.CheckConstraint(condition=~Q(waived_by=F("owner")), name="no_owner_waives"),
        ]
        indexes = [models.Index(fields=["subject", "waived_at"], name="waivers_of_subject")]


class Reminded(MunicipalityModel):
    """That somebody was reminded of a date, so that it happens once. `which` is a Reminder, or the weeks."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+")
    due_on = models.DateField()
    which = models.SmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "due_on", "which"], name="reminded_once_of_a_date"),
        ]
