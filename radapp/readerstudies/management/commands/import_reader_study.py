"""`manage.py import_reader_study ZIP`: a study that another installation archived, verified and restored."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from radapp.accounts.models import Role, User
from radapp.readerstudies.keeping.archive import ArchiveRefusedError
from radapp.readerstudies.keeping.keys import AuditKeyRefusedError
from radapp.readerstudies.keeping.restoring import restore


class Command(BaseCommand):
    """All or nothing."""

    help = "Verify and restore a reader study from the zip of export_reader_study. Makes no accounts, brings no images."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", type=Path, metavar="ZIP")
        parser.add_argument("--investigator", metavar="USERNAME", help="whose study it is here; else administrators see it")
        parser.add_argument(
            "--link-examinations", action="store_true", help="show the cases whose examinations are here under the same UIDs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore and report."""
        try:
            found = restore(
                options["archive"],
                investigator=investigator(options["investigator"]),
                link_examinations=options["link_examinations"],
            )
        except (ArchiveRefusedError, AuditKeyRefusedError) as error:
            raise CommandError(str(error)) from error
        study = found.study
        self.stdout.write(f"restored {study.title} ({study.key}): {found.entries} entries and {found.rows} rows, whole")
        self.stdout.write(f"signed by {found.signed_by}: compare it with what the exporting installation's people say")


def investigator(username: str | None) -> User | None:
    """The account of that name, which may investigate; CommandError for none."""
    if username is None:
        return None
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None or not user.roles & {Role.INVESTIGATOR, Role.ADMINISTRATOR}:
        raise CommandError(f"found no active investigator {username!r}; add one with manage.py add_person")
    return user
