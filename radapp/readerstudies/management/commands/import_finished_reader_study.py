"""`manage.py import_finished_reader_study CSV --title …`: a study that was read elsewhere, from one table."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from radapp.readerstudies.keeping.confusion import fourfold_tables
from radapp.readerstudies.keeping.finished import import_finished
from radapp.readerstudies.keeping.finished_table import TableRefusedError, read_table
from radapp.readerstudies.keeping.keys import AuditKeyRefusedError
from radapp.readerstudies.management.commands.import_reader_study import investigator


class Command(BaseCommand):
    """All or nothing. Ends with the fourfold tables, to be held against the source."""

    help = "Import a finished reader study (truths, readers' calls, networks' scores) as unblinded and imported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", type=Path, metavar="CSV", help="case_id, truth, score_t1wi …, reader_senior_1 …")
        parser.add_argument("--title", required=True)
        parser.add_argument("--investigator", metavar="USERNAME", help="whose study it is here")
        parser.add_argument("--synthetic", action="store_true", help="cases and readers are made up, and labelled so")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report."""
        try:
            study = import_finished(
                read_table(options["table"]),
                _titled(options["title"]),
                investigator=investigator(options["investigator"]),
                synthetic=options["synthetic"],
            )
        except (TableRefusedError, AuditKeyRefusedError) as error:
            raise CommandError(str(error)) from error
        label = " (synthetic)" if study.synthetic else ""
        self.stdout.write(f"imported {study.title}{label} as {study.key}: {study.cases.count()} cases")
        self.stdout.write(f"{'cohort':<12} {'who':<20} {'TP':>5} {'FN':>5} {'FP':>5} {'TN':>5}")
        for one in fourfold_tables(study):
            counts = (one.true_positive, one.false_negative, one.false_positive, one.true_negative)
            self.stdout.write(f"{one.cohort:<12} {one.who:<20} " + " ".join(f"{count:>5}" for count in counts))


def _titled(title: str) -> str:
    if not 0 < len(title.strip()) <= 200:
        raise CommandError(f"found a title of {len(title.strip())} characters, expected 1 to 200")
    return title.strip()
