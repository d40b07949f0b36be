"""Sending a newsletter: once, to everybody who is subscribed at that moment."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import require
from backend.places.models import Portal

from ..errors import NewsletterChanged
from ..models import Newsletter
from ..permissions import can_queue_newsletters
from ..rendering import words_of_draft
from ..selectors.newsletters import TEMPLATE, subject_of
from ..selectors.subscriptions import subscribers
from ..states import Kind, NewsletterState
from .newsletters import lock_draft
from .queueing import Notice, notify
from .recipients import queue

# One step of the clock. Between two steps it does what else is due, such as closing a round.
BATCH = 1_000


@transaction.atomic
def send_test(*, actor: Actor, public_id: str, language: str, now: datetime) -> None:
    """Send a draft as it is now to oneself alone."""
    draft = lock_draft(actor=actor, public_id=public_id)
    words = words_of_draft(draft, language=language)
    notice = Notice(
        # It is mail that one asks for at this moment, so it goes at once and to nobody's digest.
        kind=Kind.NEWSLETTER,
        template="newsletter_test",
        subject=subject_of(draft.pk),
        version=now.isoformat(),
        context={"title": words.subject, "text": words.body},
    )
    notify(portal=draft.portal, people=[actor.require_person()], notice=notice, now=now, must_reach=True)
    audit.record(actor=actor, action="notifications.newsletter_tested", target=draft, at=now)


@transaction.atomic
def send_newsletter(*, actor: Actor, public_id: str, seen: datetime | None, now: datetime) -> None:
    """Send a draft to everybody who is subscribed now, and publish it. It cannot be undone.

    `seen` is when the draft was changed last, as somebody looked at it. Raises NewsletterChanged when it was
    changed since, and AlreadySent for the second of two who press at once. Queueing the mails is due from
    now on.
    """
    draft = lock_draft(actor=actor, public_id=public_id)
    if draft.changed_at != seen:
        raise NewsletterChanged
    Newsletter.objects.filter(pk=draft.pk).update(state=NewsletterState.SENDING, sent_at=now, changed_at=now)
    audit.record(actor=actor, action="notifications.newsletter_sent", target=draft, at=now)
    pagecache.empty(draft.portal_id)


@transaction.atomic
def queue_batch(*, actor: Actor, newsletter_id: int, now: datetime) -> None:
    """Queue the next thousand mails of a newsletter; after the last ones it is sent.

    How far it got is kept with the mails themselves: whatever breaks in between, nobody is skipped or gets
    it twice.
    """
    require(can_queue_newsletters(actor))
    newsletter = Newsletter.objects.select_for_update().get(pk=newsletter_id)
    if newsletter.state != NewsletterState.SENDING or newsletter.sent_at is None:
        return
    portal = Portal.objects.select_related("municipality").get(pk=newsletter.portal_id)
    waiting = subscribers(portal.pk, at=newsletter.sent_at).filter(pk__gt=newsletter.queued_up_to)
    batch = list(waiting.order_by("pk")[:BATCH])
    if batch:
        notice = Notice(
            kind=Kind.NEWSLETTER,
            template=TEMPLATE,
            subject=subject_of(newsletter.pk),
            context={"newsletter": newsletter.pk},
        )
        queue(portal=portal, subscriptions=batch, notice=notice, now=now)
        newsletter.queued_up_to = batch[-1].pk
        newsletter.recipients += len(batch)
    if len(batch) < BATCH:
        newsletter.state = NewsletterState.SENT
        audit.record(
            actor=actor,
            action="notifications.newsletter_queued",
            target=newsletter,
            at=now,
            recipients=newsletter.recipients,
        )
    newsletter.save(update_fields=["queued_up_to", "recipients", "state"])
