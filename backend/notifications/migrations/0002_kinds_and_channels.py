import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import backend.core.ids

KINDS = [
    ("answers", "Answers to what you did"),
    ("plans", "News about your plans and votes"),
    ("discussion", "Replies to you"),
    ("work", "Your work for the municipality"),
    ("account", "Your account and safety"),
    ("newsletter", "Newsletter"),
    ("digest", "Several messages at once"),
]
CHANNELS = [
    ("email", "By mail"),
    ("letter", "By letter"),
    ("call", "By telephone"),
    ("page", "Only on my page"),
]
CHOICES = [
    ("at_once", "By mail, at once"),
    ("daily", "By mail, together once a day"),
    ("weekly", "By mail, together once a week"),
    ("letter", "By letter"),
    ("call", "By telephone"),
    ("page", "Only on my page"),
]
DELIVERIES = [
    ("queued", "Waiting to be sent"),
    ("sending", "Being sent"),
    ("sent", "Sent"),
    ("on_page", "On the person's page"),
    ("failed", "Could not be sent"),
    ("uncertain", "Not known whether it arrived"),
    ("refused", "Did not reach the person"),
    ("returned", "Came back"),
]


class Migration(migrations.Migration):

    dependencies = [
        ("notifications", "0001_initial"),
        ("places", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactDetails",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=80)),
                ("street", models.CharField(blank=True, help_text="Street and number", max_length=100)),
                ("postcode", models.CharField(blank=True, max_length=7)),
                ("city", models.CharField(blank=True, max_length=80)),
                ("telephone", models.CharField(blank=True, max_length=20)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PostBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("try_again_at", models.DateTimeField(null=True)),
                (
                    "public_id",
                    models.CharField(
                        default=backend.core.ids.new_public_id, editable=False, max_length=10, unique=True
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("printed_at", models.DateTimeField(null=True)),
                ("posted_at", models.DateTimeField(null=True)),
                ("file_removed_at", models.DateTimeField(null=True)),
                ("letters", models.PositiveIntegerField(default=0)),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.municipality"
                    ),
                ),
                (
                    "portal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.portal"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("printed_at", None)), fields=("portal",), name="one_batch_in_the_making"
                    )
                ],
            },
        ),
        migrations.AlterField(
            "preference",
            "person",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            "preference", "kind", models.CharField(choices=KINDS, default="", max_length=10), preserve_default=False
        ),
        migrations.AddField(
            "preference",
            "choice",
            models.CharField(choices=CHOICES, default="", max_length=7),
            preserve_default=False,
        ),
        migrations.AddField(
            "message", "kind", models.CharField(choices=KINDS, default="plans", max_length=10), preserve_default=False
        ),
        migrations.AlterField("message", "channel", models.CharField(choices=CHANNELS, max_length=6)),
        migrations.AlterField("message", "delivery", models.CharField(choices=DELIVERIES, max_length=10)),
        migrations.AddField(
            "message",
            "cadence",
            models.CharField(blank=True, default="", help_text="The digest it waits for", max_length=6),
            preserve_default=False,
        ),
        migrations.AddField(
            "message",
            "digest",
            models.ForeignKey(
                null=True,
                db_index=False,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="notifications.message",
            ),
        ),
        migrations.AddField(
            "message",
            "batch",
            models.ForeignKey(
                null=True,
                db_index=False,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="notifications.postbatch",
            ),
        ),
        migrations.AddField("message", "reference", models.CharField(max_length=40, null=True)),
        migrations.AddField(
            "message", "failure", models.CharField(blank=True, default="", max_length=40), preserve_default=False
        ),
    ]
