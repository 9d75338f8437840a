"""PINs: by which a named person decides at a screen that nobody signs in to."""

from datetime import timedelta
from itertools import pairwise

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from radapp.accounts import audit
from radapp.accounts.errors import ApiError
from radapp.accounts.models import AuditEntry, Role, User
from radapp.console.models import ConsolePin

DIGITS = 6
WRONG_AT_MOST = 5
LOCKED_FOR = timedelta(minutes=15)
NOT_SIX_DIGITS = "found a PIN that is not six digits, expected six: nothing was changed"
TOO_PLAIN = "found a PIN of one digit or of digits in a row, expected one that nobody guesses: nothing was changed"
A_READER = "{user} is a reader: who reads a study sees no clinical results, so there is no PIN"
WRONG_PIN = "The PIN is not right: nothing was decided."
LOCKED = "Too many wrong PINs for this person. Wait 15 minutes, or have a new PIN set: manage.py set_console_pin."
NOBODY = "There is no such person at the console: manage.py set_console_pin gives one a PIN."


class PinRefused(ValueError):  # noqa: N818 - a refusal
    """A PIN that cannot be set; the text says why."""


def set_pin(user: User, pin: str, *, actor_name: str) -> None:
    """Let this person decide at the console from now on, by this PIN. Audited; PinRefused says why not."""
    if len(pin) != DIGITS or not (pin.isascii() and pin.isdigit()):
        raise PinRefused(NOT_SIX_DIGITS)
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, -1}:
        raise PinRefused(TOO_PLAIN)
    if Role.READER in user.roles:
        raise PinRefused(A_READER.format(user=user.username))
    with transaction.atomic():
        ConsolePin.objects.update_or_create(
            user=user, defaults={"digest": make_password(pin), "wrong": 0, "locked_until": None}
        )
        audit.record(
            actor=None,
            actor_name=actor_name,
            action=AuditEntry.Action.CONSOLE_PIN_SET,
            target=f"person {user.username}",
        )


def people() -> QuerySet[User]:
    """Who may decide at the console, by name."""
    found = User.objects.filter(is_active=True, is_reader=False, console_pin__isnull=False)
    return found.order_by("last_name", "first_name", "username")


def person_of(user_id: int, pin: str) -> User:
    """The person whose PIN this is. Raises ApiError 403 (wrong, or nobody) or 429 (locked)."""
    with transaction.atomic():
        row = ConsolePin.objects.select_for_update(of=("self",)).select_related("user")
        known = row.filter(user__in=people(), user_id=user_id).first()
        refused = _refusal(known, pin)
    if refused is not None:
        raise refused
    assert known is not None
    return known.user


def _refusal(known: ConsolePin | None, pin: str) -> ApiError | None:
    """Why not; what was tried is counted."""
    if known is None:
        return ApiError(403, "nobody", NOBODY)
    now = timezone.now()
    # A clock that is set back locks nobody out for longer.
    if known.locked_until is not None and now < known.locked_until <= now + LOCKED_FOR:
        return ApiError(429, "locked_out", LOCKED)
    right = check_password(pin, known.digest)
    wrong = 0 if right else known.wrong + 1
    locked = wrong >= WRONG_AT_MOST
    ConsolePin.objects.filter(pk=known.pk).update(
        wrong=0 if locked else wrong, locked_until=now + LOCKED_FOR if locked else None
    )
    return None if right else ApiError(403, "wrong_pin", WRONG_PIN)
