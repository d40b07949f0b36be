"""Who is owed an answer."""

from django.db import models
from django.db.models import Q

from backend.core.tenancy import MunicipalityModel

from ..states import Contribution, Phase, PromiseState
from .answers import Answer
from .subjects import Subject, Waiver


class Promise(MunicipalityModel):
    """An answer owed to one person for one contribution to one subject.

    Without a person it is only counted: they left, or took the contribution back after it was answered.
    """

    # Every vote writes one of these, so it has no more indexes than are asked for: those below.
    subject = models.ForeignKey(Subject, db_index=False, on_delete=models.CASCADE, related_name="promises")
    person = models.ForeignKey(
        "identity.Person", null=True, db_index=False, on_delete=models.CASCADE, related_name="+"
    )
    contribution = models.CharField(max_length=10, choices=Contribution)
    phase = models.CharField(max_length=11, choices=Phase, help_text="Of the subject, at that moment")
    state = models.CharField(max_length=11, choices=PromiseState, default=PromiseState.OPEN)
    opened_at = models.DateTimeField()
    answer = models.ForeignKey(Answer, null=True, db_index=False, on_delete=models.PROTECT, related_name="+")
    waiver = models.ForeignKey(Waiver, null=True, db_index=False, on_delete=models.PROTECT, related_name="+")
    kept_at = models.DateTimeField(null=True)
    # The channel in which the answer arrived, or how somebody told it.
    told_by = models.CharField(max_length=10, blank=True)
    told_by_person = models.ForeignKey(
        "identity.Person", null=True, db_index=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "person", "contribution"],
                condition=Q(state=PromiseState.OPEN),
                name="one_open_promise_per_contribution",
            ),
            models.CheckConstraint(
                condition=Q(state=PromiseState.KEPT, kept_at__isnull=False)
                | (~Q(state=PromiseState.KEPT) & Q(kept_at__isnull=True)),
                name="kept_promise_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=PromiseState.WAIVED) | Q(waiver__isnull=False),
                name="waived_promise_has_a_waiver",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PromiseState.ANSWERED, PromiseState.UNREACHABLE])
                | Q(answer__isnull=False),
                name="answered_promise_has_an_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "state"], name="promises_by_state"),
            models.Index(fields=["person", "-opened_at"], name="promises_of_person"),
            models.Index(
                fields=["answer", "person"], condition=Q(answer__isnull=False), name="promises_of_answer"
            ),
            # With the person: PostgreSQL takes it as well for who of many was reached by an answer.
            models.Index(
                fields=["answer", "person"],
                condition=Q(state=PromiseState.ANSWERED),
                name="promises_on_their_way",
            ),
            models.Index(fields=["waiver"], condition=Q(waiver__isnull=False), name="promises_of_waiver"),
            models.Index(
                fields=["told_by_person"],
                condition=Q(told_by_person__isnull=False),
                name="promises_told_by_person",
            ),
        ]
