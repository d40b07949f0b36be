"""What this app holds about people: what they were told, and how they want to be told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from backend.core.personal_data import Basis, Held, Purpose, Row, register
from backend.core.retention import Clock

from .models import ContactDetails, Message, Preference
from .rendering import words_of
from .selectors.subscriptions import subscriptions_of
from .states import Kind

CHUNK = 200


def _messages(person_id: int) -> Iterator[Row]:
    # What a digest held stands here by itself.
    mine = Message.objects.all_municipalities().filter(person_id=person_id).exclude(kind=Kind.DIGEST)
    rows = mine.select_related("portal")
    for message in rows.order_by("-created_at", "-pk").iterator(CHUNK):
        words = words_of(message, language=translation.get_language() or "nl")
        yield {
            _("Where"): message.portal.name,
            _("When"): message.created_at,
            _("About"): words.subject,
            _("Text"): words.body,
            _("What became of the mail"): message.get_delivery_display(),
            _("Read on"): message.read_at,
        }


def _remove_messages(person_id: int, now: datetime) -> None:
    Message.objects.all_municipalities().filter(person_id=person_id).delete()


def _preference(person_id: int) -> Iterator[Row]:
    for preference in Preference.objects.filter(person_id=person_id):
        yield {
            _("About"): preference.get_kind_display(),
            _("How you want to hear from us"): preference.get_choice_display(),
        }


def _remove_preference(person_id: int, now: datetime) -> None:
    Preference.objects.filter(person_id=person_id).delete()


def _contact_details(person_id: int) -> Iterator[Row]:
    for details in ContactDetails.objects.filter(person_id=person_id):
        yield {
            _("Name"): details.name,
            _("Street and number"): details.street,
            _("Postcode"): details.postcode,
            _("City"): details.city,
            _("Telephone"): details.telephone,
        }


def _remove_contact_details(person_id: int, now: datetime) -> None:
    ContactDetails.objects.filter(person_id=person_id).delete()


def _subscriptions(person_id: int) -> Iterator[Row]:
    rows = subscriptions_of(person_id).select_related("portal", "person")
    for subscription in rows.order_by("pk").iterator(CHUNK):
        yield {
            _("Where"): subscription.portal.name,
            _("E-mail address"): subscription.address,
            _("Asked for on"): subscription.asked_at,
            _("Confirmed on"): subscription.confirmed_at,
            _("Stopped because mail came back, on"): subscription.paused_at,
        }


def _remove_subscriptions(person_id: int, now: datetime) -> None:
    subscriptions_of(person_id).delete()


for held in (
    Held(
        slug="subscriptions",
        purpose=Purpose.CHOOSING,
        label=_("The newsletter"),
        why=_("So that you get the newsletter that you asked for."),
        basis=Basis.CONSENT,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("Until you end it, or as long as you have an account."),
        columns=frozenset({"notifications.subscription.person"}),
        rows=_subscriptions,
        erase=_remove_subscriptions,
    ),
    Held(
        slug="contact_details",
        purpose=Purpose.ANSWERING,
        label=_("Where a letter or a call reaches you"),
        why=_("So that you are told by letter or by telephone when you asked for that."),
        basis=Basis.CONSENT,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("Until you take it out, or as long as you have an account."),
        columns=frozenset({"notifications.contactdetails.person"}),
        rows=_contact_details,
        erase=_remove_contact_details,
    ),
    Held(
        slug="preferences",
        purpose=Purpose.ANSWERING,
        label=_("How you want to hear from us"),
        why=_("So that messages reach you in the way you chose."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("As long as you have an account."),
        columns=frozenset({"notifications.preference.person"}),
        rows=_preference,
        erase=_remove_preference,
    ),
    Held(
        slug="messages",
        purpose=Purpose.ANSWERING,
        label=_("Messages to you"),
        why=_("So that you know what happened with what you did, and can read it again."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.MESSAGES,
        kept=_("For some time, so that you can read them again."),
        columns=frozenset({"notifications.message.person"}),
        rows=_messages,
        erase=_remove_messages,
    ),
):
    register(held)
