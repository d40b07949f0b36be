"""The database itself refuses to change or delete what is on record, whoever asks."""

from django.db import migrations

FIELDS = ["id", "municipality_id", "at", "person_id", "roles", "reason", "action", "target_type", "target_id", "details"]

SQLITE = [
    f"""
    CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry
    WHEN OLD.seal_id IS NOT NULL OR NEW.seal_id IS NULL
      OR {" OR ".join(f"NEW.{field} IS NOT OLD.{field}" for field in FIELDS)}
    BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END
    """,
    """
    CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END
    """,
    """
    CREATE TRIGGER audit_seal_unchanged BEFORE UPDATE ON audit_seal
    BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END
    """,
    """
    CREATE TRIGGER audit_seal_kept BEFORE DELETE ON audit_seal
    BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END
    """,
]
POSTGRESQL = [
    """
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit record is append-only'; END $$
    """,
    f"""
    CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry FOR EACH ROW
    WHEN (OLD.seal_id IS NOT NULL OR NEW.seal_id IS NULL
      OR {" OR ".join(f"NEW.{field} IS DISTINCT FROM OLD.{field}" for field in FIELDS)})
    EXECUTE FUNCTION audit_refuse()
    """,
    "CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    "CREATE TRIGGER audit_seal_fixed BEFORE UPDATE OR DELETE ON audit_seal FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
]


def refuse_changes(apps, schema_editor):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(refuse_changes, migrations.RunPython.noop)]
