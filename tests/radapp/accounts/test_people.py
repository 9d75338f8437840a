"""People and roles: the reader stands alone in the database too, passwords are checked, demo people are repeatable."""

import io
import itertools
import json
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from radapp.accounts.models import AuditEntry, Role, User
from radapp.accounts.people import add_person

GOOD = "harbour-violet-lantern-29"
SETS = [set(roles) for size in range(5) for roles in itertools.combinations(Role, size)]


@pytest.mark.parametrize("roles", SETS, ids=lambda roles: "+".join(sorted(roles)) or "none")
def test_the_database_holds_the_reader_apart(db: None, roles: set[Role]) -> None:
    flags = {f"is_{role.value}": True for role in roles}
    if Role.READER in roles and len(roles) > 1:
        with pytest.raises(IntegrityError, match="reader_is_exclusive"), transaction.atomic():
            User.objects.create(username="li", password="!", **flags)
    else:
        assert User.objects.create(username="li", password="!", **flags).roles == roles


def test_a_stored_reader_cannot_be_given_a_second_role(db: None) -> None:
    User.objects.create(username="li", password="!", is_reader=True)
    with pytest.raises(IntegrityError, match="reader_is_exclusive"), transaction.atomic():
        User.objects.update(is_radiologist=True)


@pytest.mark.parametrize("password", ["short", "12345678901", "password1", "li-wei-li"])
def test_weak_passwords_are_refused(db: None, password: str) -> None:
    with pytest.raises(ValidationError):
        add_person(username="li-wei-li", password=password, roles=[Role.READER], added_by="a test")
    assert not User.objects.exists()


def test_a_person_comes_with_an_audit_row(db: None) -> None:
    user = add_person(
        username="li", password=GOOD, roles=[Role.RADIOLOGIST], first_name="Li", last_name="Wei", added_by="a test"
    )
    assert user.display_name == "Li Wei"
    row = AuditEntry.objects.get()
    assert (row.action, row.actor_name, row.target, row.after) == (
        "person_added",
        "a test",
        "person li",
        {"roles": ["radiologist"]},
    )


def test_the_command_reads_the_password_from_standard_input(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(GOOD + "\n"))
    out = io.StringIO()
    call_command("add_person", "li", "--role", "radiologist", "--role", "administrator", "--name", "Li Wei", stdout=out)
    user = User.objects.get()
    assert (user.display_name, user.roles, user.check_password(GOOD)) == ("Li Wei", {"radiologist", "administrator"}, True)
    assert out.getvalue() == "Added li (administrator, radiologist).\n"


@pytest.mark.parametrize(
    ("arguments", "password", "words"),
    [
        (["li", "--role", "reader", "--role", "radiologist"], GOOD, "reader_is_exclusive"),
        (["li", "--role", "reader"], "short", "too short"),
        (["l i", "--role", "reader"], GOOD, "valid username"),
    ],
)
def test_the_command_says_why_not(
    db: None, monkeypatch: pytest.MonkeyPatch, arguments: list[str], password: str, words: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    with pytest.raises(CommandError, match=words):
        call_command("add_person", *arguments)
    assert not User.objects.exists()


@pytest.fixture
def var_dir(settings: object, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def demo_users() -> str:
    out = io.StringIO()
    call_command("create_demo_users", stdout=out)
    return out.getvalue()


def test_demo_users_are_one_per_role_and_more_and_repeatable(db: None, var_dir: Path) -> None:
    printed = demo_users()
    file = var_dir / "demo-users.json"
    people = json.loads(file.read_text())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    more = {"reader2": {"reader"}, "coder": {"radiologist"}, "tagger": {"radiologist"}}
    assert list(people) == ["radiologist", "reader", "investigator", "administrator", *more]
    assert {user.username: user.roles for user in User.objects.all()} == {name: {name} for name in people} | more
    assert not User.objects.filter(is_superuser=True).exists()
    assert not User.objects.filter(is_staff=True).exists()
    assert all(User.objects.get(username=name).check_password(person["password"]) for name, person in people.items())
    assert all(person["password"] in printed for person in people.values())
    assert len({person["password"] for person in people.values()}) == 7
    assert demo_users() == printed
    assert json.loads(file.read_text()) == people
    assert User.objects.count() == 7


def test_lost_demo_passwords_are_replaced(db: None, var_dir: Path) -> None:
    demo_users()
    (var_dir / "demo-users.json").unlink()
    demo_users()
    people = json.loads((var_dir / "demo-users.json").read_text())
    assert all(User.objects.get(username=name).check_password(person["password"]) for name, person in people.items())


def test_a_real_person_of_that_name_is_left_alone(db: None, var_dir: Path) -> None:
    User.objects.create(username="administrator", password="!", is_administrator=True, is_radiologist=True)
    with pytest.raises(CommandError, match="no demo database"):
        demo_users()
    assert User.objects.get(username="administrator").password == "!"
