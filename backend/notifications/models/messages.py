"""The outbox, how each person wants to be told, and where a letter or a call finds them."""

from django.db import models
from django.db.models import Q

from backend.core.ids import new_public_id
from backend.core.tenancy import MunicipalityModel
from backend.identity.models.trying import Tried

from ..states import FOR_A_HUMAN, NOT_ARRIVED, Channel, Choice, Delivery, Kind

# What a letter and a call need.
HAS_ADDRESS = ~Q(street="") & ~Q(postcode="") & ~Q(city="")
HAS_TELEPHONE = ~Q(telephone="")
WAITS_BY_HAND = Q(delivery=Delivery.QUEUED, channel__in=[Channel.LETTER, Channel.CALL])


class Preference(models.Model):
    """How somebody wants to hear about one kind of things. Without a row: by mail, if there is one."""

    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    choice = models.CharField(max_length=7, choices=Choice)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="one_choice_per_kind")]


class ContactDetails(models.Model):
    """Where a letter or a call finds somebody who asked for one. Used for nothing else."""

    person = models.OneToOneField("identity.Person", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80, blank=True)
    street = models.CharField(max_length=100, blank=True, help_text="Street and number")
    postcode = models.CharField(max_length=7, blank=True)
    city = models.CharField(max_length=80, blank=True)
    telephone = models.CharField(max_length=20, blank=True)


class PostBatch(Tried, MunicipalityModel):
    """Messages that are printed as letters in one go, and posted together."""

    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=10, unique=True, default=new_public_id, editable=False)
    asked_at = models.DateTimeField()
    printed_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)
    file_removed_at = models.DateTimeField(null=True)
    letters = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            # A double click or two organisers at once make one batch.
            models.UniqueConstraint(
                fields=["portal"], condition=Q(printed_at=None), name="one_batch_in_the_making"
            )
        ]


class Message(MunicipalityModel):
    """One message to one person about one version of one subject: it can be queued only once.

    It always stands on the person's own page; `channel` is how it also goes out. A digest is a message too:
    it holds those whose `digest` it is, and is on no page. Who has no account gets it by a subscription.
    """

    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("identity.Person", null=True, on_delete=models.CASCADE, related_name="+")
    subscription = models.ForeignKey(
        "notifications.Subscription", null=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    template = models.CharField(max_length=40)
    subject = models.CharField(max_length=60, help_text="Type and id of what it is about, such as plan:12")
    version = models.CharField(max_length=40, blank=True)
    context = models.JSONField(default=dict)
    channel = models.CharField(max_length=6, choices=Channel)
    cadence = models.CharField(max_length=6, blank=True, help_text="The digest it waits for")
    # Most messages are in no digest and in no batch, so that the indexes below hold only those that are.
    digest = models.ForeignKey("self", null=True, db_index=False, on_delete=models.SET_NULL, related_name="+")
    batch = models.ForeignKey(
        PostBatch, null=True, db_index=False, on_delete=models.SET_NULL, related_name="+"
    )
    # What a mail is known by elsewhere, and a bounce brings back. Follows from the key, and does not tell it.
    reference = models.CharField(max_length=40, unique=True)
    delivery = models.CharField(max_length=10, choices=Delivery)
    # Why it is not sent: the code of a mail server or the name of an error, never a text with an address.
    failure = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "template", "subject", "version"], name="message_queued_once"
            ),
            models.UniqueConstraint(
                fields=["subscription", "template", "subject", "version"],
                name="message_to_address_queued_once",
            ),
            models.CheckConstraint(
                condition=Q(person=None, subscription__isnull=False)
                | Q(person__isnull=False, subscription=None),
                name="message_has_one_reader",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(delivery=Delivery.QUEUED), name="messages_to_send"
            ),
            models.Index(
                fields=["next_attempt_at"], condition=Q(delivery=Delivery.SENDING), name="messages_being_sent"
            ),
            models.Index(
                fields=["cadence", "person"],
                condition=Q(delivery=Delivery.QUEUED, digest__isnull=True) & ~Q(cadence=""),
                name="messages_for_digest",
            ),
            models.Index(
                fields=["portal", "channel", "created_at"], condition=WAITS_BY_HAND, name="messages_by_hand"
            ),
            models.Index(
                fields=["portal", "created_at"],
                condition=Q(delivery__in=[*FOR_A_HUMAN, *NOT_ARRIVED]),
                name="messages_for_a_human",
            ),
            models.Index(fields=["person", "-created_at"], name="messages_of_person"),
            models.Index(fields=["subject", "template"], name="messages_about"),
            models.Index(fields=["digest"], condition=Q(digest__isnull=False), name="messages_of_digest"),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="messages_of_batch"),
        ]
