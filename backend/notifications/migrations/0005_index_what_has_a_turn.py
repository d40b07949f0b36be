from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("notifications", "0004_one_choice_per_kind")]

    operations = [
        migrations.RemoveIndex("message", "messages_to_send"),
        migrations.AddIndex(
            "message",
            models.Index(
                condition=models.Q(("delivery", "queued"), ("next_attempt_at__isnull", False)),
                fields=["next_attempt_at"],
                name="messages_to_send",
            ),
        ),
    ]
