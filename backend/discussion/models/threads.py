"""A thread, and how far somebody has read it."""

from django.db import models

from backend.core.ids import new_public_id
from backend.core.tenancy import MunicipalityModel

from ..states import ThreadState


class Thread(MunicipalityModel):
    """The discussion about one subject. The subject keeps title, address and state in step with itself.

    Every change of what the thread shows adds one to its version, so that an open page knows what it missed.
    """

    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=10, unique=True, default=new_public_id, editable=False)
    title = models.CharField(max_length=200)
    address = models.CharField(max_length=200, help_text="The path of the page it stands on")
    state = models.CharField(max_length=6, choices=ThreadState, default=ThreadState.OPEN)
    closed_because = models.TextField(blank=True, max_length=2_000)
    version = models.PositiveBigIntegerField(default=0)
    opened_at = models.DateTimeField()


class Visit(MunicipalityModel):
    """Up to which version somebody has seen a thread."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    version = models.PositiveBigIntegerField()
    visited_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "person"], name="one_visit_per_thread_and_person")
        ]
