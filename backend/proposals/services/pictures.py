"""Pictures of a plan: re-encoded by us, with words for who cannot see them."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import IO

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require, require_found
from backend.core.ids import new_public_id
from backend.core.pictures import re_encode

from .. import permissions
from ..models import Picture, Plan
from ..models.plans import MAXIMUM_PICTURES
from ..selectors.plans import get_plan


@transaction.atomic
def add_picture(
    *, actor: Actor, public_id: str, upload: IO[bytes], description: str, now: datetime
) -> Picture:
    """Add a picture to one's draft. What was in the file besides the picture is thrown away.

    Raises InvalidInput for a sixth picture, one without a description, or a file that is no picture.
    """
    plan = _draft(actor, public_id)
    if not description.strip():
        raise InvalidInput(_("Tell in a few words what the picture shows."), field="picture_description")
    last = Picture.objects.filter(plan=plan).aggregate(last=Max("position"))["last"] or 0
    if last >= MAXIMUM_PICTURES:
        raise InvalidInput(_("A plan has at most five pictures. Remove one first."), field="picture")
    encoded = re_encode(upload)
    picture = Picture(
        municipality_id=plan.municipality_id,
        plan=plan,
        position=last + 1,
        width=encoded.width,
        height=encoded.height,
        thumbnail_width=encoded.thumbnail_width,
        thumbnail_height=encoded.thumbnail_height,
        description=description.strip()[:200],
    )
    name = new_public_id()
    picture.file.save(f"{name}.webp", ContentFile(encoded.content), save=False)
    picture.thumbnail.save(f"{name}-small.webp", ContentFile(encoded.thumbnail), save=False)
    picture.save()
    return picture


@transaction.atomic
def remove_picture(*, actor: Actor, public_id: str, position: int) -> None:
    """Take a picture out of one's draft, and its file with it."""
    plan = _draft(actor, public_id)
    picture = require_found(Picture.objects.filter(plan=plan, position=position).first())
    forget_files([picture])
    picture.delete()
    for index, later in enumerate(Picture.objects.filter(plan=plan).order_by("position"), start=1):
        if later.position != index:
            later.position = index
            later.save(update_fields=["position"])


def forget_files(pictures: list[Picture]) -> None:
    """Delete the files of pictures as soon as the change that forgets their rows is committed."""
    for picture in pictures:
        for file in (picture.file, picture.thumbnail):
            transaction.on_commit(partial(file.storage.delete, str(file.name)))


def _draft(actor: Actor, public_id: str) -> Plan:
    plan = get_plan(actor=actor, public_id=public_id)
    require(permissions.can_edit(actor, plan))
    return Plan.objects.select_for_update().get(pk=plan.pk)
