"""One person for each role, signed in or by token; and nobody."""

from collections.abc import Callable

import pytest
from django.test import Client

from radapp.accounts.authentication import issue_token
from radapp.accounts.models import Role, User


@pytest.fixture(autouse=True)
def _quick_hashing(settings: object) -> None:
    """Production's hasher takes half a second for each password on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """A person for each role, and one who holds none yet. None has a password."""
    found = {
        role.value: User.objects.create(username=role.value, password="!", **{f"is_{role.value}": True})  # type: ignore[arg-type]
        for role in Role
    }
    found["newcomer"] = User.objects.create(username="newcomer", password="!")
    return found


@pytest.fixture
def signed_in(people: dict[str, User]) -> Callable[[str], Client]:
    """A client with the session of the named person; 'anonymous' is nobody."""

    def client_of(name: str) -> Client:
        client = Client()
        if name != "anonymous":
            client.force_login(people[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return client_of


@pytest.fixture
def bearer(people: dict[str, User]) -> Callable[[str], dict[str, str]]:
    """The header with a token of the named person."""
    return lambda name: {"Authorization": f"Bearer {issue_token(people[name])}"}
