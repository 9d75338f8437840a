"""Triggers by which the database itself refuses to change or delete an audit row, on SQLite and PostgreSQL.

Installed after every `migrate` rather than by one migration: SQLite drops a table's triggers when a later migration
rebuilds the table. Whoever owns the database can still drop them; that is what a signed chain of rows will be for.
"""

from django.db import connections

from radapp.accounts.models import AuditEntry

TABLE = AuditEntry._meta.db_table
MESSAGE = "audit rows are append-only"

SQLITE = tuple(
    f"CREATE TRIGGER IF NOT EXISTS audit_no_{act.lower()} BEFORE {act} ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    for act in ("UPDATE", "DELETE")
)
POSTGRESQL = (
    f"CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    f"CREATE OR REPLACE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
)


def install_triggers(using: str) -> None:
    """Install what is missing; repeatable."""
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[connection.vendor]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def after_migrate(using: str, **_: object) -> None:
    """Receiver of post_migrate."""
    install_triggers(using)
