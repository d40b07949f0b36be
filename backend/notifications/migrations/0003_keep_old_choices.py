from django.db import migrations
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

# What each message is about that was queued before messages had a kind. The others are news of plans.
KINDS = {
    "answers": ["outcome", "plan_lapsed", "plan_taken_off", "plan_withdrawn"],
    "work": ["context_wanted", "context_reminder", "outcome_reminder", "attendance_chosen", "role_given", "role_ended"],
    "account": ["help_started", "copy_ready", "inactive_account"],
}
# Whoever chose to read their page alone chose it for all of these.
CHOSEN_FOR = ["answers", "plans", "discussion", "work"]
BATCH = 1_000


def forwards(apps, schema_editor):
    Message = apps.get_model("notifications", "Message")
    messages = Message._base_manager.all()
    for kind, templates in KINDS.items():
        messages.filter(template__in=templates).update(kind=kind)
    # What mail that went out already is known by. Everybody can guess it, so no bounce is taken for it.
    messages.update(reference=Concat(Value("message-"), Cast(F("pk"), CharField())))
    Preference = apps.get_model("notifications", "Preference")
    on_page = Preference.objects.filter(kind="", channel="page").values_list("person_id", flat=True)
    rows = (
        Preference(person_id=person_id, kind=kind, choice="page", channel="page")
        for person_id in list(on_page)
        for kind in CHOSEN_FOR
    )
    Preference.objects.bulk_create(rows, batch_size=BATCH)
    # By mail at once is what holds without a row.
    Preference.objects.filter(kind="").delete()


class Migration(migrations.Migration):

    dependencies = [("notifications", "0002_kinds_and_channels")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
