"""Who acts at the command line, where a command deals with truths."""

from django.core.management.base import CommandError

from radapp.accounts.models import Role, User

MAY = frozenset({Role.INVESTIGATOR, Role.ADMINISTRATOR})
BY_HELP = "user name of the investigator or administrator who acts, for the audit trail (default: the command's own name)"


def acting(username: str) -> User | None:
    """The named person, None for an empty name; CommandError for someone unknown, or whom truths are kept from."""
    if not username:
        return None
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"no active person is called {username!r}")
    if not user.roles & MAY:
        held = ", ".join(sorted(user.roles)) or "no role"
        raise CommandError(f"{username} is {held}; truths are for investigators and administrators, others stay blind")
    return user
