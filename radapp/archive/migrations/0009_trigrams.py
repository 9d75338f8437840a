"""PostgreSQL: an index of the letters in threes, for searches of any part of a name, an ID, an accession number or a description.

The extension pg_trgm comes with PostgreSQL's contrib modules and needs no superuser from version 13 on, only the right to
create in the database. Where it cannot be had the searches work all the same, by reading every row.
"""

from django.db import Error, migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

COLUMNS = ("patient_name", "patient_id", "accession_number", "study_description")
EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """On what Django's icontains compares: upper-case text."""
    if schema_editor.connection.vendor != "postgresql":
        return
    columns = ", ".join(f"UPPER({name}::text) gin_trgm_ops" for name in COLUMNS)
    try:
        with transaction.atomic(schema_editor.connection.alias):
            schema_editor.execute(EXTENSION)
    except Error as error:
        print(f"\n  Searches for parts of words will be slow: {str(error).strip()}", end="")
        return
    schema_editor.execute(f"CREATE INDEX studies_by_trigrams ON archive_study USING gin ({columns})")


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The extension stays: others may use it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS studies_by_trigrams")


class Migration(migrations.Migration):
    """For searches in large archives."""

    dependencies = [("archive", "0008_search_indexes")]

    operations = [migrations.RunPython(create, drop)]
