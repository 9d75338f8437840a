"""`manage.py set_console_pin USER`: lets a person decide at the console, by a PIN that is asked for twice or read."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from radapp.accounts.models import User
from radapp.console.pins import PinRefused, set_pin


class Command(BaseCommand):
    help = (
        "Let a person (a radiographer, a radiologist) decide at the console: six digits, asked for twice, or read from "
        "standard input where that is no terminal. --add NAME adds a person who has no other right here."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="USER")
        parser.add_argument("--add", metavar="NAME", default="", help="add this person first; NAME is what others see")

    def handle(self, *args: object, **options: Any) -> None:
        name, pin = options["username"], self._pin()
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            user = self._added(name, options["add"])
        try:
            set_pin(user, pin, actor_name="manage.py set_console_pin")
        except PinRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{user.display_name} may decide at the console.")

    def _added(self, username: str, name: str) -> User:
        """A person without a password and without a role: the PIN is all they have."""
        if not name:
            raise CommandError(f"no active person is called {username!r}; add one with --add 'NAME'")
        first, _, last = name.partition(" ")
        user = User(username=username, first_name=first, last_name=last)
        user.set_unusable_password()
        user.full_clean()
        user.save()
        return user

    def _pin(self) -> str:
        if not sys.stdin.isatty():
            return sys.stdin.readline().strip()
        first, second = getpass.getpass("PIN: "), getpass.getpass("Again: ")
        if first != second:
            raise CommandError("the two PINs differ; nothing was changed")
        return first
