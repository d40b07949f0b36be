"""What plans are about, in the words of a portal."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require
from backend.core.plain import one_line
from backend.places.models import Portal

from .. import permissions
from ..models import Category


def add_category(*, actor: Actor, portal: Portal, name_nl: str, name_en: str, now: datetime) -> Category:
    """Let residents choose one more subject for their plans. Raises InvalidInput for one that is there."""
    require(permissions.can_manage_rounds(actor))
    name_nl, name_en = one_line(name_nl), one_line(name_en)
    slug = slugify(name_nl)[:50]
    if not slug:
        raise InvalidInput(_("Give the subject a name with letters."), field="name_nl")
    try:
        with transaction.atomic():
            last = Category.objects.filter(portal=portal).aggregate(last=Max("position"))["last"]
            category = Category.objects.create(
                municipality_id=portal.municipality_id,
                portal=portal,
                slug=slug,
                name_nl=name_nl,
                name_en=name_en or name_nl,
                position=0 if last is None else last + 1,
            )
            audit.record(actor=actor, action="proposals.category_added", target=category, at=now)
            pagecache.empty(portal.pk)
    except IntegrityError as conflict:
        raise InvalidInput(_("This subject is there already."), field="name_nl") from conflict
    return category
