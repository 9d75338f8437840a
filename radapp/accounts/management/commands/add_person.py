"""`manage.py add_person USER --role radiologist --name "Li Wei"`: asks for the password, or reads it from standard input."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from radapp.accounts.models import Role
from radapp.accounts.people import add_person


class Command(BaseCommand):
    help = "Add a person. The password is asked for twice, or read from standard input where that is no terminal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="USER")
        roles = [role.value for role in Role]
        parser.add_argument("--role", action="append", choices=roles, required=True, help="repeatable; reader stands alone")
        parser.add_argument("--name", default="", help="the name that others see")

    def handle(self, *args: object, **options: Any) -> None:
        roles = [Role(role) for role in options["role"]]
        first, _, last = options["name"].partition(" ")
        try:
            user = add_person(
                username=options["username"],
                password=self._password(),
                roles=roles,
                first_name=first,
                last_name=last,
                added_by="manage.py add_person",
            )
        except ValidationError as error:
            raise CommandError("not added: " + " ".join(error.messages)) from error
        self.stdout.write(f"Added {user.username} ({', '.join(sorted(user.roles))}).")

    def _password(self) -> str:
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        first, second = getpass.getpass("Password: "), getpass.getpass("Again: ")
        if first != second:
            raise CommandError("the two passwords differ; nobody was added")
        return first
