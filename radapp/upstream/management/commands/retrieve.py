"""`manage.py retrieve STUDY_UID [--by USER]`: take a source's study into the archive for good; triage begins by itself."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from radapp.accounts.errors import ApiError
from radapp.accounts.models import User
from radapp.upstream import retrieval
from radapp.upstream.models import Retrieval

ACTOR = "manage.py retrieve"


class Command(BaseCommand):
    help = "Take a study that a source has into the archive, whole, and wait until it is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study_uid", metavar="STUDY_UID")
        parser.add_argument("--by", metavar="USER", default="", help="who wishes it, for the audit trail")

    def handle(self, *args: Any, **options: Any) -> None:
        user = _person(options["by"])
        try:
            wish = retrieval.ask_for(options["study_uid"], user, actor_name=ACTOR)
        except ApiError as error:
            raise CommandError(str(error.detail)) from error
        while not retrieval.carry_out(wish):
            wish.refresh_from_db()
            if wish.state == Retrieval.State.QUEUED:
                self.stderr.write(f"not yet: {wish.reason}")
            time.sleep(max(1.0, (wish.next_try_at - timezone.now()).total_seconds()))
        wish.refresh_from_db()
        if wish.state == Retrieval.State.FAILED:
            raise CommandError(f"not taken in: {wish.reason}")
        self.stdout.write(f"Taken in: {wish.series_done} series. The archive holds the study now.")


def _person(username: str) -> User | None:
    if not username:
        return None
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"no active person is called {username!r}")
    return user
