"""`manage.py verify_audit [STUDY] [--heads DIR] [--json]`: are the audit chains of reader studies what was written?"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from radapp.readerstudies.keeping.keys import AuditKeyRefusedError, own_public_key
from radapp.readerstudies.keeping.verdict import Finding, Verdict
from radapp.readerstudies.keeping.verifying import verify
from radapp.readerstudies.models import ReaderStudy

SHOWN = 50


class Command(BaseCommand):
    """Exit status 1 if anything speaks against a chain."""

    help = "Prove the audit chains of reader studies: entries, links, the rows that they tell of, signed heads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", nargs="?", metavar="STUDY", help="key of one study; without it all are looked at")
        parser.add_argument("--heads", type=Path, metavar="DIR", help="a copy of AUDIT_HEADS_DIR that was kept elsewhere")
        parser.add_argument(
            "--trust",
            action="append",
            default=[],
            metavar="KEY",
            help="a public key that signed heads before the present one",
        )
        parser.add_argument("--json", action="store_true", help="one line of JSON instead of a report")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and report."""
        studies = ReaderStudy.objects.order_by("pk")
        if options["study"]:
            studies = studies.filter(key=options["study"])
            if not studies:
                raise CommandError(f"found no reader study {options['study']!r}, expected a key as addresses have it")
        heads = options["heads"] or Path(settings.AUDIT_HEADS_DIR)
        trusted = self._trusted(options["trust"])
        verdicts = [verify(study, heads, trusted) for study in studies]
        strange = [] if options["study"] else _of_no_study(heads, {one.study for one in verdicts})
        whole = not strange and all(verdict.whole for verdict in verdicts)
        if options["json"]:
            studies_said = [verdict.content() for verdict in verdicts]
            self.stdout.write(
                json.dumps({"whole": whole, "studies": studies_said, "findings": [vars(one) for one in strange]})
            )
        else:
            self._tell(verdicts, strange)
        if not whole:
            sys.exit(1)

    def _trusted(self, named: Iterable[str]) -> frozenset[str]:
        try:
            own = own_public_key()
        except AuditKeyRefusedError as error:
            raise CommandError(str(error)) from error
        return frozenset(key.lower() for key in (*named, own) if key)

    def _tell(self, verdicts: list[Verdict], strange: list[Finding]) -> None:
        for verdict in verdicts:
            counts = f"{verdict.entries} entries, {verdict.rows} rows, {verdict.heads} heads, {verdict.files} files"
            state = "whole" if verdict.whole else f"NOT WHOLE: {len(verdict.findings)} findings"
            self.stdout.write(f"{verdict.study}  {verdict.title}: {state} ({counts})")
            self._list(verdict.findings, "")
            self._list(verdict.remarks, "remark: ")
        self._list(strange, "")
        if not verdicts and not strange:
            self.stdout.write("no reader study")

    def _list(self, findings: list[Finding], mark: str) -> None:
        for one in findings[:SHOWN]:
            self.stdout.write(f"  {mark}{one.code}: {one.where}: {one.detail}")
        if len(findings) > SHOWN:
            self.stdout.write(f"  … and {len(findings) - SHOWN} more; --json names them all")


def _of_no_study(heads: Path, known: set[str]) -> list[Finding]:
    """Heads of studies that are not in the database: deleted, or another installation's."""
    folders = sorted(path.name for path in heads.iterdir() if path.is_dir()) if heads.is_dir() else []
    words = "found signed heads of a study that is not in this database"
    return [Finding("study_missing", f"study {name}", words) for name in folders if name not in known]
