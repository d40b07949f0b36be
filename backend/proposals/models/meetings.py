"""The committee: its meetings, the plans on their agendas, and what came of them."""

from django.db import models
from django.db.models import F, Q

from backend.core.ids import new_public_id
from backend.core.tenancy import MunicipalityModel

from ..states import Attendance, Result


class Meeting(MunicipalityModel):
    """A meeting of the committee that discusses winning plans."""

    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=10, unique=True, default=new_public_id, editable=False)
    committee = models.CharField(max_length=100)
    starts_at = models.DateTimeField()
    papers_due_at = models.DateTimeField(help_text="After this moment nothing is added to the agenda")
    place = models.CharField(max_length=200)
    minutes_per_plan = models.PositiveSmallIntegerField(default=20)
    attending = models.TextField(blank=True, help_text="Who sits there, in plain words")
    contact = models.CharField(max_length=200, blank=True, help_text="Who the proposer can call")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(papers_due_at__lte=F("starts_at")), name="papers_before_meeting"
            )
        ]
        indexes = [models.Index(fields=["portal", "starts_at"], name="meetings_by_date")]


class AgendaItem(MunicipalityModel):
    """A winning plan on its way to the committee. Without a meeting it waits for the next one."""

    plan = models.OneToOneField("proposals.Plan", on_delete=models.PROTECT, related_name="agenda_item")
    round = models.OneToOneField("proposals.Round", on_delete=models.PROTECT, related_name="agenda_item")
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField(default=1)
    added_at = models.DateTimeField()
    # What the official responsible tells the committee beforehand.
    context_due_on = models.DateField(null=True)
    context = models.TextField(blank=True, max_length=10_000)
    context_by = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    context_at = models.DateTimeField(null=True)
    # When the official and the councillors were reminded of what they owe, so that it happens once.
    context_reminded_at = models.DateTimeField(null=True)
    outcome_reminded_at = models.DateTimeField(null=True)
    attendance = models.CharField(max_length=13, choices=Attendance, default=Attendance.UNKNOWN)
    attendance_note = models.CharField(max_length=500, blank=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    removal_reason = models.TextField(blank=True, max_length=2_000)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at=None) | ~Q(removal_reason=""), name="removal_needs_a_reason"
            )
        ]


class Outcome(MunicipalityModel):
    """What councillors said will happen with a plan, and why. More time is followed by a next outcome."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="outcomes")
    result = models.CharField(max_length=9, choices=Result)
    reason = models.TextField(max_length=5_000)
    owner = models.CharField(max_length=100, help_text="Who is responsible now")
    next_on = models.DateField(help_text="When there is news again")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(owner=""), name="outcome_has_reason_and_owner"
            ),
            models.UniqueConstraint(
                fields=["item"], condition=~Q(result=Result.MORE_TIME), name="one_final_outcome_per_plan"
            ),
        ]
