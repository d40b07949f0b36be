"""Searching Dutch text by stem on PostgreSQL. SQLite searches by word, without an index."""

from django.db import migrations

# The stems are kept beside the text and not in the index alone. Otherwise every vote, which changes a number
# of the plan, would take its whole text apart again.
COLUMN = """
ALTER TABLE proposals_plan ADD COLUMN dutch_words tsvector
GENERATED ALWAYS AS (to_tsvector('dutch', title || ' ' || what || ' ' || why)) STORED
"""
INDEX = "CREATE INDEX plans_by_dutch_words ON proposals_plan USING gin (dutch_words)"


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(COLUMN)
        schema_editor.execute(INDEX)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE proposals_plan DROP COLUMN dutch_words")


class Migration(migrations.Migration):
    dependencies = [("proposals", "0001_initial")]
    operations = [migrations.RunPython(make_index, drop_index)]
