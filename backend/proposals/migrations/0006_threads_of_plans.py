"""Give every plan that was put up before there were discussions the one that it would have had."""

from itertools import islice

from django.db import migrations

BATCH = 1_000
HIDDEN_WITH = {"withdrawn"}
CLOSED_WITH = {"decided", "lapsed", "taken_off"}
FINAL = ("in_full", "in_part", "not")


def open_threads(apps, schema_editor):
    plan, thread = apps.get_model("proposals", "Plan"), apps.get_model("discussion", "Thread")
    outcome = apps.get_model("proposals", "Outcome")
    decided = set(
        outcome._base_manager.filter(result__in=FINAL).values_list("item__plan_id", flat=True).iterator()
    )
    without = plan._base_manager.filter(thread=None).exclude(state="draft").order_by("pk")
    fields = ("pk", "public_id", "municipality_id", "portal_id", "title", "state", "submitted_at")
    rows = iter(list(without.values_list(*fields)))
    while batch := list(islice(rows, BATCH)):
        threads = thread._base_manager.bulk_create(
            thread(
                municipality_id=municipality_id,
                portal_id=portal_id,
                title=title,
                address=f"/plannen/{public_id}/",
                state=state_of_thread(state, has_outcome=pk in decided),
                opened_at=submitted_at,
            )
            for pk, public_id, municipality_id, portal_id, title, state, submitted_at in batch
        )
        plan._base_manager.bulk_update(
            [plan(pk=row[0], thread_id=its.pk) for row, its in zip(batch, threads, strict=True)], ["thread"]
        )


def state_of_thread(state, *, has_outcome):
    if state in HIDDEN_WITH:
        return "hidden"
    return "closed" if state in CLOSED_WITH or has_outcome else "open"


class Migration(migrations.Migration):
    dependencies = [("proposals", "0005_version_of_plan"), ("discussion", "0001_initial")]
    operations = [migrations.RunPython(open_threads, migrations.RunPython.noop)]
