"""`manage.py verify_archive [--repair] [--json]`: is every stored byte what it was when it came in?"""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from tqdm import tqdm

from radapp.accounts import audit
from radapp.accounts.models import AuditEntry
from radapp.archive import storage
from radapp.archive.outcomes import readable
from radapp.archive.repair import repair
from radapp.archive.verification import ORPHAN, PREFIXES, Finding, Look, Throttle

STATE = "verify-archive.json"
RESUMED_WITHIN_S = 7 * 24 * 3600.0
SHOWN = 50
MB = 1_000_000


@dataclass
class Progress:
    """How far a run has come; written after each part, so that one that was ended goes on where it was."""

    begun: float = field(default_factory=time.time)
    parts: int = 0
    checked: int = 0
    octets: int = 0
    faults: list[dict[str, Any]] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every part was looked at."""
        return self.parts > len(PREFIXES)

    @classmethod
    def noted(cls, path: Path) -> "Progress":
        """The run that was ended before its time, or a new one."""
        with suppress(OSError, ValueError, TypeError):
            found = cls(**json.loads(path.read_text()))
            if time.time() - found.begun < RESUMED_WITHIN_S:
                return found
        return cls()

    def note(self, path: Path) -> None:
        """Keep it for another process; a complete run leaves nothing."""
        if self.complete:
            path.unlink(missing_ok=True)
            return
        aside = path.with_suffix(".new")
        aside.write_text(json.dumps(asdict(self)))
        aside.replace(path)


class Command(BaseCommand):
    """Exit status 1 if a fault remains; 0 if there was none, or all were repaired."""

    help = "Read every stored byte and compare it with the database; find what has no row and what has no bytes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="do what can be done about each fault")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON instead of a table")
        parser.add_argument("--from-start", action="store_true", help="do not go on where an earlier run was ended")
        parser.add_argument(
            "--copies", type=Path, action="append", default=[], metavar="DIR", help="a backup to repair from"
        )
        parser.add_argument(
            "--throttle", type=float, default=100.0, metavar="MB", help="read at most so much a second (100)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, repair if asked, report."""
        path = Path(settings.VAR_DIR) / STATE
        progress = Progress() if options["from_start"] else Progress.noted(path)
        if progress.parts and not options["json"]:
            self.stdout.write(f"going on at part {progress.parts + 1} of {len(PREFIXES)}; --from-start begins anew")
        pause = Throttle(options["throttle"] * MB) if options["throttle"] > 0 else lambda count: None
        copies = [*(folder / "objects" for folder in options["copies"]), Path(settings.STORAGE_DIR)]
        for finding in self._findings(progress, pause, path):
            done, well = _repaired(finding, copies) if options["repair"] else ("", False)
            progress.faults.append({**asdict(finding), "name": readable(finding.name), "done": readable(done), "well": well})
        storage.remove_stale()
        if options["json"]:
            self.stdout.write(json.dumps({**asdict(progress), "complete": True}))
        else:
            self._tell(progress)
        if not all(fault["well"] for fault in progress.faults):
            sys.exit(1)

    def _findings(self, progress: Progress, pause: Any, path: Path) -> Iterator[Finding]:
        """The faults of every part that is left; the progress is noted behind each."""
        shown = sys.stderr.isatty()
        with tqdm(total=len(PREFIXES), initial=progress.parts, unit="part", file=sys.stderr, disable=not shown) as bar:
            while not progress.complete:
                look = Look(pause)
                last = progress.parts == len(PREFIXES)
                # Repairs write where the look reads: first all of a part's faults, then what is done about them.
                yield from list(look.removed() if last else look.prefix(PREFIXES[progress.parts]))
                progress.parts += 1
                progress.checked += look.checked
                progress.octets += look.octets
                progress.note(path)
                bar.update()

    def _tell(self, progress: Progress) -> None:
        """The report for people."""
        self.stdout.write(f"checked    {progress.checked:>9}  ({progress.octets / MB:.0f} MB)")
        kinds = [fault["kind"] for fault in progress.faults]
        for kind in sorted(set(kinds)):
            well = sum(fault["well"] for fault in progress.faults if fault["kind"] == kind)
            self.stdout.write(f"{kind:<10} {kinds.count(kind):>9}  ({well} repaired)")
        for fault in progress.faults[:SHOWN]:
            about = f" ({', '.join(fault['instances'])})" if fault["instances"] else ""
            done = f"; {fault['done']}" if fault["done"] else ""
            self.stdout.write(f"  {fault['name']}{about}: found {fault['found']}, expected {fault['expected']}{done}")
        if len(progress.faults) > SHOWN:
            self.stdout.write(f"  … and {len(progress.faults) - SHOWN} more; --json names them all")
        if not progress.faults:
            self.stdout.write("every byte is what it was when it came in")


def _repaired(finding: Finding, copies: Sequence[Path]) -> tuple[str, bool]:
    """What was repaired is in the audit trail: nothing is touched while its row cannot be written."""
    if finding.kind == ORPHAN:  # an intake of its own, with its own transactions
        done, well = repair(finding, copies)
        with transaction.atomic():
            _note(finding, done)
        return done, well
    with transaction.atomic():
        done, well = repair(finding, copies)
        _note(finding, done)
    return done, well


def _note(finding: Finding, done: str) -> None:
    if not done:
        return
    audit.record(
        actor=None,
        actor_name="manage.py verify_archive",
        action=AuditEntry.Action.BYTES_REPAIRED,
        target=f"bytes {readable(finding.name)}"[:200],
        before={"kind": finding.kind, "found": finding.found, "instances": list(finding.instances)},
        after={"done": readable(done)},
    )
