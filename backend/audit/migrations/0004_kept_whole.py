"""Published heads are never changed, and no table of the record can be emptied at once."""

from django.db import migrations

REFUSE_ON_SQLITE = """
    CREATE TRIGGER audit_dailyhead_{name} BEFORE {act} ON audit_dailyhead
    BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END
"""
SQLITE = [
    REFUSE_ON_SQLITE.format(name="unchanged", act="UPDATE"),
    REFUSE_ON_SQLITE.format(name="kept", act="DELETE"),
]
POSTGRESQL = [
    """
    CREATE TRIGGER audit_dailyhead_fixed BEFORE UPDATE OR DELETE ON audit_dailyhead
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()
    """,
    # TRUNCATE passes by the triggers on rows.
    *(
        f"""
        CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
        """
        for table in ("audit_entry", "audit_seal", "audit_dailyhead")
    ),
]


def refuse_changes(apps, schema_editor):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_heads_and_verifications")]
    operations = [migrations.RunPython(refuse_changes, migrations.RunPython.noop)]
