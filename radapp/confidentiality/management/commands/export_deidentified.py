"""`manage.py export_deidentified OUT --project NAME --study UID …`: studies without their patients, by PS3.15."""

import re
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from tqdm import tqdm

from radapp.accounts.models import Role, User
from radapp.archive.models import Study
from radapp.confidentiality.export import Exported, ExportRefused, Wish, export
from radapp.confidentiality.models import Project
from radapp.confidentiality.profile import Options
from radapp.dicomweb.attributes import Level
from radapp.dicomweb.matching import narrow, parse
from radapp.dicomweb.refusals import Refusal

MAY = frozenset({Role.INVESTIGATOR, Role.ADMINISTRATOR})
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}")


class Command(BaseCommand):
    """Export and tell."""

    help = "Write studies without their patients into a new folder, with a report of what was removed, replaced and kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """OUT, whom it is for, which studies, and how."""
        parser.add_argument("out", type=Path, metavar="OUT", help="a folder that is new or empty")
        parser.add_argument(
            "--project", required=True, metavar="NAME", help="whom it is for: the same name gives the same pseudonyms"
        )
        parser.add_argument(
            "--study", action="append", default=[], metavar="UID", help="a Study Instance UID; may be repeated"
        )
        parser.add_argument(
            "--query",
            default="",
            metavar="KEYS",
            help="studies as QIDO-RS finds them, such as 'StudyDate=20260101-20260630'",
        )
        parser.add_argument("--retain-device-identity", action="store_true", help="keep station names and serial numbers")
        parser.add_argument(
            "--retain-safe-private", action="store_true", help="keep private elements that are known to be safe (b-values)"
        )
        parser.add_argument(
            "--remove-dates", action="store_true", help="no dates at all, instead of dates moved by a patient's days"
        )
        parser.add_argument(
            "--remove-descriptions", action="store_true", help="no descriptions at all, instead of their technical words"
        )
        parser.add_argument(
            "--allow-burned-in", action="store_true", help="let captures, ultrasound and key images go, writing and all"
        )
        parser.add_argument(
            "--by", default="", metavar="USER", help="user name of the investigator or administrator who acts"
        )

    def handle(self, *args: Any, out: Path, project: str, by: str, **options: Any) -> None:
        """Find the studies, write them, tell."""
        if not NAME.fullmatch(project):
            raise CommandError(f"the project's name is {project!r}; expected at most 40 letters, digits, spaces and . _ -")
        user = _acting(by)
        studies = self._studies(options["study"], options["query"])
        chosen = Options(
            modified_dates=not options["remove_dates"],
            clean_descriptors=not options["remove_descriptions"],
            retain_device_identity=options["retain_device_identity"],
            retain_safe_private=options["retain_safe_private"],
        )
        known, _ = Project.objects.get_or_create(name=project, defaults={"created_by": user})
        try:
            with tqdm(unit="study", file=sys.stderr, disable=not sys.stderr.isatty()) as bar:

                def report(done: int, total: int) -> None:
                    bar.total = total
                    bar.update(done - bar.n)

                wish = Wish(known, studies, chosen, options["allow_burned_in"])
                exported = export(out, wish, user=user, report=report)
        except ExportRefused as refused:
            raise CommandError(str(refused)) from refused
        self._tell(exported, out)

    def _studies(self, uids: list[str], query: str) -> list[Study]:
        """All that are named and all that are found, each once, oldest first."""
        found = {study.pk: study for study in Study.objects.filter(study_instance_uid__in=uids)}
        missing = sorted(set(uids) - {study.study_instance_uid for study in found.values()})
        if missing:
            raise CommandError(f"no study is stored under {', '.join(missing)}")
        if query:
            try:
                search = parse(QueryDict(query))
                matched = list(narrow(Study.objects.all(), Level.STUDY, search))
            except Refusal as refusal:
                raise CommandError(f"--query: {refusal}") from refusal
            if search.ignored or not search.conditions:
                raise CommandError(f"--query: cannot search by {', '.join(search.ignored) or 'nothing'}")
            found |= {study.pk: study for study in matched}
        return [found[pk] for pk in sorted(found)]

    def _tell(self, exported: Exported, out: Path) -> None:
        account = exported.account
        self.stdout.write(
            f"{exported.export}: {account.objects} objects of {account.studies} studies of {len(account.patients)} patients "
            f"in {out}"
        )
        reasons: dict[str, int] = {}
        for one in account.left_out:
            reasons[one.reason] = reasons.get(one.reason, 0) + 1
        for reason, count in sorted(reasons.items()):
            self.stdout.write(f"left out: {count} objects, because {reason}")
        self.stdout.write(f"what was removed, replaced and kept: {out / 'report.txt'}")


def _acting(username: str) -> User | None:
    if not username:
        return None
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None or not user.roles & MAY:
        raise CommandError(f"{username!r} is no active investigator or administrator")
    return user
