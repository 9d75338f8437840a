"""`manage.py deletions [--restore NUMBER]`: what administrators deleted, and the way back while its files are kept."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from radapp.accounts.errors import ApiError
from radapp.archive.deletion import restore
from radapp.archive.models import Deletion

NAME = "manage.py deletions"


class Command(BaseCommand):
    """Lists deletions, or undoes one."""

    help = "List what was deleted, or bring one deletion back while its files are kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--restore", type=int, metavar="NUMBER", help="bring back what this deletion took")
        parser.add_argument("--study", default="", help="only those of this Study Instance UID")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["restore"] is not None:
            self._restore(options["restore"])
            return
        found = Deletion.objects.select_related("deleted_by").order_by("id")
        if options["study"]:
            found = found.filter(study_instance_uid=options["study"])
        for row in found:
            self.stdout.write(self._line(row))
        if not found:
            self.stdout.write("Nothing was deleted.")

    def _restore(self, number: int) -> None:
        try:
            row = restore(number, actor_name=NAME)
        except ApiError as error:
            raise CommandError(str(error.detail)) from error
        self.stdout.write(f"Back: {row.instances} instances of study {row.study_instance_uid}.")

    def _line(self, row: Deletion) -> str:
        uid = row.sop_instance_uid or row.series_instance_uid or row.study_instance_uid
        if row.restored_at is not None:
            state = f"brought back {row.restored_at:%Y-%m-%d %H:%M} by {row.restored_by}"
        elif row.kept_until < timezone.now():
            state = "its files go or are gone"
        else:
            state = f"can be brought back until {row.kept_until:%Y-%m-%d %H:%M} at least"
        spite = f"; in spite of {', '.join(row.stood_on_it)}" if row.stood_on_it else ""
        return (
            f"{row.pk}  {row.deleted_at:%Y-%m-%d %H:%M} UTC  {row.deleted_by.username}  {row.level} {uid}  "
            f"{row.instances} instances  “{row.reason}”{spite}  ({state})"
        )
