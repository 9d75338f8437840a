"""`manage.py export_training_set OUT`: studies with a truth as a data set for `python -m ml train --layout dicom`."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from radapp.triage.management.people import BY_HELP, acting
from radapp.triage.training_export import Exported, ExportRefused, export
from radapp.triage.training_plan import SEQUENCES, LeftOut, Wish, plan

FEW = 3
"""Patients of one label below which `ml train` refuses a set."""


class Command(BaseCommand):
    """Write the set, or list the truths that no study serves."""

    help = "Write studies with a truth into a folder that `python -m ml train --layout dicom --data OUT` reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """OUT and what goes into it."""
        names = [role.value for role in SEQUENCES]
        parser.add_argument("out", nargs="?", type=Path, metavar="OUT", help="a folder that is new or empty")
        parser.add_argument("--missing", action="store_true", help="list truths whose study cannot be used; write nothing")
        parser.add_argument(
            "--sequences",
            nargs="+",
            choices=names,
            default=names,
            help="what every case must have, and brings (default all three; fewer for `ml train --sequence`)",
        )
        parser.add_argument(
            "--all-series", action="store_true", help="every series of a study, not only the one chosen for each sequence"
        )
        parser.add_argument(
            "--identified",
            action="store_true",
            help="headers as stored, with names and dates; default: without the patient (docs/training.md)",
        )
        parser.add_argument("--skip-damaged", action="store_true", help="leave studies out whose stored files are damaged")
        parser.add_argument("--by", default="", metavar="USER", help=BY_HELP)

    def handle(self, *args: Any, out: Path | None, missing: bool, by: str, **options: Any) -> None:
        """Export and report."""
        user = acting(by)
        wish = Wish(tuple(dict.fromkeys(options["sequences"])), options["all_series"], options["identified"])
        if missing:
            self._list_missing(wish)
            return
        if out is None:
            raise CommandError("name the folder OUT that the set is written to, or ask with --missing")
        try:
            with tqdm(unit="case", file=sys.stderr, disable=not sys.stderr.isatty()) as bar:

                def report(done: int, total: int) -> None:
                    bar.total = total
                    bar.update(done - bar.n)

                exported = export(out, wish, skip_damaged=options["skip_damaged"], user=user, report=report)
        except ExportRefused as refused:
            raise CommandError(str(refused)) from refused
        self._tell(exported, out)

    def _tell(self, exported: Exported, out: Path) -> None:
        patients = {case.patient: False for case in exported.cases}
        for case in exported.cases:
            patients[case.patient] |= case.label
        with_recurrence = sum(patients.values())
        without = len(patients) - with_recurrence
        self.stdout.write(
            f"{exported.training_set}: {len(exported.cases)} cases of {len(patients)} patients "
            f"({with_recurrence} with recurrence, {without} without) in {out}"
        )
        if exported.training_set.identified:
            self.stdout.write("headers are as stored: names, numbers and dates are in them")
        if min(with_recurrence, without) < FEW:
            self.stdout.write(f"training needs at least {FEW} patients with recurrence and {FEW} without")
        for one in exported.left_out:
            self._write_left_out(one)

    def _list_missing(self, wish: Wish) -> None:
        found = list(plan(wish))
        left_out = [one for one in found if isinstance(one, LeftOut)]
        for one in left_out:
            self._write_left_out(one)
        self.stdout.write(f"{len(left_out)} of {len(found)} truths have no study that can be used")

    def _write_left_out(self, one: LeftOut) -> None:
        accession = f" ({one.study.accession_number})" if one.study.accession_number else ""
        self.stdout.write(f"left out: study {one.study.study_instance_uid}{accession}, label {int(one.label)}: {one.reason}")
