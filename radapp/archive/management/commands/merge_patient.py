"""`manage.py merge_patient FROM INTO [--reason TEXT]`, `merge_patient --undo ID`: two Patient IDs that are one person."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from radapp.archive import merges
from radapp.archive.merges import MergeRefusedError
from radapp.archive.models import PatientMerge

ACTOR = "manage.py merge_patient"


class Command(BaseCommand):
    """Shows one patient's studies under another Patient ID; every study has its audit row, and its results are re-opened."""

    help = "Show the studies of the Patient ID FROM under INTO, with that patient's name, sex and birth date; or undo it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("from_id", nargs="?", metavar="FROM", help="the Patient ID that is given up")
        parser.add_argument("into_id", nargs="?", metavar="INTO", help="the Patient ID that stays")
        parser.add_argument("--undo", type=int, metavar="ID", help="give the studies of this merge back what they had")
        parser.add_argument("--list", action="store_true", help="show the merges there were")
        parser.add_argument("--reason", default="", help="kept in the audit trail")
        parser.add_argument("--despite-differences", action="store_true", help="though sex or birth date differ")

    def handle(self, *args: object, **options: Any) -> None:
        """One merge, one undoing, or the list; what cannot be done is said and changes nothing."""
        if options["list"]:
            for row in PatientMerge.objects.all():
                self.stdout.write(f"{row.pk:>6}  {row.at:%Y-%m-%d %H:%M}  {row}, {row.studies.count()} studies")
            return
        try:
            row = self._act(options)
        except MergeRefusedError as error:
            raise CommandError(f"nothing changed: {error}") from error
        did = "Undone" if row.undone_at else "Merged"
        pair = f"{row.from_patient_id} into {row.into_patient_id}"
        self.stdout.write(f"{did}: {pair}, {row.studies.count()} studies, id {row.pk}.")

    def _act(self, options: dict[str, Any]) -> PatientMerge:
        pair = (options["from_id"], options["into_id"])
        if options["undo"] is not None and pair == (None, None):
            return merges.undo(options["undo"], actor_name=ACTOR, reason=options["reason"])
        if options["undo"] is not None or None in pair:
            raise CommandError("name two Patient IDs, FROM and INTO, or --undo ID, or --list")
        return merges.merge(
            *pair, actor_name=ACTOR, reason=options["reason"], despite_differences=options["despite_differences"]
        )
