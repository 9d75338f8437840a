"""`manage.py report_differences A B`: which inputs of two reports differ."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from radapp.reports.inputs.differences import differences
from radapp.reports.inputs.reading import Inputs, UnreadableInputsError, inputs_from
from radapp.reports.models import FrozenInputs, SavedReport


class Command(BaseCommand):
    """Ends with 0 where they are equal, and where they differ: what differs is said."""

    help = "Say which inputs of two reports differ, one line for each value."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The two."""
        words = "a saved report's key, the SHA-256 of frozen inputs, or a file with inputs as canonical JSON"
        parser.add_argument("first", metavar="A", help=words)
        parser.add_argument("second", metavar="B", help="the same")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell."""
        first, second = (_inputs(options[name]) for name in ("first", "second"))
        found = differences(first, second)
        for line in found:
            self.stdout.write(line)
        self.stdout.write(f"{len(found)} values differ." if found else f"Equal: inputs {first.sha256}.")


def _inputs(name: str) -> Inputs:
    report = SavedReport.objects.select_related("inputs").filter(key=name).first()
    frozen = report.inputs if report else FrozenInputs.objects.filter(sha256=name).first()
    path = Path(name)
    try:
        if frozen is not None:
            return frozen.read()
        if path.is_file():
            return inputs_from(path.read_bytes().strip())
    except (UnreadableInputsError, OSError) as error:
        raise CommandError(f"{name}: {error}") from error
    raise CommandError(f"found neither a saved report, nor frozen inputs, nor a file {name!r}")
