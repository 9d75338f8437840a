"""`manage.py restore DIR`: bring a backup back into an empty installation, or only check it."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from radapp.backup import layout, restoring
from radapp.backup.layout import BackupRefusedError

SHOWN = 20


class Command(BaseCommand):
    """Exit status 1 where nothing was restored, or the check found something."""

    help = "Verify a backup, then restore it; this installation must hold no study, and must not run."
    requires_migrations_checks = False
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR", help="a folder that `manage.py backup` wrote")
        parser.add_argument("--snapshot", metavar="NAME", help="another one than the newest")
        parser.add_argument("--check", action="store_true", help="only read and verify everything")
        parser.add_argument(
            "--despite-losses", action="store_true", help="restore although objects of the backup are lost or damaged"
        )

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        """Check or restore, and say what there is."""
        try:
            snapshot = layout.chosen(directory.resolve(), options["snapshot"])
            with tqdm(unit="object", file=sys.stderr, disable=not sys.stderr.isatty()) as bar:
                if options["check"]:
                    self._told(snapshot, restoring.check(snapshot, bar.update))
                    return
                restored = restoring.restore(snapshot, bar.update, despite_losses=options["despite_losses"])
        except BackupRefusedError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"restored   {snapshot.folder.name}, taken {snapshot.manifest.taken_at}")
        self.stdout.write(f"studies    {restored.studies:>9}")
        self.stdout.write(f"instances  {restored.instances:>9}")
        self.stdout.write(f"objects    {restored.objects:>9}")
        if snapshot.manifest.missing:
            self.stdout.write(f"MISSING    {len(snapshot.manifest.missing):>9}  were lost when it was taken")
        self.stdout.write("Start the application; manage.py verify_archive reads everything once more.")

    def _told(self, snapshot: layout.Snapshot, bad: list[str]) -> None:
        facts = snapshot.manifest
        self.stdout.write(f"snapshot   {snapshot.folder.name}, taken {facts.taken_at} by version {facts.version}")
        self.stdout.write(f"studies    {facts.studies:>9}")
        self.stdout.write(f"objects    {facts.objects:>9}")
        known = set(facts.missing)
        for title, names in (("damaged", [one for one in bad if one not in known]), ("missing", facts.missing)):
            self.stdout.write(f"{title:<10} {len(names):>9}")
            for sha256 in names[:SHOWN]:
                self.stdout.write(f"  {sha256}")
        if bad:
            sys.exit(1)
