from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("notifications", "0003_keep_old_choices")]

    operations = [
        migrations.RemoveField("preference", "channel"),
        migrations.AddConstraint(
            "preference", models.UniqueConstraint(fields=("person", "kind"), name="one_choice_per_kind")
        ),
        migrations.AlterField("message", "reference", models.CharField(max_length=40, unique=True)),
        migrations.AddIndex(
            "message",
            models.Index(
                condition=models.Q(("delivery", "sending")), fields=["next_attempt_at"], name="messages_being_sent"
            ),
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                condition=models.Q(
                    ("delivery", "queued"), ("digest__isnull", True), models.Q(("cadence", ""), _negated=True)
                ),
                fields=["cadence", "person"],
                name="messages_for_digest",
            ),
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                condition=models.Q(("channel__in", ["letter", "call"]), ("delivery", "queued")),
                fields=["portal", "channel", "created_at"],
                name="messages_by_hand",
            ),
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                condition=models.Q(("delivery__in", ["failed", "uncertain", "refused", "returned"])),
                fields=["portal", "created_at"],
                name="messages_for_a_human",
            ),
        ),
        migrations.AddIndex("message", models.Index(fields=["subject", "template"], name="messages_about")),
        migrations.AddIndex(
            "message",
            models.Index(
                condition=models.Q(("digest__isnull", False)), fields=["digest"], name="messages_of_digest"
            ),
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                condition=models.Q(("batch__isnull", False)), fields=["batch"], name="messages_of_batch"
            ),
        ),
    ]
