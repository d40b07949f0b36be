"""What was promised before there were subjects and answers is owed still."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from backend.feedback.models import Promise, Subject

BEFORE = [("feedback", "0001_initial")]
THEN = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_old_promises_are_owed_still() -> None:
    executor = MigrationExecutor(connection)
    latest = [key for key in executor.loader.graph.leaf_nodes() if key[0] in {"feedback", "proposals"}]
    others = [key for key in executor.loader.graph.leaf_nodes() if key[0] != "feedback"]
    executor.migrate(BEFORE)
    try:
        old = executor.loader.project_state([*BEFORE, *others]).apps
        people = [
            old.get_model("identity", "Person").objects.create(
                public_id=f"{number:010}", email=f"s{number}@example.org", joined_at=THEN
            )
            for number in range(2)
        ]
        plans = {state: _plan(old, state) for state in ("competing", "on_agenda", "lapsed", "withdrawn")}
        quiet = _plan(old, "competing", name="stil")
        promise = old.get_model("feedback", "Promise")
        for index, (state, plan) in enumerate(plans.items()):
            for number, person in enumerate(people):
                promise(
                    municipality=plan.municipality,
                    subject_type="proposals.plan",
                    subject_id=plan.pk,
                    person=person,
                    contribution="voted",
                    owed_by="councillor",
                    due_on=date(2026, 7, 1 + number + index),
                    state="kept" if state == "lapsed" else "open",
                    opened_at=THEN,
                    kept_at=THEN if state == "lapsed" else None,
                ).save()
    finally:
        MigrationExecutor(connection).migrate(latest)
    subjects = {row.subject_id: row for row in Subject.objects.all_municipalities()}
    phases = {state: subjects[plan.pk].phase for state, plan in plans.items()}
    assert phases == {
        "competing": "collecting",
        "on_agenda": "translating",
        "lapsed": "answering",
        "withdrawn": "answering",
    }
    # The first date that anybody was promised holds for all of them.
    assert subjects[plans["on_agenda"].pk].due_on == date(2026, 7, 2)
    assert subjects[plans["competing"].pk].title == "Plan competing"
    assert [subjects[plan.pk].is_public for plan in plans.values()] == [True, True, True, False]
    # Somebody may vote for this one tomorrow.
    assert subjects[quiet.pk].due_on == date(2026, 7, 7)
    promises = Promise.objects.all_municipalities()
    assert promises.count() == 8
    assert set(promises.filter(state="kept").values_list("subject__subject_id", flat=True)) == {
        plans["lapsed"].pk
    }
    assert {row.phase == row.subject.phase for row in promises.select_related("subject")} == {True}


def _plan(old: Any, state: str, *, name: str = "") -> Any:
    municipality, _ = old.get_model("places", "Municipality").objects.get_or_create(
        code="GM0001", defaults={"name": "Stad"}
    )
    district = old.get_model("places", "District")(municipality=municipality, name="West")
    district.save()
    slug = f"{state}{name}".replace("_", "-")
    portal = old.get_model("places", "Portal")(
        municipality=municipality, slug=slug, hostname=slug, name="West", district=district
    )
    portal.save()
    plan = old.get_model("proposals", "Plan")(
        municipality=municipality,
        portal=portal,
        public_id=slug[:10],
        title=f"Plan {state}",
        state=state,
        created_at=THEN,
        changed_at=THEN,
        submitted_at=THEN,
    )
    plan.save()
    return plan
