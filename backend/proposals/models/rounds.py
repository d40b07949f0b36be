"""The rules of play and the counts made by them."""

from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from backend.core.tenancy import MunicipalityModel
from backend.identity.states import ProofLevel

from ..states import Period, Totals


class Rules(MunicipalityModel):
    """A version of the rules of play. Once a round has begun with it, it is never changed."""

    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    period = models.CharField(max_length=7, choices=Period, default=Period.MONTH)
    closing_time = models.TimeField(default=time(23, 59, 59), help_text="By the clock in Amsterdam")
    counts = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    minimum_votes = models.PositiveIntegerField(default=0)
    minimum_age = models.PositiveSmallIntegerField(default=16, validators=[MaxValueValidator(18)])
    district = models.ForeignKey("places.District", on_delete=models.PROTECT, related_name="+")
    proof_level = models.PositiveSmallIntegerField(choices=ProofLevel, default=ProofLevel.CONFIRMED)
    totals = models.CharField(max_length=6, choices=Totals, default=Totals.LIVE)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal", "version"], name="one_rules_per_version")]


class Round(MunicipalityModel):
    """A month of voting. It is open from one moment to the next, whatever any worker does."""

    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    rules = models.ForeignKey(Rules, on_delete=models.PROTECT, related_name="+")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True)
    # When the running totals were brought in step with the rules this round began with.
    totals_refreshed_at = models.DateTimeField(null=True)
    # The lot that settles a tie: its commitment is public from the start, its secret after the count.
    lot_commitment = models.CharField(max_length=64)
    lot_secret = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portal", "number"], name="one_round_per_number"),
            models.UniqueConstraint(fields=["portal", "opens_at"], name="one_round_per_start"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="round_closes_after_it_opens"
            ),
        ]
        indexes = [
            models.Index(
                fields=["opens_at"], condition=Q(totals_refreshed_at=None), name="rounds_to_refresh"
            ),
            models.Index(fields=["closes_at"], condition=Q(counted_at=None), name="rounds_to_count"),
        ]


class Protocol(MunicipalityModel):
    """The record of one count, as it was published. Its hash covers the one before it."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="protocol")
    body = models.JSONField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()


class PlanCount(MunicipalityModel):
    """What one plan got at one count."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey("proposals.Plan", on_delete=models.PROTECT, related_name="+")
    votes = models.PositiveIntegerField()
    place = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "plan"], name="one_count_per_round_and_plan")]
