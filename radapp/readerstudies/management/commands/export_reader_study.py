"""`manage.py export_reader_study KEY OUT.zip`: a finished study, everything but its images, as one file."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from radapp.readerstudies.keeping.exporting import NotFinalError, export
from radapp.readerstudies.keeping.keys import AuditKeyRefusedError
from radapp.readerstudies.models import ReaderStudy


class Command(BaseCommand):
    """The file appears whole or not at all."""

    help = "Write an unblinded reader study to a zip that manage.py import_reader_study restores elsewhere. No images."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", metavar="KEY", help="the study's key, as addresses have it")
        parser.add_argument("out", type=Path, metavar="OUT.zip", help="must not exist")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export and report."""
        study, out = ReaderStudy.objects.filter(key=options["study"]).first(), options["out"]
        if study is None:
            raise CommandError(f"found no reader study {options['study']!r}, expected a key as addresses have it")
        if out.exists() or not out.parent.is_dir():
            raise CommandError(f"expected a new file in a folder that exists; found {out}")
        aside = out.with_name(f"{out.name}.part")
        try:
            with os.fdopen(os.open(aside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
                manifest = export(study, file, actor=None, actor_name="manage.py export_reader_study")
                file.flush()
                os.fsync(file.fileno())
            aside.replace(out)
        except (NotFinalError, AuditKeyRefusedError) as error:
            raise CommandError(str(error)) from error
        finally:
            aside.unlink(missing_ok=True)
        size = sum(said["bytes"] for said in manifest.files.values())
        self.stdout.write(
            f"exported {study.title} ({study.key}) to {out}: {manifest.sequence} entries, {size:,} bytes unpacked"
        )
        self.stdout.write("images are not in it; the original UIDs of examinations are")
