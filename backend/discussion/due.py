"""What the clock does for discussions: tell who moderates that something waits too long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from backend.core import due
from backend.core.actor import Actor
from backend.core.tenancy import MunicipalityModel, in_municipality

from .models import Objection, Post
from .services.moderation.alerting import (
    alert_of_objection,
    alert_of_text,
    objections_waiting_too_long,
    texts_waiting_too_long,
)


@contextmanager
def _acting_for(model: type[MunicipalityModel], row_id: int, reason: str) -> Iterator[Actor]:
    """The clock as actor, within the municipality of the row that is due."""
    rows = model.objects.all_municipalities().filter(pk=row_id)
    municipality_id: int = rows.values_list("municipality_id", flat=True).get()
    with in_municipality(municipality_id):
        yield Actor.system(reason, municipality_id=municipality_id)


def alert_of_one_text(post_id: int, now: datetime) -> None:
    with _acting_for(Post, post_id, "a text waits for a moderator") as actor:
        alert_of_text(actor=actor, post_id=post_id, now=now)


def alert_of_one_objection(objection_id: int, now: datetime) -> None:
    with _acting_for(Objection, objection_id, "an objection waits for a moderator") as actor:
        alert_of_objection(actor=actor, objection_id=objection_id, now=now)


for work in (
    due.DueWork(name="discussion.text_waits", find=texts_waiting_too_long, do=alert_of_one_text),
    due.DueWork(
        name="discussion.objection_waits", find=objections_waiting_too_long, do=alert_of_one_objection
    ),
):
    due.register(work)
