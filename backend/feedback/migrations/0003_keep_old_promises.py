"""A row for each plan that people contributed to, and the old promises with it.

Until now only plans were owed answers about, so this reads what they were called.
"""

from datetime import timedelta

from django.db import migrations
from django.db.models import Exists, Min, OuterRef, Subquery

PLAN = "proposals.plan"
BATCH = 1_000
PHASES = {"competing": "collecting", "on_agenda": "translating"}
# For a plan whose promises are all gone: as long as three months of votes and the committee take.
WITHOUT_PROMISES = timedelta(days=183)


def forwards(apps, schema_editor):
    Plan = apps.get_model("proposals", "Plan")
    Outcome = apps.get_model("proposals", "Outcome")
    Subject = apps.get_model("feedback", "Subject")
    Promise = apps.get_model("feedback", "Promise")
    promises = Promise._base_manager.filter(subject_type=PLAN)
    first_date = promises.filter(old_subject_id=OuterRef("pk")).values("old_subject_id").annotate(day=Min("due_on"))
    plans = (
        Plan._base_manager.exclude(submitted_at=None)
        .annotate(
            first_date=Subquery(first_date.values("day")),
            has_outcome=Exists(Outcome._base_manager.filter(item__plan=OuterRef("pk"))),
        )
        .order_by("pk")
    )
    subjects = (
        Subject(
            municipality_id=plan.municipality_id,
            subject_type=PLAN,
            subject_id=plan.pk,
            portal_id=plan.portal_id,
            title=plan.title,
            address=f"/plannen/{plan.public_id}/",
            is_public=plan.state != "withdrawn",
            phase="changing"
            if plan.state == "on_agenda" and plan.has_outcome
            else PHASES.get(plan.state, "answering"),
            owed_by="councillor",
            due_on=plan.first_date or (plan.submitted_at + WITHOUT_PROMISES).date(),
            opened_at=plan.submitted_at,
        )
        for plan in plans.iterator(chunk_size=BATCH)
    )
    Subject._base_manager.bulk_create(subjects, batch_size=BATCH)
    own = Subject._base_manager.filter(subject_type=PLAN, subject_id=OuterRef("old_subject_id"))
    promises.update(subject_id=Subquery(own.values("pk")[:1]), phase=Subquery(own.values("phase")[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ("feedback", "0002_subjects_and_answers"),
        ("proposals", "0003_levels_of_proof"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
