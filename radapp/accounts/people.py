"""Adding people: a name, roles, a password that Django's own checks accept."""

from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from radapp.accounts.audit import record
from radapp.accounts.models import AuditEntry, Role, User


def add_person(
    *, username: str, password: str, roles: Iterable[Role], first_name: str = "", last_name: str = "", added_by: str
) -> User:
    """Store a new person; `added_by` names the command that acts.

    Raises django's ValidationError for a weak password or a reader with a second role (also a database constraint).
    """
    flags = {f"is_{role.value}": True for role in roles}
    user = User(username=username, first_name=first_name, last_name=last_name, **flags)
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    with transaction.atomic():
        user.save()
        record(
            actor=None,
            actor_name=added_by,
            action=AuditEntry.Action.PERSON_ADDED,
            target=f"person {username}",
            after={"roles": sorted(user.roles)},
        )
    return user
