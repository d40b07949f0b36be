"""What people are told."""

from django.db import models
from django.db.models import Q

from backend.core.ids import new_public_id
from backend.core.tenancy import MunicipalityModel
from backend.identity.states import Role
from backend.notifications.states import Channel

from ..states import Contribution, Phase
from .subjects import Subject

OWN_WORDS = "answer"


class Answer(MunicipalityModel):
    """One answer for everybody who waits: what was done, what was not, and why. A draft until it is sent.

    What a subject answers by itself, such as the outcome of a plan, has words of its own: the template and
    context of the message.
    """

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="answers")
    public_id = models.CharField(max_length=10, unique=True, default=new_public_id, editable=False)
    done = models.TextField(blank=True, max_length=3_000)
    not_done = models.TextField(blank=True, max_length=3_000)
    why = models.TextField(blank=True, max_length=3_000)
    # For whom: those who did any of these, in any of these phases, and are told in any of these channels. A
    # list that is empty leaves nobody out.
    contributions = models.JSONField(default=list)
    phases = models.JSONField(default=list)
    channels = models.JSONField(default=list)
    template = models.CharField(max_length=40, default=OWN_WORDS)
    version = models.CharField(max_length=40, blank=True)
    context = models.JSONField(default=dict)
    role = models.CharField(max_length=20, choices=Role, blank=True, help_text="In which role it was given")
    # As they were when it was sent, like all that is said in a role.
    signed_name = models.CharField(max_length=80, blank=True)
    affiliation = models.CharField(max_length=100, blank=True, help_text="Party or service")
    written_by = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()
    # Counts how often the draft was changed: only what somebody saw is sent.
    edition = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    people = models.PositiveIntegerField(default=0, help_text="How many promises it answered when sent")

    @property
    def signature(self) -> str:
        """Who answers, as it stands below the answer; the role alone when nobody's name is known any more."""
        return ", ".join(filter(None, [self.signed_name, str(self.get_role_display()), self.affiliation]))

    @property
    def for_whom(self) -> str:
        """Whom it was for: what they did, in which phase, and how they hear; nothing when for everybody."""
        chosen = (
            (Contribution, self.contributions),
            (Phase, self.phases),
            (Channel, self.channels),
        )
        return ", ".join(str(kind(value).label) for kind, values in chosen for value in values)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "written_by"],
                condition=Q(sent_at=None),
                name="one_draft_per_person_and_subject",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None)
                | ~Q(template=OWN_WORDS)
                | (~Q(done="") & ~Q(not_done="") & ~Q(why="")),
                name="answer_says_what_and_why",
            ),
        ]
        indexes = [models.Index(fields=["subject", "sent_at"], name="answers_of_subject")]
