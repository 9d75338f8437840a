"""`manage.py simulate_scanner --examinations 5`: phantom patients on the table, and how long the console takes to decide."""

import json
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from ml.phantom.case import cohort_seeds
from radapp.accounts import audit
from radapp.accounts.authentication import digest_of, issue_token
from radapp.accounts.models import AccessToken, AuditEntry, User
from radapp.archive.models import Study
from radapp.console.simulation.patient import Evidence, examined
from radapp.console.simulation.scanner import Examined, Scanner
from radapp.console.simulation.sending import Sender, SendingFailed, StoreScu, StowClient, listens

MOST_SECONDS = 60.0
FIRST_SEED, SEEDS = 3000, 5900
MARKS = {"positive": "▲ positive", "suspicious": "◆ suspicious", "negative": "○ negative tier"}
ACTOR = "manage.py simulate_scanner"


class Command(BaseCommand):
    help = (
        "Examine synthetic patients: slices are sent one by one as a scanner does (C-STORE; STOW-RS where no listener "
        "answers), and the time from the last unenhanced slice to the console's decision is measured."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        now = FIRST_SEED + int(time.time()) % SEEDS
        parser.add_argument("--examinations", type=int, default=3, metavar="N")
        parser.add_argument("--seed", type=int, default=now, help="0 to 8999: which patients; default: others each time")
        parser.add_argument("--seconds", type=float, default=20.0, help="an examination's length, at most 60 (default 20)")
        parser.add_argument(
            "--evidence",
            choices=[*(str(one) for one in Evidence), "mixed"],
            default="mixed",
            help="by what a series is known to be complete: promises in headers, MPPS, the association's release, "
            "4 s of quiet, or each in turn (default)",
        )
        parser.add_argument("--by", choices=("auto", "c-store", "stow"), default="auto")
        parser.add_argument("--host", default=settings.DIMSE.host, help="of the DICOM listener")
        parser.add_argument("--port", type=int, default=settings.DIMSE.port)
        parser.add_argument("--ae", default="PHANTOM", help="AE title of the scanner: manage.py dimse_peer must allow it")
        parser.add_argument("--person", default="", metavar="USER", help="who answers the scope questions (a radiologist)")
        parser.add_argument("--json", action="store_true", help="one line of JSON at the end")

    def handle(self, *args: object, **options: Any) -> None:
        if options["examinations"] < 1 or not 0 < options["seconds"] <= MOST_SECONDS or not 0 <= options["seed"] <= 8999:
            raise CommandError("expected at least one examination, more than 0 and at most 60 seconds, a seed of 0 to 8999")
        person = self._person(options["person"])
        by_dimse = options["by"] == "c-store" or (options["by"] == "auto" and listens(options["host"], options["port"]))
        found: list[Examined] = []
        token = "" if by_dimse else self._token(person)
        try:
            self._examine(options, person, token, found)
        except SendingFailed as error:
            raise CommandError(str(error)) from error
        finally:
            if token:
                AccessToken.objects.filter(digest=digest_of(token)).update(revoked_at=timezone.now())
            self._sum_up(found, as_json=options["json"], seed=options["seed"], by="C-STORE" if by_dimse else "STOW-RS")

    def _examine(self, options: dict[str, Any], person: User, token: str, found: list[Examined]) -> None:
        evidences = list(Evidence) if options["evidence"] == "mixed" else [Evidence(options["evidence"])]
        for number, (seed, label) in enumerate(cohort_seeds(options["examinations"], options["seed"])):
            with examined(seed, label, evidences[number % len(evidences)]) as patient:
                if Study.objects.filter(study_instance_uid=patient.study_uid).exists():
                    raise CommandError(f"the patients of seed {options['seed']} were examined before; take another --seed")
                sender: Sender = StowClient(settings.PUBLIC_URL, token)
                if not token:
                    released = patient.evidence is Evidence.RELEASED
                    where = (options["host"], options["port"], options["ae"], settings.DIMSE.ae_title)
                    sender = StoreScu(*where, release_series=released)
                try:
                    one = Scanner(sender, person, options["seconds"]).examine(patient)
                finally:
                    sender.close()
            found.append(one)
            self.stderr.write(f"{number + 1:>3}/{options['examinations']}  {_told(one)}")

    def _person(self, name: str) -> User:
        people = User.objects.filter(is_active=True, is_radiologist=True)
        user = people.filter(username=name).first() if name else people.order_by("pk").first()
        if user is None:
            known = ", ".join(people.order_by("username").values_list("username", flat=True)[:20]) or "nobody yet"
            raise CommandError(f"no active radiologist {name!r}; known: {known}. Add one: manage.py add_person")
        return user

    def _token(self, person: User) -> str:
        """For STOW-RS; ended when the command ends."""
        with transaction.atomic():
            token = issue_token(person)
            audit.record(
                actor=None,
                actor_name=ACTOR,
                action=AuditEntry.Action.TOKEN_CREATED,
                target=f"token of {person.username}",
            )
        return token

    def _sum_up(self, found: Sequence[Examined], *, as_json: bool, seed: int, by: str) -> None:
        times = sorted(one.decision_s for one in found if one.decision_s is not None)
        missed = len(found) - len(times)
        summary = {"examinations": len(found), "undecided": missed, "seed": seed, "by": by, **quantiles(times)}
        if as_json:
            self.stdout.write(json.dumps({**summary, "each": [one.as_json() for one in found]}))
        elif times:
            self.stdout.write(
                f"From the last unenhanced slice to the decision ({by}, {len(times)} examinations, seed {seed}): "
                f"p50 {summary['p50']:.2f} s, p95 {summary['p95']:.2f} s, max {summary['max']:.2f} s"
            )
        if missed and not as_json:
            self.stdout.write(f"{missed} without a decision within two minutes: does a worker run? manage.py workers")


def quantiles(times: Sequence[float]) -> dict[str, float]:
    """p50, p95 (the smallest time that 95 % do not exceed) and the largest, of sorted times; nothing of none."""
    if not times:
        return {}
    place = max(0, -(-95 * len(times) // 100) - 1)
    return {"p50": statistics.median(times), "p95": times[place], "max": times[-1]}


def _told(one: Examined) -> str:
    """One examination in a line."""
    decided = "no decision" if one.decision_s is None else f"decided after {one.decision_s:.2f} s"
    parts = [f"{one.accession_number}  {one.images} images by {one.evidence}", decided]
    parts.append(MARKS.get(one.tier, "no tier") if not one.advice.startswith("No advice") else one.advice)
    parts.append("with contrast" if one.contrast else "without contrast")
    if one.call_s is not None:
        parts.append(f"call {one.call} after {one.call_s:.2f} s")
    return "; ".join(parts)
