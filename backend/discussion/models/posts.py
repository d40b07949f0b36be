"""What people write: arguments, replies, and what councillors ask and take along."""

from django.db import models
from django.db.models import Q

from backend.core.ids import new_public_id
from backend.core.tenancy import MunicipalityModel

from ..states import HeldBecause, PostKind, PostState, Side
from .threads import Thread

LONGEST_TEXT = 3_000


class Post(MunicipalityModel):
    """One text. Who writes in a role is always shown with it, as it was when they wrote."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts")
    public_id = models.CharField(max_length=10, unique=True, default=new_public_id, editable=False)
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="replies")
    kind = models.CharField(max_length=8, choices=PostKind)
    side = models.CharField(max_length=7, choices=Side, default=Side.NEITHER)
    author = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    author_role = models.CharField(max_length=20, blank=True, help_text="The role it was written in")
    author_name = models.CharField(max_length=80, blank=True, help_text="Only with a role: its name then")
    affiliation = models.CharField(max_length=100, blank=True, help_text="Only with a role: party or service")
    text = models.TextField(max_length=LONGEST_TEXT)
    state = models.CharField(max_length=9, choices=PostState, default=PostState.SHOWN)
    held_because = models.CharField(max_length=11, choices=HeldBecause, blank=True)
    placed_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    version = models.PositiveBigIntegerField()
    # In which version the text came, or was edited: who was here later has seen it. A count that changed,
    # a reply or a pin is no new text. Zero as long as nobody could read it.
    text_version = models.PositiveBigIntegerField(default=0)
    convincing_count = models.PositiveIntegerField(default=0)
    reply_count = models.PositiveIntegerField(default=0)
    pinned_at = models.DateTimeField(null=True)
    pinned_by = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    # Where its subject says what it did with this argument: a path.
    taken_up_in = models.CharField(max_length=200, blank=True)
    # For what was read in from elsewhere: where it came from, and how many found it convincing there.
    source_reference = models.CharField(max_length=100, blank=True)
    convincing_elsewhere = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=PostKind.REPLY, parent__isnull=False)
                | (~Q(kind=PostKind.REPLY) & Q(parent__isnull=True)),
                name="only_a_reply_has_a_parent",
            ),
            models.CheckConstraint(
                condition=Q(kind=PostKind.ARGUMENT) | Q(side=Side.NEITHER), name="only_an_argument_has_a_side"
            ),
            models.CheckConstraint(
                condition=~Q(state=PostState.HELD) | ~Q(held_because=""), name="held_post_has_a_reason"
            ),
            models.UniqueConstraint(
                fields=["thread", "source_reference"],
                condition=~Q(source_reference=""),
                name="post_read_in_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["thread", "side", "-convincing_count", "id"],
                condition=Q(parent=None),
                name="posts_by_conviction",
            ),
            models.Index(
                fields=["thread", "side", "-placed_at", "-id"], condition=Q(parent=None), name="posts_by_date"
            ),
            models.Index(
                fields=["thread", "side", "-reply_count", "id"],
                condition=Q(parent=None),
                name="posts_by_replies",
            ),
            models.Index(fields=["parent", "placed_at", "id"], name="replies_in_order"),
            models.Index(fields=["thread", "version"], name="posts_by_version"),
            models.Index(fields=["thread", "text_version"], name="posts_by_text_version"),
            models.Index(fields=["author", "-placed_at"], name="posts_of_person"),
            models.Index(fields=["thread"], condition=Q(state=PostState.HELD), name="held_posts"),
        ]


class Revision(MunicipalityModel):
    """What a text said before it was edited. Everybody can read it, as long as they can read the text."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions")
    text = models.TextField(max_length=LONGEST_TEXT)
    replaced_at = models.DateTimeField()


class Convinced(MunicipalityModel):
    """Somebody finds an argument convincing."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "person"], name="convinced_once_per_post_and_person")
        ]
        indexes = [models.Index(fields=["person", "post"], name="convictions_of_person")]
