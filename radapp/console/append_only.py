"""Triggers by which the database itself refuses to change a signature or kept advice, on SQLite and PostgreSQL.

Taken away before every `migrate` and installed anew after it, as SQLite rebuilds tables that a migration alters.
"""

from collections.abc import Mapping

from django.db import connections

from radapp.console.models import KeptAdvice, Signature

TABLES = {
    str(Signature._meta.db_table): "a signature is written once",
    str(KeptAdvice._meta.db_table): "kept advice is written once",
}
DROP = {
    "sqlite": ("DROP TRIGGER IF EXISTS {table}_once",),
    "postgresql": ("DROP TRIGGER IF EXISTS {table}_once ON {table}",),
}
CREATE = {
    "sqlite": ("CREATE TRIGGER {table}_once BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END",),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION {table}_once() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER {table}_once BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_once()",
    ),
}


def _execute(using: str, statements: Mapping[str, tuple[str, ...]]) -> None:
    connection = connections[using]
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table, message in TABLES.items():
            if table in there:
                for statement in statements[connection.vendor]:
                    cursor.execute(statement.format(table=table, message=message))


def before_migrate(using: str, **_: object) -> None:
    """Receiver of pre_migrate."""
    _execute(using, DROP)


def after_migrate(using: str, **_: object) -> None:
    """Receiver of post_migrate, sent after emptying the tables too."""
    _execute(using, DROP)
    _execute(using, CREATE)
