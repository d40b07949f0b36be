"""Messages as letters: printed together, posted by a person, and sometimes come back.

A message waits, is in a batch, is printed (being sent), and is delivered only once somebody says that the
batch was posted.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, NotFound, require, require_found
from backend.core.pdf_alone import render_pdf_alone
from backend.core.private_files import private_folder, remove_private_folder
from backend.core.tenancy import in_municipality
from backend.identity.models import Person
from backend.identity.services.trying import PAUSES, may_be_tried, note_failure
from backend.places.models import Portal

from ..errors import MessageSettled
from ..letters import letters_data, title_of
from ..models import HAS_ADDRESS, ContactDetails, Message, PostBatch
from ..permissions import can_post
from ..selectors import get_batch, letters_waiting
from ..states import Channel, Delivery
from .announcing import announce
from .outcomes import conclude, conclude_announced
from .queueing import reroute

FOLDER = "post"
FILE = "letters.pdf"
# What typst prints in a quarter of a gigabyte. What is more goes in the next batch.
MOST_LETTERS = 500


@transaction.atomic
def ask_for_batch(*, actor: Actor, now: datetime) -> PostBatch:
    """Have the letters that wait at this portal printed. One batch is made at a time."""
    require(can_post(actor))
    waiting = letters_waiting(actor)
    portal = Portal.objects.select_for_update().get(pk=actor.require_portal())
    making = PostBatch.objects.filter(portal=portal, printed_at=None).first()
    if making is not None:
        return making
    chosen = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True)[:MOST_LETTERS])
    if not chosen:
        raise InvalidInput(_("No letters wait. Nothing was made."))
    batch = PostBatch.objects.create(municipality_id=portal.municipality_id, portal=portal, asked_at=now)
    Message.objects.filter(pk__in=chosen).update(batch=batch)
    audit.record(actor=actor, action="notifications.letters_asked_for", target=batch, at=now)
    return batch


def batches_to_print(now: datetime) -> Iterable[int]:
    waiting = PostBatch.objects.all_municipalities().filter(may_be_tried(now), printed_at=None)
    return list(waiting.order_by("asked_at").values_list("pk", flat=True))


def print_batch(batch_id: int, now: datetime) -> None:
    """Print a batch, or put it off; after some tries its messages wait for another batch."""
    batch = PostBatch.objects.all_municipalities().select_related("portal").get(pk=batch_id)
    with in_municipality(batch.municipality_id):
        try:
            _print(batch, now)
        except Exception:
            _failed(batch, now)
            raise


def _print(batch: PostBatch, now: datetime) -> None:
    messages = list(Message.objects.filter(batch=batch).select_related("portal").order_by("pk"))
    people = Person.objects.in_bulk([message.person_id for message in messages])
    details = {row.person_id: row for row in ContactDetails.objects.filter(HAS_ADDRESS, person__in=people)}
    letters = [
        (message, people[message.person_id], details[message.person_id])
        for message in messages
        if message.person_id in details
    ]
    unfinished = private_folder(FOLDER, batch.public_id) / f"unfinished-{secrets.token_hex(8)}"
    try:
        if letters:
            render_pdf_alone(
                "message",
                letters_data(batch.portal, letters, now=now),
                language="nl",
                title=title_of(batch),
                created_at=now,
                to=unfinished,
            )
        _keep(batch, [message.pk for message, *_more in letters], unfinished, now)
    finally:
        unfinished.unlink(missing_ok=True)


@transaction.atomic
def _keep(seen: PostBatch, printed: list[int], file: Path, now: datetime) -> None:
    batch = PostBatch.objects.select_for_update().filter(pk=seen.pk, printed_at=None).first()
    if batch is None:
        return
    of_batch = Message.objects.filter(batch=batch, delivery=Delivery.QUEUED)
    batch.letters = of_batch.filter(pk__in=printed).update(delivery=Delivery.SENDING)
    # Whoever took their address out meanwhile is told in another way.
    unprinted = list(of_batch.exclude(person=None).values_list("person_id", flat=True))
    of_batch.update(batch=None)
    reroute(unprinted, now)
    batch.printed_at = now
    batch.save(update_fields=["letters", "printed_at"])
    if printed:
        os.replace(file, file_of(batch))
    system = Actor.system("letters were asked for", municipality_id=batch.municipality_id)
    audit.record(
        actor=system, action="notifications.letters_printed", target=batch, at=now, letters=batch.letters
    )


@transaction.atomic
def _failed(batch: PostBatch, now: datetime) -> None:
    making = PostBatch.objects.filter(pk=batch.pk, printed_at=None)
    note_failure(making, now=now, given_up={})
    if making.filter(tries__gt=len(PAUSES)).exists():
        release(batch)


def release(batch: PostBatch) -> None:
    """Let what was not posted wait for another batch."""
    Message.objects.filter(batch=batch, delivery__in=[Delivery.QUEUED, Delivery.SENDING]).update(
        delivery=Delivery.QUEUED, batch=None
    )
    PostBatch.objects.filter(pk=batch.pk).delete()
    remove_private_folder(FOLDER, batch.public_id)


def file_of(batch: PostBatch) -> Path:
    return private_folder(FOLDER, batch.public_id) / FILE


@transaction.atomic
def fetch_letters(*, actor: Actor, public_id: str, now: datetime) -> Path:
    """The file to print. It holds names and addresses, so every time goes on record."""
    batch = get_batch(actor, public_id)
    path = file_of(batch)
    if batch.printed_at is None or batch.posted_at is not None or not path.exists():
        raise NotFound
    audit.record(actor=actor, action="notifications.letters_fetched", target=batch, at=now)
    return path


@transaction.atomic
def say_posted(*, actor: Actor, public_id: str, now: datetime) -> None:
    """The letters are in the post: only now were the people told. The file is removed."""
    require(can_post(actor))
    batch = require_found(
        PostBatch.objects.select_for_update()
        .filter(portal_id=actor.require_portal(), public_id=public_id, printed_at__isnull=False)
        .first()
    )
    if batch.posted_at is not None:
        raise MessageSettled
    batch.posted_at = batch.file_removed_at = now
    batch.save(update_fields=["posted_at", "file_removed_at"])
    printed = Message.objects.filter(batch=batch, delivery=Delivery.SENDING)
    announce(printed, now)
    for pk in list(printed.order_by("pk").values_list("pk", flat=True)):
        conclude_announced(pk, Delivery.SENT, among=[Delivery.SENDING], now=now)
    audit.record(actor=actor, action="notifications.letters_posted", target=batch, at=now)
    transaction.on_commit(lambda: remove_private_folder(FOLDER, batch.public_id))


@transaction.atomic
def say_returned(*, actor: Actor, number: int, now: datetime) -> None:
    """A letter came back. Its number stands on it."""
    require(can_post(actor))
    letter = Message.objects.filter(
        pk=number, portal_id=actor.require_portal(), channel=Channel.LETTER
    ).first()
    if letter is None:
        raise InvalidInput(_("There is no letter with this number."), field="number")
    if not conclude(letter.pk, Delivery.RETURNED, among=[Delivery.SENT], now=now, failure="returned"):
        raise MessageSettled
    audit.record(actor=actor, action="notifications.letter_returned", target=letter, at=now)
