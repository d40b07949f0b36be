"""Writing a newsletter: its words, its parts and their order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require, require_found
from backend.core.plain import one_line
from backend.places.models import Portal

from ..errors import AlreadySent, NewsletterFull
from ..models import Block, Newsletter
from ..models.newsletters import LONGEST_TEXT
from ..permissions import can_write_newsletters, visible_newsletters
from ..selectors.newsletters import blocks_of, offers_for
from ..states import NewsletterState

MOST_BLOCKS = 30


@dataclass(frozen=True, kw_only=True)
class NewsletterWords:
    """The subject of the mail, and what it begins with."""

    subject: str
    intro: str


@transaction.atomic
def start_newsletter(*, actor: Actor, portal: Portal, words: NewsletterWords, now: datetime) -> Newsletter:
    """Begin a draft, which nobody sees but who writes newsletters here."""
    require(can_write_newsletters(actor))
    new = Newsletter.objects.create(
        municipality_id=portal.municipality_id,
        portal=portal,
        created_at=now,
        changed_at=now,
        **_checked(words),
    )
    audit.record(actor=actor, action="notifications.newsletter_started", target=new, at=now)
    return new


@transaction.atomic
def change_words(*, actor: Actor, public_id: str, words: NewsletterWords, now: datetime) -> None:
    draft = lock_draft(actor=actor, public_id=public_id)
    Newsletter.objects.filter(pk=draft.pk).update(**_checked(words))
    _note_change(actor, draft, now)


def _checked(words: NewsletterWords) -> dict[str, str]:
    # A subject is one line: a mail knows no other.
    subject, intro = one_line(words.subject), words.intro.strip()
    if not subject:
        raise InvalidInput(_("Fill in what the newsletter is about."), field="subject")
    if not intro:
        raise InvalidInput(_("Begin with a few words to the reader."), field="intro")
    return {"subject": subject, "intro": intro}


@transaction.atomic
def add_items(*, actor: Actor, public_id: str, chosen: Collection[tuple[str, str]], now: datetime) -> None:
    """Add things of the portal, by source and name, in the words that they are offered in now.

    The words stay as they are, whatever happens to the thing. Raises InvalidInput when one of them is not
    offered any more, and then adds none.
    """
    draft = lock_draft(actor=actor, public_id=public_id)
    offered = {
        (offer.source.slug, item.reference): item
        for offer in offers_for(draft, now=now)
        for item in offer.items
    }
    have = {(block.source, block.reference) for block in blocks_of(draft) if block.source}
    # What was added by the same form a moment ago is there already.
    wanted = [key for key in dict.fromkeys(chosen) if key not in have]
    if any(key not in offered for key in wanted):
        raise InvalidInput(_("Something that you picked is not public any more. Pick again."))
    for key in offered:
        if key in wanted:
            item = offered[key]
            _add(
                draft, title=item.title, text=item.text, source=key[0], reference=key[1], address=item.address
            )
    _note_change(actor, draft, now)


@transaction.atomic
def add_text(*, actor: Actor, public_id: str, title: str, text: str, now: datetime) -> None:
    """Add a text of one's own."""
    draft = lock_draft(actor=actor, public_id=public_id)
    _add(draft, **_checked_text(title, text))
    _note_change(actor, draft, now)


@transaction.atomic
def change_text(*, actor: Actor, public_id: str, block_id: int, title: str, text: str, now: datetime) -> None:
    """Change a text of one's own. What was taken from the portal keeps its words."""
    draft = lock_draft(actor=actor, public_id=public_id)
    rows = Block.objects.filter(newsletter=draft, pk=block_id, source="")
    require_found(rows.update(**_checked_text(title, text)) or None)
    _note_change(actor, draft, now)


def _checked_text(title: str, text: str) -> dict[str, str]:
    title, text = one_line(title), text.strip()
    if not title:
        raise InvalidInput(_("Fill in a heading."), field="title")
    if not text:
        raise InvalidInput(_("Fill in a text."), field="text")
    return {"title": title, "text": text}


def _add(
    draft: Newsletter, *, title: str, text: str, source: str = "", reference: str = "", address: str = ""
) -> None:
    rows = Block.objects.filter(newsletter=draft)
    if rows.count() >= MOST_BLOCKS:
        raise NewsletterFull
    last = rows.aggregate(last=Max("position"))["last"] or 0
    Block.objects.create(
        municipality_id=draft.municipality_id,
        newsletter=draft,
        position=last + 1,
        source=source,
        reference=reference,
        title=one_line(title)[:200],
        text=text.strip()[:LONGEST_TEXT],
        address=address,
    )


@transaction.atomic
def move_block(*, actor: Actor, public_id: str, block_id: int, by: int, now: datetime) -> None:
    """Put a part one place higher (-1) or lower (1). At the edge it stays where it is."""
    draft = lock_draft(actor=actor, public_id=public_id)
    order = [block.pk for block in blocks_of(draft)]
    if block_id not in order:
        require_found(None)
    place = order.index(block_id)
    to = min(max(place + by, 0), len(order) - 1)
    order.insert(to, order.pop(place))
    for position, pk in enumerate(order, start=1):
        Block.objects.filter(pk=pk).update(position=position)
    _note_change(actor, draft, now)


@transaction.atomic
def remove_block(*, actor: Actor, public_id: str, block_id: int, now: datetime) -> None:
    """Take a part out. It can be added again."""
    draft = lock_draft(actor=actor, public_id=public_id)
    require_found(Block.objects.filter(newsletter=draft, pk=block_id).delete()[0] or None)
    _note_change(actor, draft, now)


@transaction.atomic
def throw_newsletter_away(*, actor: Actor, public_id: str, now: datetime) -> None:
    """Delete a draft for good."""
    draft = lock_draft(actor=actor, public_id=public_id)
    audit.record(actor=actor, action="notifications.newsletter_thrown_away", target=draft, at=now)
    draft.delete()


def lock_draft(*, actor: Actor, public_id: str) -> Newsletter:
    """A draft, held until the change is made. AlreadySent when somebody sent it meanwhile."""
    require(can_write_newsletters(actor))
    rows = visible_newsletters(actor).select_related("portal").select_for_update(of=("self",))
    draft = require_found(rows.filter(public_id=public_id).first())
    if draft.state != NewsletterState.DRAFT:
        raise AlreadySent
    return draft


def _note_change(actor: Actor, draft: Newsletter, now: datetime) -> None:
    Newsletter.objects.filter(pk=draft.pk).update(changed_at=now)
    audit.record(actor=actor, action="notifications.newsletter_changed", target=draft, at=now)
