"""`manage.py demo_reader_study`: a finished study of the demonstration's cohort, with simulated readers, labelled so."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from radapp.accounts.errors import ApiError
from radapp.readerstudies.demo.making import DemoRefusedError, make
from radapp.readerstudies.keeping.confusion import fourfold_tables
from radapp.readerstudies.management.commands.import_reader_study import investigator
from radapp.readerstudies.models import ReaderStudy
from radapp.triage.models import Run

OPEN = (Run.State.QUEUED, Run.State.RUNNING)
LOOK_EVERY_S = 2.0
TITLE = "Demonstration: the paper's design, simulated readers"


class Command(BaseCommand):
    """Repeatable: a study of this title that is there already is left alone."""

    help = "Make a locked, unblinded and coded reader study of the demonstration's synthetic cohort."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cases", type=int, default=24, help="at most so many (24); as many as fit are taken")
        parser.add_argument("--seed", type=int, default=2025, help="of the order, the answers and the codes")
        parser.add_argument("--title", default=TITLE)
        parser.add_argument("--investigator", default="investigator", metavar="USERNAME", help="whose study it is")
        parser.add_argument(
            "--wait", type=float, default=0, metavar="SECONDS", help="for networks that still read, so long at most (0)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and report."""
        there = ReaderStudy.objects.filter(title=options["title"]).first()
        if there is not None:
            self.stdout.write(f"{there.title} is here already, as {there.key} ({there.state})")
            return
        user = investigator(options["investigator"])
        assert user is not None, "the option has a default"
        self._wait(options["wait"])
        try:
            study = make(
                options["title"], user, count=max(4, options["cases"]), seed=options["seed"], tell=self.stdout.write
            )
        except DemoRefusedError as error:
            raise CommandError(str(error)) from error
        except ApiError as error:
            raise CommandError(f"a service refused: {error.detail}") from error
        self.stdout.write(f"{study.title}: {study.key} ({study.state}, synthetic)")
        for one in fourfold_tables(study):
            counts = (one.true_positive, one.false_negative, one.false_positive, one.true_negative)
            self.stdout.write(f"{one.who:<26} TP {counts[0]:>3}  FN {counts[1]:>3}  FP {counts[2]:>3}  TN {counts[3]:>3}")

    def _wait(self, seconds: float) -> None:
        """Until no run is open, or the time is over: then what was read so far must do."""
        until = time.monotonic() + seconds
        while (open_runs := Run.objects.filter(state__in=OPEN).count()) and time.monotonic() < until:
            time.sleep(LOOK_EVERY_S)
        if open_runs:
            self.stdout.write(f"{open_runs} examinations are still being read; going on without")
