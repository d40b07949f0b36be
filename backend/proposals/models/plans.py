"""What residents propose."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.text import slugify

from backend.core.ids import new_public_id
from backend.core.tenancy import MunicipalityModel

from ..states import PlaceKind, PlanState

MAXIMUM_PICTURES = 5


class Category(MunicipalityModel):
    """What a plan is about, in the words of one portal."""

    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField()
    name_nl = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal", "slug"], name="category_once_per_portal")]


class Plan(MunicipalityModel):
    """A plan of a resident for the neighbourhood."""

    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=10, unique=True, default=new_public_id, editable=False)
    proposer = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=PlanState, default=PlanState.DRAFT)
    title = models.CharField(max_length=120, blank=True)
    what = models.TextField(blank=True, max_length=10_000)
    why = models.TextField(blank=True, max_length=10_000)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place_kind = models.CharField(max_length=7, choices=PlaceKind, default=PlaceKind.WHOLE)
    address = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    area = models.ForeignKey("places.Area", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # How many votes count now. The count at the end of the month recounts the votes themselves.
    vote_count = models.PositiveIntegerField(default=0)
    counts_taken = models.PositiveSmallIntegerField(default=0, help_text="Monthly counts it took part in")
    last_round = models.ForeignKey("proposals.Round", null=True, on_delete=models.PROTECT, related_name="+")
    # Where people argue about it, from the moment it is up for votes.
    thread = models.OneToOneField("discussion.Thread", null=True, on_delete=models.PROTECT, related_name="+")
    # Which version of the text stands here, and since when: kept with it, so that no page has to ask.
    version = models.PositiveSmallIntegerField(default=1)
    rewritten_at = models.DateTimeField(null=True)
    source_reference = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=PlanState.DRAFT) | Q(submitted_at__isnull=False),
                name="submitted_plan_has_a_moment",
            ),
            models.UniqueConstraint(
                fields=["portal", "source_reference"],
                condition=~Q(source_reference=""),
                name="plan_read_in_once",
            ),
        ]
        indexes = [
            models.Index(fields=["portal", "state", "-vote_count", "id"], name="plans_by_votes"),
            models.Index(fields=["portal", "state", "-submitted_at", "id"], name="plans_by_date"),
            models.Index(fields=["proposer", "-changed_at"], name="plans_of_person"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def slug(self) -> str:
        return slugify(self.title)[:60] or "plan"


class PlanVersion(MunicipalityModel):
    """What a plan said at first, and after each argument that its proposer took up. The last one holds."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    what = models.TextField(max_length=10_000)
    why = models.TextField(max_length=10_000)
    # Which argument was taken up, and what was changed because of it. The first version has neither.
    adopted = models.ForeignKey("discussion.Post", null=True, on_delete=models.SET_NULL, related_name="+")
    change = models.TextField(blank=True, max_length=2_000)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_plan_version_per_number"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(change=""), name="later_plan_version_says_what_changed"
            ),
        ]


class Picture(MunicipalityModel):
    """A picture of a plan, re-encoded by us, with words for who cannot see it."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="pictures")
    position = models.PositiveSmallIntegerField(validators=[MaxValueValidator(MAXIMUM_PICTURES)])
    file = models.FileField(upload_to="plans/%Y/%m/")
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    # The same picture, small enough for a list on a phone.
    thumbnail = models.FileField(upload_to="plans/%Y/%m/")
    thumbnail_width = models.PositiveSmallIntegerField()
    thumbnail_height = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="one_picture_per_place"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MAXIMUM_PICTURES), name="at_most_five_pictures"
            ),
        ]
