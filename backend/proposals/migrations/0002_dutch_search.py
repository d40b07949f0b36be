"""Searching Dutch text by stem on PostgreSQL. SQLite searches by word, without an index."""

from django.db import migrations

INDEX = """
CREATE INDEX plans_by_dutch_words ON proposals_plan
USING gin (to_tsvector('dutch', title || ' ' || what || ' ' || why))
"""


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(INDEX)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX plans_by_dutch_words")


class Migration(migrations.Migration):
    dependencies = [("proposals", "0001_initial")]
    operations = [migrations.RunPython(make_index, drop_index)]
