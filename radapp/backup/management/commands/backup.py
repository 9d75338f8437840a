"""`manage.py backup DIR`: a consistent copy of the whole application's state, taken while it runs."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from radapp.archive.errors import is_full
from radapp.backup import taking
from radapp.backup.layout import BackupRefusedError

MB = 1_000_000
SHOWN = 20


class Command(BaseCommand):
    """Exit status 1 where a backup was taken although the archive itself has lost or damaged bytes."""

    help = "Copy database, images and networks into DIR; only what is new where DIR holds an earlier backup."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR", help="an empty folder, or an earlier backup")
        parser.add_argument("--copy", action="store_true", help="copy files even where they could be linked")
        parser.add_argument("--recheck", action="store_true", help="read earlier objects of the backup again, too")
        parser.add_argument("--keep", type=int, metavar="N", help="remove all but the newest N snapshots afterwards")

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        """Take it, and say what was copied."""
        if options["keep"] is not None and options["keep"] < 1:
            raise CommandError(f"--keep is {options['keep']}, expected a number from 1")
        os.umask(0o077)  # it is about patients: for this user alone
        with tqdm(unit="object", file=sys.stderr, disable=not sys.stderr.isatty()) as bar:
            ways = taking.Ways(not options["copy"], options["recheck"], bar.update)
            try:
                taken = taking.take(directory.resolve(), ways)
            except BackupRefusedError as error:
                raise CommandError(str(error)) from error
            except OSError as error:
                full = " The disk is full: make room; what was copied is used by the next backup." if is_full(error) else ""
                raise CommandError(f"{error}.{full} No snapshot was made; earlier ones are as they were.") from error
        facts = taken.snapshot.manifest
        self.stdout.write(f"snapshot   {taken.snapshot.folder.name}")
        self.stdout.write(f"studies    {facts.studies:>9}")
        self.stdout.write(f"instances  {facts.instances:>9}")
        self.stdout.write(f"objects    {facts.objects:>9}  ({facts.octets / MB:.0f} MB)")
        self.stdout.write(f"new        {taken.new:>9}  ({taken.octets / MB:.0f} MB, {taken.linked} of them linked)")
        if options["keep"]:
            self.stdout.write(f"pruned     {taking.prune(directory.resolve(), options['keep']):>9}")
        if taken.linked:
            self.stdout.write("linked: backup and archive share these files on one disk; keep another copy elsewhere")
        if taken.missing:
            self.stdout.write(
                f"MISSING    {len(taken.missing):>9}  lost or damaged in the archive: manage.py verify_archive"
            )
            for sha256 in taken.missing[:SHOWN]:
                self.stdout.write(f"  {sha256}")
            sys.exit(1)
