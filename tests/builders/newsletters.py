"""Subscribers, and newsletters in every state."""

from __future__ import annotations

from datetime import UTC, datetime

from backend.core.tenancy import in_municipality
from backend.identity.models import Person
from backend.identity.services.people import confirm_address
from backend.notifications.due import newsletters_to_queue, queue_newsletter
from backend.notifications.models import Newsletter, Subscription
from backend.notifications.services.newsletter_sending import send_newsletter
from backend.notifications.services.newsletters import (
    NewsletterWords,
    add_items,
    add_text,
    start_newsletter,
)
from backend.notifications.services.subscriptions import (
    ask_for_newsletter,
    confirm_subscription,
    subscribe,
)
from backend.places.models import Portal

from .people import actor_of
from .portals import system_of, visitor_of

AT = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


def make_subscriber(portal: Portal, email: str, *, at: datetime = AT, language: str = "nl") -> Subscription:
    """Somebody without an account who confirmed that they want the newsletter."""
    with in_municipality(portal.municipality_id):
        ask_for_newsletter(portal=portal, email=email, language=language, now=at)
        asked = Subscription.objects.get(portal=portal, email=email)
        confirm_subscription(actor=visitor_of(portal), token=asked.token, now=at)
        return Subscription.objects.get(pk=asked.pk)


def subscribe_person(portal: Portal, person: Person, *, at: datetime = AT) -> Subscription:
    """Somebody who pressed the button while signed in."""
    confirm_address(person)
    with in_municipality(portal.municipality_id):
        subscribe(actor=actor_of(person, portal, at=at), portal=portal, language=person.language, now=at)
        return Subscription.objects.get(portal=portal, person=person)


def make_newsletter(
    portal: Portal,
    *,
    subject: str = "Nieuws uit West",
    intro: str = "Dag buren,",
    texts: int = 1,
    items: list[tuple[str, str]] | None = None,
    at: datetime = AT,
) -> Newsletter:
    """A draft with so many texts of its own, and things picked from the portal."""
    actor = system_of(portal)
    with in_municipality(portal.municipality_id):
        words = NewsletterWords(subject=subject, intro=intro)
        draft = start_newsletter(actor=actor, portal=portal, words=words, now=at)
        if items:
            add_items(actor=actor, public_id=draft.public_id, chosen=items, now=at)
        for number in range(1, texts + 1):
            add_text(
                actor=actor,
                public_id=draft.public_id,
                title=f"Bericht {number}",
                text="Kom je ook?",
                now=at,
            )
    return draft


def seen_of(draft: Newsletter) -> datetime:
    """What somebody saw who looked at a draft just now."""
    return Newsletter.objects.all_municipalities().values_list("changed_at", flat=True).get(pk=draft.pk)


def send(draft: Newsletter, *, at: datetime = AT) -> Newsletter:
    """Press send, and let the clock queue every mail."""
    with in_municipality(draft.municipality_id):
        send_newsletter(actor=system_of(draft.portal), public_id=draft.public_id, seen=seen_of(draft), now=at)
        while draft.pk in newsletters_to_queue(at):
            queue_newsletter(draft.pk, at)
        return Newsletter.objects.get(pk=draft.pk)
