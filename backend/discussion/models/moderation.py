"""Reports, what moderators did and why, objections to it, and interests of moderators."""

from django.db import models
from django.db.models import F, Q

from backend.core.ids import new_public_id
from backend.core.tenancy import MunicipalityModel

from ..conduct import Act, ConductRule, ObjectionOutcome, ReportOutcome
from ..states import Side
from .posts import LONGEST_TEXT, Post
from .threads import Thread

LONGEST_REASON = 2_000


class ModerationAction(MunicipalityModel):
    """One thing a moderator did: by which rule and why, about which text, discussion or person."""

    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=10, unique=True, default=new_public_id, editable=False)
    act = models.CharField(max_length=9, choices=Act)
    rule = models.CharField(max_length=14, choices=ConductRule)
    reason = models.TextField(max_length=LONGEST_REASON)
    moderator = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    # Whom it is about: who wrote the text, or who is paused. Closing a discussion is about nobody alone.
    person = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.SET_NULL, related_name="actions")
    thread = models.ForeignKey(Thread, null=True, on_delete=models.SET_NULL, related_name="actions")
    text = models.TextField(max_length=LONGEST_TEXT, blank=True, help_text="What it said at that moment")
    # Where a text that was moved came from.
    from_thread = models.ForeignKey(Thread, null=True, on_delete=models.SET_NULL, related_name="+")
    from_side = models.CharField(max_length=7, choices=Side, blank=True)
    # The version at which that discussion lost it to another.
    from_version = models.PositiveBigIntegerField(null=True)
    until = models.DateTimeField(null=True, help_text="Of a pause: when it ends by itself")
    acted_at = models.DateTimeField()
    # From when it holds no more: given back, followed by a rephrased text, or over.
    ended_at = models.DateTimeField(null=True)
    undoes = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(rule="") & ~Q(reason=""), name="act_has_rule_and_reason"),
            models.CheckConstraint(
                condition=(Q(act=Act.PAUSE) & Q(until__isnull=False))
                | (~Q(act=Act.PAUSE) & Q(until__isnull=True)),
                name="only_a_pause_has_an_end",
            ),
            models.UniqueConstraint(
                fields=["portal", "person"],
                condition=Q(act=Act.PAUSE, ended_at=None),
                name="one_pause_per_person_and_portal",
            ),
        ]
        indexes = [
            models.Index(fields=["portal", "-acted_at", "-id"], name="acts_by_date"),
            models.Index(fields=["person", "portal"], name="acts_about_person"),
        ]


class Report(MunicipalityModel):
    """Somebody says that a text breaks a rule. They hear what came of it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    rule = models.CharField(max_length=14, choices=ConductRule)
    note = models.TextField(max_length=LONGEST_REASON, blank=True)
    reported_at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=ReportOutcome, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "reporter"], name="reported_once_per_post_and_person"),
            models.CheckConstraint(condition=~Q(rule=""), name="report_has_a_rule"),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True)
                | (~Q(outcome="") & Q(answered_at__isnull=False)),
                name="answered_report_has_an_outcome",
            ),
        ]
        indexes = [models.Index(fields=["post"], condition=Q(outcome=""), name="open_reports")]


class Objection(MunicipalityModel):
    """Somebody does not agree with what a moderator did. Another moderator decides."""

    action = models.ForeignKey(ModerationAction, on_delete=models.CASCADE, related_name="objections")
    person = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(max_length=LONGEST_REASON)
    made_at = models.DateTimeField()
    # The first moderator stands beside the second, so that the database can see that they are two.
    acted_by = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    decided_by = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(max_length=7, choices=ObjectionOutcome, blank=True)
    reason = models.TextField(max_length=LONGEST_REASON, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "person"], name="objected_once_per_act_and_person"),
            models.CheckConstraint(
                condition=~Q(decided_by=F("acted_by")) & ~Q(decided_by=F("person")),
                name="nobody_judges_their_own_act",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at__isnull=True)
                | (~Q(outcome="") & ~Q(reason="") & Q(decided_at__isnull=False)),
                name="decided_objection_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["made_at"], condition=Q(outcome=""), name="open_objections")]


class Interest(MunicipalityModel):
    """A moderator has something to do with a subject, and therefore does not act in its discussion. For good:
    taking it back for a moment would make it worth nothing."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+")
    moderator = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=200)
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "moderator"], name="interest_declared_once"),
            models.CheckConstraint(condition=~Q(why=""), name="interest_has_a_reason"),
        ]


class WaitingAlert(MunicipalityModel):
    """Moderators were told that something waits too long: once per thing and day."""

    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="+")
    objection = models.ForeignKey(Objection, null=True, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(post__isnull=True, objection__isnull=False)
                | Q(post__isnull=False, objection__isnull=True),
                name="alert_is_about_one_thing",
            ),
            models.UniqueConstraint(fields=["post", "day"], name="alerted_once_per_post_and_day"),
            models.UniqueConstraint(fields=["objection", "day"], name="alerted_once_per_objection_and_day"),
        ]
