"""`manage.py create_demo_users`: one person for each role, and who else a reader study takes; repeatable."""

import json
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from radapp.accounts.models import Role, User
from radapp.accounts.people import add_person

PEOPLE = {
    "radiologist": (Role.RADIOLOGIST, "Li Wei"),
    "reader": (Role.READER, "Chen Jing"),
    "investigator": (Role.INVESTIGATOR, "Zhao Min"),
    "administrator": (Role.ADMINISTRATOR, "Wang Fang"),
    "reader2": (Role.READER, "Sun Yan"),
    "coder": (Role.RADIOLOGIST, "He Ping"),
    "tagger": (Role.RADIOLOGIST, "Xu Lan"),
}
"""By user name. In a reader study a coder or a tagger is any account that does not read in it."""
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another when typed from a terminal
ACTOR = "manage.py create_demo_users"

People = dict[str, dict[str, str]]


def new_password() -> str:
    """Four groups of four letters, about 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def write_privately(path: Path, people: People) -> None:
    """Replace the file in one step, never readable by others."""
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(people, file, indent=2, ensure_ascii=False)
    temporary.replace(path)


class Command(BaseCommand):
    help = "Add the demonstration's people (one for each role, a second reader, a coder, a tagger) and note their passwords."

    def handle(self, *args: object, **options: object) -> None:
        path = Path(settings.VAR_DIR) / "demo-users.json"
        noted: People = json.loads(path.read_text()) if path.is_file() else {}
        people = {name: self._person(name, noted.get(name, {})) for name in PEOPLE}
        if people != noted:
            write_privately(path, people)
        path.chmod(0o600)
        for name, person in people.items():
            self.stdout.write(f"{name:<15} {person['password']}")

    def _person(self, username: str, noted: dict[str, str]) -> dict[str, str]:
        """This person, added if new; a password that nobody has noted any more is replaced."""
        role, name = PEOPLE[username]
        user = User.objects.filter(username=username).first()
        if user is not None and user.roles != {role}:
            raise CommandError(
                f"a person called {username} with roles {sorted(user.roles)} exists; this is no demo database"
            )
        password = noted.get("password") or new_password()
        if user is None:
            with transaction.atomic():
                user = add_person(
                    username=username,
                    password=password,
                    roles=[role],
                    first_name=name,
                    last_name=f"({username})",
                    added_by=ACTOR,
                )
        elif not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
        return {"password": password, "display_name": user.display_name}
