"""`manage.py create_kiosk NAME`: a screen at a scanner's console; prints the address that opens it, once."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from radapp.accounts.kiosks import PATH, create_kiosk, revoke_kiosk

ACTOR = "manage.py create_kiosk"


class Command(BaseCommand):
    help = (
        "Make the token of a screen at a scanner's console, valid for the console's page and nothing else. Shown once; "
        "the same name again replaces it, --revoke ends it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="where the screen stands, such as 'MR 2'")
        parser.add_argument("--revoke", action="store_true", help="end this kiosk's token at once")

    def handle(self, *args: object, **options: Any) -> None:
        name = options["name"].strip()
        if not 0 < len(name) <= 100:
            raise CommandError(f"found a name of {len(name)} characters, expected 1 to 100")
        if options["revoke"]:
            if not revoke_kiosk(name, actor_name=ACTOR):
                raise CommandError(f"no kiosk called {name!r} is in force")
            self.stdout.write(f"The token of {name} has ended.")
            return
        token = create_kiosk(name, actor_name=ACTOR)
        self.stderr.write(f"Open this address once in the browser of {name}; it is not shown again.")
        self.stdout.write(f"{settings.PUBLIC_URL}{PATH}#{token}")
