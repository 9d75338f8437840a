"""Indexes and computed columns for what Django's portable ones cannot say."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table


class FoldedIndex(models.Index):
    """On one column, for matching without regard to case: whole values and beginnings (iexact, istartswith).

    SQLite compares by LIKE, for which the index has to be without case; PostgreSQL compares the upper-case text.
    """

    def create_sql(
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor, using: str = "", **kwargs: Any
    ) -> Statement:
        """The statement for this database."""
        field = model._meta.get_field(self.fields[0])
        assert isinstance(field, models.Field)
        column = schema_editor.quote_name(str(field.column))
        sqlite = schema_editor.connection.vendor == "sqlite"
        return Statement(
            "CREATE INDEX %(name)s ON %(table)s (%(what)s)",
            name=schema_editor.quote_name(str(self.name)),
            table=Table(model._meta.db_table, schema_editor.quote_name),
            what=f"{column} COLLATE NOCASE" if sqlite else f"UPPER({column}) varchar_pattern_ops",
        )


class NameGroup(models.Func):
    """A group of a person's name by its number: 1 alphabetic, 2 ideographic, 3 phonetic (PS3.5 section 6.2.1.2)."""

    output_field = models.CharField()

    def __init__(self, name: str, number: int, **extra: Any) -> None:
        super().__init__(name, **extra)
        self.number = number

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Cut at `=` again and again; two of them behind the name leave nothing undefined."""
        rest = "(%(expressions)s || '==')"
        for _ in range(self.number - 1):
            rest = f"substr({rest}, instr({rest}, '=') + 1)"
        return self.as_sql(compiler, connection, template=f"substr({rest}, 1, instr({rest}, '=') - 1)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """PostgreSQL has a function for it."""
        return self.as_sql(compiler, connection, template=f"split_part(%(expressions)s, '=', {self.number})", **context)
