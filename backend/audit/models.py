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
            )
        ]
