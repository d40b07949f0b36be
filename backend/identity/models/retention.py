"""How long things are kept, what the nightly clean-up did, and who was erased."""

from django.db import models

from backend.core.retention import Clock


class RetentionClock(models.Model):
    """For how many days things are kept for one purpose, and why the law allows that."""

    purpose = models.CharField(max_length=20, choices=Clock, unique=True)
    days = models.PositiveIntegerField()
    legal_basis_nl = models.CharField(max_length=300)
    legal_basis_en = models.CharField(max_length=300)
    changed_at = models.DateTimeField(null=True)


class CleanUpReport(models.Model):
    """The clean-up of one night."""

    day = models.DateField(unique=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)


class CleanUpResult(models.Model):
    """What one kind of clearing away came to in one night."""

    report = models.ForeignKey(CleanUpReport, on_delete=models.CASCADE, related_name="results")
    slug = models.CharField(max_length=40)
    found = models.PositiveIntegerField()
    removed = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "slug"], name="one_result_per_night")]


class Erasure(models.Model):
    """Somebody was erased, and must be again when a copy of the database from before is put back.

    Due until it stands in the list outside the database.
    """

    person_id = models.BigIntegerField(help_text="No foreign key: the person is gone")
    public_id = models.CharField(max_length=10)
    erased_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "public_id"], name="erased_once")]
        indexes = [models.Index(fields=["id"], condition=models.Q(written_at=None), name="erasures_to_write")]
