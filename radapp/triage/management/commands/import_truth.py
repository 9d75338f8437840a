"""`manage.py import_truth CSV [--replace] [--dry-run] [--by USER]`: truths of studies, for training networks."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from radapp.triage.management.people import BY_HELP, acting
from radapp.triage.truth_table import TruthRefused
from radapp.triage.truths import import_truth

COLUMNS = """\
Columns (the first line names them; others are left unread):
  study_instance_uid, accession_number   one of them; both where an accession number belongs to several studies
  label   1 local recurrence, 0 none
  kind    of recurrence, or what imitates one; free words (optional)
  basis   histopathology or follow-up (optional)
  date    when the reference was established, such as 2026-03-31 (optional)

The whole file is stored or nothing of it. Truths are shown on the pages of reader studies alone: to the investigator who
picks cases, and, once taken into a study's reference standard, to its taggers and, after unblinding, its coders. Readers see
those of practice cases, each after its answer, and no other.
"""


class Command(BaseCommand):
    """Store a table of truths, or say everything that is wrong with it."""

    help = "Store the truths of a CSV: which studies show local recurrence. All or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """CSV and how to take it."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = COLUMNS
        parser.add_argument("table", type=Path, metavar="CSV")
        parser.add_argument("--replace", action="store_true", help="take the file's word where another truth is stored")
        parser.add_argument("--dry-run", action="store_true", help="check everything, store nothing")
        parser.add_argument("--by", default="", metavar="USER", help=BY_HELP)

    def handle(self, *args: Any, table: Path, replace: bool, dry_run: bool, by: str, **options: Any) -> None:
        """Import and report."""
        user = acting(by)
        try:
            report = import_truth(table, replace=replace, dry_run=dry_run, user=user)
        except TruthRefused as refused:
            count = len(refused.problems)
            raise CommandError(
                f"{table}: {count} problem{'' if count == 1 else 's'}, nothing was stored\n{refused}"
            ) from refused
        if report.ignored:
            self.stdout.write(f"columns left unread: {', '.join(report.ignored)}")
        done = "dry run, nothing stored; would be" if dry_run else "truths"
        self.stdout.write(f"{done}: {report.added} added, {report.changed} changed, {report.unchanged} unchanged")
        self.stdout.write(f"file {report.sha256}")
