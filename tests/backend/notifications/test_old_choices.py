"""What people chose before there were kinds of messages still holds."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from backend.notifications.models import Message, Preference
from backend.notifications.states import CHOICES, Choice

BEFORE = [("notifications", "0001_initial")]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_old_choices_and_old_messages_stay_what_they_were() -> None:
    executor = MigrationExecutor(connection)
    latest = [key for key in executor.loader.graph.leaf_nodes() if key[0] == "notifications"]
    below = [key for key in executor.loader.graph.leaf_nodes() if key[0] in {"places", "identity"}]
    executor.migrate(BEFORE)
    try:
        old = executor.loader.project_state([*BEFORE, *below]).apps
        person_model = old.get_model("identity", "Person")
        on_page, by_mail = (
            person_model.objects.create(
                public_id=f"{number:010}", email=f"s{number}@example.org", joined_at="2026-01-01T00:00Z"
            )
            for number in range(2)
        )
        choice = old.get_model("notifications", "Preference")
        choice.objects.create(person=on_page, channel="page")
        choice.objects.create(person=by_mail, channel="email")
        municipality = old.get_model("places", "Municipality").objects.create(code="GM0001", name="Stad")
        district = old.get_model("places", "District")(municipality=municipality, name="West")
        district.save()
        portal = old.get_model("places", "Portal")(
            municipality=municipality, slug="w", hostname="w", name="West", district=district
        )
        portal.save()
        for template in ("outcome", "plan_won", "copy_ready"):
            old.get_model("notifications", "Message")(
                municipality=municipality,
                portal=portal,
                person=by_mail,
                template=template,
                subject="plan:1",
                channel="email",
                delivery="sent",
                created_at="2026-01-01T00:00Z",
            ).save()
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(latest)
    kept = Preference.objects.filter(person_id=on_page.pk)
    assert {(row.kind, row.choice) for row in kept} == {(kind.value, Choice.PAGE.value) for kind in CHOICES}
    assert not Preference.objects.filter(person_id=by_mail.pk).exists()
    messages = Message.objects.all_municipalities()
    assert {(row.template, row.kind) for row in messages} == {
        ("outcome", "answers"),
        ("plan_won", "plans"),
        ("copy_ready", "account"),
    }
    assert all(row.reference == f"message-{row.pk}" for row in messages)
