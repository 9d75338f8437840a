"""`manage.py import_dicom PATH… [--wait] [--json]`: take in DICOM files, folders and zip archives."""

import io
import json
import os
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from radapp.archive import folders, unpacking, waiting
from radapp.archive.ingest import Ingest
from radapp.archive.models import Source, Study
from radapp.archive.outcomes import IntakeReport

POLL_SECONDS = 0.5
SHOWN_REASONS = 50


class Command(BaseCommand):
    """Takes studies in from this machine's disks; exit status 1 if any file was refused or set aside."""

    help = "Take in DICOM files, folders and zip archives, and say what became of each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a DICOM file, a folder or a zip archive")
        parser.add_argument(
            "--wait", action="store_true", help="return when every study is triaged, or waits for what this import lacks"
        )
        parser.add_argument("--json", action="store_true", help="end with one line of JSON instead of a table")

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        """Import, wait if asked, report."""
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # a terminal without Chinese still gets the report
        shown = sys.stderr.isatty()
        total = sum(_count(path) for path in paths) if shown else None
        with tqdm(total=total, unit="file", file=sys.stderr, disable=not shown) as bar:
            with Ingest(Source.IMPORT, on_file=lambda name: bar.update()) as ingest:
                for path in paths:
                    ingest.add_path(path)
            report = ingest.finish()
        standings = _wait(report.studies) if options["wait"] and not report.storage_full else []
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json()))
        else:
            self._tell(report, standings)
        if report.refused or report.set_aside:
            sys.exit(1)

    def _tell(self, report: IntakeReport, standings: list[waiting.Standing]) -> None:
        """The report for people."""
        self.stdout.write(f"stored     {report.stored:>7}")
        self.stdout.write(f"already in {report.already:>7}")
        self.stdout.write(f"skipped    {report.skipped:>7}  (not DICOM)")
        for title, items in (("set aside", report.set_aside), ("refused", report.refused)):
            self.stdout.write(f"{title:<10} {len(items):>7}")
            for item in items[:SHOWN_REASONS]:
                self.stdout.write(f"  {item['path']}: {item['reason']}")
            if len(items) > SHOWN_REASONS:
                self.stdout.write(f"  … and {len(items) - SHOWN_REASONS} more; --json names them all")
        states = {standing.study_uid: standing for standing in standings}
        for study in Study.objects.filter(study_instance_uid__in=report.studies):
            state = states.get(study.study_instance_uid)
            words = f": {state.state}{f' ({state.reason})' if state.reason else ''}" if state else ""
            self.stdout.write(f"study      {study.study_instance_uid}  {study.study_description}{words}")


def _wait(study_uids: list[str]) -> list[waiting.Standing]:
    """Wait until triage has nothing more to do with any of the studies."""
    while True:
        standings = waiting.standings(study_uids)
        if all(standing.settled for standing in standings):
            return standings
        time.sleep(POLL_SECONDS)


def _count(path: Path) -> int:
    """How many files the progress bar expects; a zip's members count each."""
    return sum(_members(found.path) for found in folders.walk(path, ""))


def _members(path: Path) -> int:
    """1, or the members of a zip; a pipe or device is not opened, since it might never answer."""
    try:
        with path.open("rb") if os.path.isfile(path) else io.BytesIO() as file:
            if file.read(2) != b"PK":
                return 1
            return sum(1 for _ in unpacking.Archive(file, "").members())
    except (unpacking.ArchiveRefusedError, OSError):
        return 1
