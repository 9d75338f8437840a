"""Shadow mode: advice is computed and kept, not shown at the console, until an administrator and a radiologist sign for it.

Two signatures by two persons show it; one by either hides it at once, and voids both. A new installation starts hidden.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from radapp.accounts import audit
from radapp.accounts.errors import ApiError
from radapp.accounts.models import AuditEntry, Role, User
from radapp.console.models import Signature

SHOW = (
    "I have seen how the advice compares with what was done, and agree that it is shown at the console. It advises; a named "
    "person decides, and a radiologist reads every examination."
)
HIDE = "Advice is no longer shown at the console: it is computed and kept, as before (shadow mode)."
NOT_YOURS = "You cannot sign as {role}: you do not have this role."
SIGNED = "You have signed already; what is missing is the signature of {missing}."
SHOWN = "Advice is shown already, by both signatures."
HIDDEN = "Advice is not shown and nobody has signed for it: there is nothing to switch off."
ANOTHER = "One person cannot sign for both: another one must sign as {role}."
REASON_NEEDED = "Switching off needs a reason."
NAMES = {Signature.As.ADMINISTRATOR: "an administrator", Signature.As.RADIOLOGIST: "a radiologist"}
HOLDS = {Signature.As.ADMINISTRATOR: Role.ADMINISTRATOR, Signature.As.RADIOLOGIST: Role.RADIOLOGIST}
_LOCK = 7391001
"""PostgreSQL's advisory lock of this switch; on SQLite every transaction that writes is alone anyway."""


@dataclass(frozen=True)
class Switch:
    """Where the switch stands: the signatures in force by role."""

    standing: dict[str, Signature]

    @property
    def shown(self) -> bool:
        """Whether the console shows advice."""
        return len(self.standing) == len(Signature.As)

    @property
    def missing(self) -> list[str]:
        """The roles whose signature is missing."""
        return [role.value for role in Signature.As if role not in self.standing]


def switch() -> Switch:
    """The switch as it stands: the signatures for showing since the last one against it."""
    last_off = Signature.objects.filter(shown=False).order_by("-id").values_list("id", flat=True).first() or 0
    rows = Signature.objects.filter(shown=True, id__gt=last_off).select_related("signed_by").order_by("id")
    standing: dict[str, Signature] = {}
    for row in rows:
        if row.signed_by_id not in {other.signed_by_id for other in standing.values()}:
            standing.setdefault(row.signed_as, row)
    return Switch(standing)


def is_shown() -> bool:
    """Whether the console shows advice."""
    return switch().shown


def history() -> Sequence[Signature]:
    """Every signature, newest first."""
    return list(Signature.objects.select_related("signed_by").order_by("-id"))


def sign(*, user: User, signed_as: str, shown: bool, reason: str = "") -> Signature:
    """Sign for or against showing; the caller has checked the password. Audited. ApiError says what does not fit."""
    role, reason = Signature.As(signed_as), reason.strip()
    if HOLDS[role] not in user.roles:
        raise ApiError(403, "not_your_role", NOT_YOURS.format(role=role.value))
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        before = switch()
        refused = _refusal(before, user, role, shown=shown, reason=reason)
        if refused is not None:
            raise refused
        kept = Signature.objects.create(
            signed_as=role, shown=shown, statement=SHOW if shown else HIDE, reason=reason, signed_by=user
        )
        audit.record(
            actor=user,
            action=AuditEntry.Action.CONSOLE_SWITCHED,
            target=f"signature {kept.pk} as {role.value}",
            before={"shown": before.shown},
            after={"shown": switch().shown, "statement": kept.statement},
            reason=reason,
        )
        return kept


def _refusal(before: Switch, user: User, role: Signature.As, *, shown: bool, reason: str) -> ApiError | None:
    if not shown:
        if not before.standing:
            return ApiError(409, "nothing_to_switch_off", HIDDEN)
        return None if reason else ApiError(400, "reason_needed", REASON_NEEDED)
    if before.shown:
        return ApiError(409, "already_shown", SHOWN)
    if role in before.standing:
        missing = " and ".join(NAMES[Signature.As(one)] for one in before.missing)
        return ApiError(409, "already_signed", SIGNED.format(missing=missing))
    if any(one.signed_by_id == user.pk for one in before.standing.values()):
        return ApiError(409, "another_person", ANOTHER.format(role=role.value))
    return None
