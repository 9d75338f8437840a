"""Triggers: the database itself refuses to change a protocol that a run used, a result or a report. SQLite and PostgreSQL.

`Protocol.save` says so in words; these hold for bulk updates and plain SQL too. Taken away before every `migrate` and
installed anew after it: SQLite rebuilds a table that a migration alters, which it refuses while a trigger names that table,
and columns may have come since.
"""

from dataclasses import dataclass

from django.db import connections, models

from radapp.triage.models import Protocol, Report, ReportObject, Result, Run


@dataclass(frozen=True)
class Frozen:
    """A table whose rows do not change: but for the columns in `may`, and only `where` this SQL condition on OLD holds."""

    model: type[models.Model]
    message: str
    may: frozenset[str] = frozenset()
    where: str = "TRUE"

    @property
    def table(self) -> str:
        """Its name."""
        return str(self.model._meta.db_table)

    @property
    def trigger(self) -> str:
        """The name of its trigger."""
        return f"{self.table}_frozen"

    @property
    def columns(self) -> list[str]:
        """What may not change."""
        return [str(field.column) for field in self.model._meta.concrete_fields if field.column not in self.may]


def _sqlite(frozen: Frozen) -> tuple[str, ...]:
    differs = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in frozen.columns)
    return (
        f"CREATE TRIGGER {frozen.trigger} BEFORE UPDATE ON {frozen.table} WHEN ({differs}) AND {frozen.where} "
        f"BEGIN SELECT RAISE(ABORT, '{frozen.message}'); END",
    )


def _postgresql(frozen: Frozen) -> tuple[str, ...]:
    differs = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in frozen.columns)
    return (
        f"CREATE OR REPLACE FUNCTION {frozen.trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF ({differs}) AND {frozen.where} THEN "
        f"RAISE EXCEPTION '{frozen.message}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {frozen.trigger} BEFORE UPDATE ON {frozen.table} FOR EACH ROW EXECUTE FUNCTION {frozen.trigger}()",
    )


DROP = {"sqlite": "DROP TRIGGER IF EXISTS {trigger}", "postgresql": "DROP TRIGGER IF EXISTS {trigger} ON {table}"}
CREATE = {"sqlite": _sqlite, "postgresql": _postgresql}


@dataclass(frozen=True)
class Triggers:
    """Those of one app, all of whose tables stand on a run's."""

    frozen: tuple[Frozen, ...]

    def before_migrate(self, using: str, **_: object) -> None:
        """Receiver of pre_migrate: take them away."""
        connection = connections[using]
        with connection.cursor() as cursor:
            for frozen in self._there(using):
                cursor.execute(DROP[connection.vendor].format(trigger=frozen.trigger, table=frozen.table))

    def after_migrate(self, using: str, **_: object) -> None:
        """Receiver of post_migrate, sent after emptying the tables too: install them, whether or not they are there."""
        self.before_migrate(using)
        connection = connections[using]
        with connection.cursor() as cursor:
            for frozen in self._there(using):
                for statement in CREATE[connection.vendor](frozen):
                    cursor.execute(statement)

    def _there(self, using: str) -> list[Frozen]:
        """Those whose tables have been made."""
        tables = set(connections[using].introspection.table_names())
        return [frozen for frozen in self.frozen if {frozen.table, Run._meta.db_table} <= tables]


USED = f"EXISTS (SELECT 1 FROM {Run._meta.db_table} WHERE protocol_id = OLD.id)"  # noqa: S608 - names of our own
TRIGGERS = Triggers(
    (
        Frozen(
            Protocol,
            "a protocol that a run used cannot change; make a new version of it",
            may=frozenset({"active"}),
            where=USED,
        ),
        Frozen(Result, "a result is written once", may=frozenset({"heatmaps_at"})),
        Frozen(Report, "a report is written once; a newer one supersedes it", may=frozenset({"superseded_at"})),
        Frozen(ReportObject, "objects of a report are written once"),
    )
)
