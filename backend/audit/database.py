"""What the database account of the site may do: everything it needs, and not change the record.

PostgreSQL only. The triggers refuse whoever asks, but who owns a table can switch them off. So the site runs
as another account than the one that owns the tables and migrates them.
"""

from __future__ import annotations

from django.db import connection
from psycopg import sql

from .models import DailyHead, Entry, Seal

# What the site may do with each table of the record. An entry is changed once, by its seal.
RECORD = {
    Entry._meta.db_table: "SELECT, INSERT, UPDATE (seal_id)",
    Seal._meta.db_table: "SELECT, INSERT",
    DailyHead._meta.db_table: "SELECT, INSERT",
}
# Only who migrates writes what was migrated.
MIGRATIONS = "django_migrations"


def rights_of_site(account: str) -> list[str]:
    """The statements that give an account what the site needs, and take away whatever it had more."""
    names = {"account": sql.Identifier(account), "schema": sql.Identifier(_schema())}

    def written(statement: str, **more: sql.Composable) -> str:
        return sql.SQL(statement).format(**names, **more).as_string(connection.connection)

    later = "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}"
    everywhere = [
        "REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {account}",
        "GRANT USAGE ON SCHEMA {schema} TO {account}",
        "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {account}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {account}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {account}",
        # For tables that a later version adds.
        f"{later} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {{account}}",
        f"{later} GRANT USAGE, SELECT ON SEQUENCES TO {{account}}",
    ]
    guarded = {**RECORD, MIGRATIONS: "SELECT"}
    return [
        *(written(statement) for statement in everywhere),
        *(
            written(statement, table=sql.Identifier(table), rights=sql.SQL(rights))
            for table, rights in guarded.items()
            for statement in (
                "REVOKE ALL ON {schema}.{table} FROM {account}",
                "GRANT {rights} ON {schema}.{table} TO {account}",
            )
        ),
    ]


def ways_to_change_record(account: str | None = None) -> list[str]:
    """How an account could change the record, in words. Without a name: the account of this connection."""
    with connection.cursor() as cursor:
        cursor.execute(_WAYS, {"account": account, "tables": list(RECORD), "schema": _schema()})
        return [way for (way,) in cursor.fetchall()]


def account_exists(account: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [account])
        return cursor.fetchone() is not None


def _schema() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (name,) = cursor.fetchone()
    return str(name)


# A member of a role can do what that role can. Who owns a table, its schema or the database can take it away.
_WAYS = """
WITH me AS (SELECT * FROM pg_roles WHERE rolname = coalesce(%(account)s, current_user)),
record AS (
    SELECT c.oid, c.relname::text AS name, c.relowner, n.nspowner FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = ANY(%(tables)s) AND n.nspname = %(schema)s
)
SELECT 'it is a superuser' FROM me WHERE rolsuper
UNION ALL SELECT 'it can make roles, and so take those of others' FROM me WHERE rolcreaterole AND NOT rolsuper
UNION ALL SELECT 'it owns the database' FROM me, pg_database d
    WHERE d.datname = current_database() AND pg_has_role(me.oid, d.datdba, 'MEMBER') AND NOT rolsuper
UNION ALL SELECT 'it owns ' || name FROM me, record
    WHERE pg_has_role(me.oid, relowner, 'MEMBER') AND NOT rolsuper
UNION ALL SELECT DISTINCT 'it owns the schema of the tables' FROM me, record
    WHERE pg_has_role(me.oid, nspowner, 'MEMBER') AND NOT rolsuper
UNION ALL SELECT 'it may ' || act || ' ' || name
    FROM me, record, unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) act
    WHERE has_table_privilege(me.oid, record.oid, act) AND NOT rolsuper
UNION ALL SELECT 'it may UPDATE ' || name || ' (' || a.attname || ')'
    FROM me, record JOIN pg_attribute a ON a.attrelid = record.oid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND NOT rolsuper
      AND NOT (name = 'audit_entry' AND a.attname = 'seal_id')
      AND has_column_privilege(me.oid, record.oid, a.attnum, 'UPDATE')
"""
