"""Who did what. Rows hold ids and never names or texts, so that erasing a person breaks nothing."""

from django.db import models


class Seal(models.Model):
    """A link of the chain of one municipality: the hash over the one before it and the entries it closes."""

    municipality = models.ForeignKey(
        "places.Municipality", null=True, on_delete=models.PROTECT, related_name="+"
    )
    number = models.PositiveBigIntegerField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    entries = models.PositiveIntegerField()
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "number"], name="one_seal_per_number"),
            models.UniqueConstraint(
                fields=["number"], condition=models.Q(municipality=None), name="one_seal_per_number_of_none"
            ),
        ]


class Entry(models.Model):
    """One act. Written in the transaction of the act itself; changed by nothing but its seal."""

    municipality = models.ForeignKey(
        "places.Municipality", null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True, help_text="No foreign key: the entry outlives the person")
    roles = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True, help_text="Why the system acted, without a person")
    action = models.CharField(max_length=60)
    target_type = models.CharField(max_length=40)
    target_id = models.BigIntegerField(null=True)
    details = models.JSONField(default=dict)
    seal = models.ForeignKey(Seal, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["municipality", "id"], condition=models.Q(seal=None), name="entries_waiting_for_seal"
            ),
            # What auditors page through and look for, newest first.
            models.Index(fields=["municipality", "-id"], name="entries_newest_first"),
            models.Index(fields=["municipality", "person_id", "-id"], name="entries_of_a_person"),
            models.Index(fields=["municipality", "action", "-id"], name="entries_of_an_action"),
        ]


class DailyHead(models.Model):
    """Where a chain stood at the end of a day, published so that others can keep it. Never changed.

    Whoever kept one can tell afterwards whether anything up to that day was changed or taken away.
    """

    municipality = models.ForeignKey(
        "places.Municipality", null=True, on_delete=models.PROTECT, related_name="+"
    )
    day = models.DateField()
    number = models.PositiveBigIntegerField(help_text="Of the last seal; 0 before the first")
    hash = models.CharField(max_length=64, blank=True)
    entries = models.PositiveBigIntegerField(help_text="Sealed up to and with this seal")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "day"], name="one_head_per_day"),
            models.UniqueConstraint(
                fields=["day"], condition=models.Q(municipality=None), name="one_head_per_day_of_none"
            ),
        ]


class Verification(models.Model):
    """An auditor asked whether a chain still fits. A worker finds out, and what it found stays here."""

    municipality = models.ForeignKey("places.Municipality", on_delete=models.PROTECT, related_name="+")
    asked_by_id = models.BigIntegerField(help_text="No foreign key: what was found outlives the person")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    seals = models.PositiveBigIntegerField(default=0)
    entries = models.PositiveBigIntegerField(default=0)
    waiting = models.PositiveBigIntegerField(default=0, help_text="Entries that had no seal yet")
    head = models.CharField(max_length=64, blank=True)
    broken = models.JSONField(default=list, help_text="Numbers of the seals that do not fit")
    broken_days = models.JSONField(default=list, help_text="Days whose published head does not fit")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality"],
                condition=models.Q(finished_at=None),
                name="one_verification_under_way",
            )
        ]
        indexes = [models.Index(fields=["municipality", "-asked_at"], name="latest_verification")]
