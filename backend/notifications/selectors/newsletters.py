"""Reading newsletters, and what can be put in one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils import translation

from backend.core.actor import Actor
from backend.core.errors import require, require_found

from ..blocks import BlockSource, Item, registered, source_named
from ..models import Block, Message, Newsletter
from ..permissions import can_write_newsletters, visible_newsletters
from ..states import Delivery, NewsletterState
from .subscriptions import subscribers

TEMPLATE = "newsletter"


def subject_of(newsletter_id: int) -> str:
    """What its messages are about."""
    return f"newsletter:{newsletter_id}"


def list_published(actor: Actor) -> QuerySet[Newsletter]:
    """What was sent, latest first: for everybody."""
    return visible_newsletters(actor).exclude(state=NewsletterState.DRAFT).order_by("-sent_at", "-id")


def get_published(*, actor: Actor, public_id: str) -> Newsletter:
    """A newsletter that was sent. A draft is not there, also for who writes it."""
    return require_found(list_published(actor).filter(public_id=public_id).first())


def list_drafts(actor: Actor) -> QuerySet[Newsletter]:
    require(can_write_newsletters(actor))
    return visible_newsletters(actor).filter(state=NewsletterState.DRAFT).order_by("-changed_at", "-id")


def has_newsletters(portal_id: int) -> bool:
    """Whether anybody ever began a newsletter at a portal."""
    return Newsletter.objects.filter(portal_id=portal_id).exists()


def get_newsletter(*, actor: Actor, public_id: str) -> Newsletter:
    """A draft or a newsletter that was sent, for who writes them."""
    require(can_write_newsletters(actor))
    rows = visible_newsletters(actor).select_related("portal")
    return require_found(rows.filter(public_id=public_id).first())


def blocks_of(newsletter: Newsletter) -> list[Block]:
    """Its parts in their order."""
    return list(Block.objects.filter(newsletter=newsletter).order_by("position", "id"))


@dataclass(frozen=True)
class Parts:
    """The parts of a newsletter: those everybody may read now, and those that were withdrawn."""

    shown: Sequence[Block]
    withdrawn: Sequence[Block]


def parts_of(newsletter: Newsletter) -> Parts:
    """What of a newsletter can be shown now: nothing that was withdrawn since, whenever it was sent."""
    blocks = blocks_of(newsletter)
    of_source: dict[str, set[str]] = defaultdict(set)
    for block in blocks:
        of_source[block.source].add(block.reference)
    actor = _reader(newsletter.municipality_id, newsletter.portal_id)
    public = {("", "")}
    for slug, references in of_source.items():
        # Of a source that is there no more nobody can say whether its items are public.
        if source := source_named(slug):
            public |= {(slug, reference) for reference in source.public(actor, references)}
    return Parts(
        [block for block in blocks if (block.source, block.reference) in public],
        [block for block in blocks if (block.source, block.reference) not in public],
    )


@dataclass(frozen=True)
class Offer:
    """What one source has for a draft."""

    source: BlockSource
    items: Sequence[Item]


def offers_for(newsletter: Newsletter, *, now: datetime) -> list[Offer]:
    """What staff can pick for a draft, besides what is in it. In the language that portals are written in."""
    actor = _reader(newsletter.municipality_id, newsletter.portal_id)
    have = {(block.source, block.reference) for block in blocks_of(newsletter)}
    told = _told(newsletter.portal_id)
    with translation.override(settings.LANGUAGE_CODE):
        offers = [(source, source.offer(actor, told[source.slug], now)) for source in registered()]
    return [
        Offer(source, [item for item in items if (source.slug, item.reference) not in have])
        for source, items in offers
    ]


def _told(portal_id: int) -> defaultdict[str, frozenset[str]]:
    """What was in newsletters that were sent, by source."""
    sent = Block.objects.filter(newsletter__portal_id=portal_id).exclude(source="")
    rows = sent.exclude(newsletter__state=NewsletterState.DRAFT).values_list("source", "reference")
    told: defaultdict[str, set[str]] = defaultdict(set)
    for slug, reference in rows:
        told[slug].add(reference)
    frozen: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    frozen.update({slug: frozenset(references) for slug, references in told.items()})
    return frozen


def _reader(municipality_id: int, portal_id: int) -> Actor:
    """Whoever writes a newsletter, what is in it is what any visitor may see."""
    return Actor.visitor(municipality_id=municipality_id, portal_id=portal_id)


def recipients_of(newsletter: Newsletter) -> int:
    """To how many people it goes: those who were queued, or who will be while it is prepared.

    Who stops it meanwhile gets nothing, so while it is prepared the number may still become lower.
    """
    if newsletter.state != NewsletterState.SENDING or newsletter.sent_at is None:
        return newsletter.recipients
    waiting = subscribers(newsletter.portal_id, at=newsletter.sent_at)
    return newsletter.recipients + waiting.filter(pk__gt=newsletter.queued_up_to).count()


def deliveries_of(newsletter: Newsletter) -> dict[Delivery, int]:
    """What became of the mails of a newsletter. Those of who left or unsubscribed are not known any more."""
    rows = Message.objects.filter(
        portal_id=newsletter.portal_id, template=TEMPLATE, subject=subject_of(newsletter.pk)
    )
    counted = dict(rows.order_by().values_list("delivery").annotate(number=Count("pk")))
    return {Delivery(state): number for state, number in _in_order(counted.items())}


def _in_order(counted: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    order = Delivery.values
    return sorted(counted, key=lambda pair: order.index(pair[0]))
