"""The outbox, and the channel each person chose."""

from django.db import models

from backend.core.tenancy import MunicipalityModel

from ..states import Channel, Delivery


class Preference(models.Model):
    """How somebody wants to hear from us. Without a row: by mail when they have an address."""

    person = models.OneToOneField("identity.Person", on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=5, choices=Channel, default=Channel.EMAIL)


class Message(MunicipalityModel):
    """One message to one person about one version of one subject: it can be queued only once.

    It always stands on the person's own page; `channel` is how it also goes out.
    """

    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    template = models.CharField(max_length=40)
    subject = models.CharField(max_length=60, help_text="Type and id of what it is about, such as plan:12")
    version = models.CharField(max_length=40, blank=True)
    context = models.JSONField(default=dict)
    channel = models.CharField(max_length=5, choices=Channel)
    delivery = models.CharField(max_length=10, choices=Delivery)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "template", "subject", "version"], name="message_queued_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(delivery="queued"), name="messages_to_send"
            ),
            models.Index(fields=["person", "-created_at"], name="messages_of_person"),
        ]
