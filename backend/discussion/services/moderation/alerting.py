"""Telling moderators that something waits too long: once per thing and day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.walltime import on_wall
from backend.identity.selectors.roles import people_with_role
from backend.identity.states import Role
from backend.notifications import services as notifications
from backend.notifications.services import Notice
from backend.notifications.states import Kind
from backend.places.models import Portal

from ...conduct import LONGEST_WAIT, LONGEST_WAIT_FOR_OBJECTION
from ...models import Objection, Post, Report, WaitingAlert
from ...selectors.moderation.items import waiting_posts

# One walk alerts about so many, so that a full queue never holds up the closing of a round.
AT_ONCE = 200


def texts_waiting_too_long(now: datetime) -> list[int]:
    """Texts that are held or reported for more than a day, and of which nobody was told today."""
    told = WaitingAlert.objects.all_municipalities().filter(day=on_wall(now).date(), post__isnull=False)
    late = waiting_posts(
        Post.objects.all_municipalities().exclude(pk__in=told.values("post_id")),
        Report.objects.all_municipalities(),
        before=now - LONGEST_WAIT,
    )
    return list(late.values_list("pk", flat=True)[:AT_ONCE])


def objections_waiting_too_long(now: datetime) -> list[int]:
    """Objections that nobody decided for more than a week, and of which nobody was told today."""
    told = WaitingAlert.objects.all_municipalities().filter(day=on_wall(now).date(), objection__isnull=False)
    late = Objection.objects.all_municipalities().filter(
        outcome="", made_at__lte=now - LONGEST_WAIT_FOR_OBJECTION
    )
    late = late.exclude(pk__in=told.values("objection_id")).order_by("made_at", "pk")
    return list(late.values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def alert_of_text(*, actor: Actor, post_id: int, now: datetime) -> None:
    """Ask the moderators to look at a text that has waited too long."""
    posts = waiting_posts(Post.objects.filter(pk=post_id), Report.objects.all())
    post = posts.select_related("thread__portal").first()
    if post is None or not _is_first(Q(post=post), now, post=post, municipality_id=post.municipality_id):
        return
    _alert(
        actor=actor,
        portal=post.thread.portal,
        waited=now - vars(post)["waits_since"],
        longest=LONGEST_WAIT,
        without={post.author_id},
        notice=Notice(
            kind=Kind.WORK,
            template="text_waits",
            subject=f"post:{post.pk}",
            version=on_wall(now).date().isoformat(),
            context={
                "title": post.thread.title,
                "hours": int((now - vars(post)["waits_since"]).total_seconds() // 3600),
                "address": f"/werk/modereren/tekst/{post.public_id}/",
            },
        ),
        now=now,
    )


@transaction.atomic
def alert_of_objection(*, actor: Actor, objection_id: int, now: datetime) -> None:
    """Ask the moderators, without the one who acted, to decide about an objection."""
    rows = Objection.objects.filter(pk=objection_id, outcome="")
    objection = rows.select_related("action__portal", "action__thread").first()
    if objection is None:
        return
    about = {"objection": objection, "municipality_id": objection.municipality_id}
    if not _is_first(Q(objection=objection), now, **about):
        return
    action = objection.action
    _alert(
        actor=actor,
        portal=action.portal,
        waited=now - objection.made_at,
        longest=LONGEST_WAIT_FOR_OBJECTION,
        without={action.moderator_id, objection.person_id},
        notice=Notice(
            kind=Kind.WORK,
            template="objection_waits",
            subject=f"objection:{objection.pk}",
            version=on_wall(now).date().isoformat(),
            context={
                "title": action.thread.title if action.thread is not None else "",
                "days": (now - objection.made_at).days,
                "address": f"/werk/modereren/bezwaar/{objection.pk}/",
            },
        ),
        now=now,
    )


def _is_first(about: Q, now: datetime, **what: object) -> bool:
    """Whether nobody was told about this today. Two workers may ask at the same moment."""
    day = on_wall(now).date()
    _alert_row, is_new = WaitingAlert.objects.filter(about).get_or_create(day=day, defaults=what)
    return is_new


def _alert(
    *,
    actor: Actor,
    portal: Portal,
    waited: timedelta,
    longest: timedelta,
    without: set[int | None],
    notice: Notice,
    now: datetime,
) -> None:
    people = set(people_with_role(Role.MODERATOR, portal, now=now)) - without
    if waited >= 2 * longest or not people:
        people |= set(people_with_role(Role.ADMINISTRATOR, portal, now=now))
    notifications.notify(portal=portal, people=sorted(people), notice=notice, now=now)
    audit.record(actor=actor, action=f"discussion.{notice.template}_told", target=None, at=now)
