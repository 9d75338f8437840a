"""`manage.py create_token USER`: a bearer token for scripts, printed alone on the last line."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from radapp.accounts.audit import record
from radapp.accounts.authentication import issue_token
from radapp.accounts.models import AuditEntry, User


class Command(BaseCommand):
    help = "Make a bearer token for a person's scripts. It is shown once: the database keeps only its SHA-256."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="USER")

    def handle(self, *args: object, **options: str) -> None:
        name = options["username"]
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            known = ", ".join(
                User.objects.filter(is_active=True).order_by("username").values_list("username", flat=True)[:20]
            )
            raise CommandError(f"no active person is called {name!r}; known: {known or 'nobody yet'}")
        with transaction.atomic():
            token = issue_token(user)
            record(
                actor=None,
                actor_name="manage.py create_token",
                action=AuditEntry.Action.TOKEN_CREATED,
                target=f"token of {user.username}",
            )
        self.stderr.write(f"Token of {user.username}; send it as 'Authorization: Bearer TOKEN'. It is not shown again.")
        self.stdout.write(token)
