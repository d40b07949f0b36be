"""Auditors page and filter by index.

Built while others wait, and not concurrently: that is for PostgreSQL alone and outside a transaction, where an
index that fails half-way stays behind broken. A million entries take seconds, and upgrades stop the site anyway.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_kept_whole")]
    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["municipality", "-id"], name="entries_newest_first"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["municipality", "person_id", "-id"], name="entries_of_a_person"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["municipality", "action", "-id"], name="entries_of_an_action"),
        ),
    ]
