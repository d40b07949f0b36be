"""Accounts, and what people sign in with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.core.personal_data import Basis, Held, Purpose, Row, register
from backend.core.retention import Clock

from ..models import Person
from ..services.stored_sessions import sessions_of
from .words import WHILE_HERE

# Of what other packages keep, the parts that mean something to a person. Never a secret.
_READABLE = {
    "email": _("E-mail address"),
    "verified": _("Confirmed"),
    "type": _("Kind"),
    "provider": _("By"),
    "user_agent": _("Browser"),
    "created_at": _("Since"),
    "last_used_at": _("Last used"),
    "last_seen_at": _("Last seen"),
}


def _account(person_id: int) -> Iterator[Row]:
    for person in Person.objects.filter(pk=person_id):
        yield {
            _("Name"): person.name,
            _("E-mail address"): person.email or "",
            _("Language of your messages"): dict(settings.LANGUAGES).get(person.language, person.language),
            _("Where you came from"): person.get_origin_display(),
            _("Since"): person.joined_at,
            _("Last signed in"): person.last_login,
            _("Your number here"): person.public_id,
            _("Number in an earlier election"): person.source_reference,
        }


def _empty_account(person_id: int, now: datetime) -> None:
    Person.objects.filter(pk=person_id).update(
        email=None,
        name="",
        language="nl",
        source_reference="",
        password="!",  # noqa: S106  (none fits)
        is_active=False,
        last_login=None,
        inactivity_warned_at=None,
        left_at=now,
    )


def _models_of_packages() -> list[tuple[type[models.Model], str]]:
    """What allauth and other packages keep about people, whichever of them are installed."""
    return [
        (field.model, field.name)
        for field in _fields_to_people()
        if not field.model.__module__.startswith(("backend.", "panels."))
    ]


def _fields_to_people() -> Iterator[models.Field]:  # type: ignore[type-arg]  # of any type
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if (
                isinstance(field, models.ForeignKey | models.ManyToManyField)
                and field.related_model is Person
            ):
                yield field


def _sign_in_means(person_id: int) -> Iterator[Row]:
    for model, field in _models_of_packages():
        names = [name for name in _READABLE if name in {each.name for each in model._meta.get_fields()}]
        for values in model._default_manager.filter(**{field: person_id}).values(*names):
            yield {
                _("What"): str(model._meta.verbose_name).capitalize(),
                **{_READABLE[name]: values[name] for name in names},
            }


def _remove_sign_in_means(person_id: int, now: datetime) -> None:
    for model, field in _models_of_packages():
        model._default_manager.filter(**{field: person_id}).delete()


def _sessions(person_id: int) -> Iterator[Row]:
    for session in sessions_of([person_id]):
        yield {_("What"): _("A browser that is signed in"), _("Until"): session.expire_date}


def _nothing(person_id: int, now: datetime) -> None:
    """Sessions of somebody who is gone are worth nothing at once; due work takes them away."""


for held in (
    Held(
        slug="account",
        purpose=Purpose.ACCOUNT,
        label=_("Your account"),
        why=_("To recognise you when you come back, and to speak to you in your language."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=WHILE_HERE,
        columns=frozenset({"identity.person"}),
        rows=_account,
        erase=_empty_account,
    ),
    Held(
        slug="sign_in_means",
        purpose=Purpose.ACCOUNT,
        label=_("What you sign in with"),
        why=_("So that nobody else can sign in as you."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=WHILE_HERE,
        columns=frozenset(f"{model._meta.label_lower}.{name}" for model, name in _models_of_packages()),
        rows=_sign_in_means,
        erase=_remove_sign_in_means,
    ),
    Held(
        slug="sessions",
        purpose=Purpose.ACCOUNT,
        label=_("Browsers that are signed in"),
        why=_("So that you stay signed in on your own devices."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.SESSIONS,
        kept=_("Until you sign out."),
        columns=frozenset({"sessions.session"}),
        rows=_sessions,
        erase=_nothing,
        is_on_page=False,
    ),
):
    register(held)
