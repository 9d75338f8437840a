"""Amendments after opening: a new version with a reason. What may differ is bounded, by where the study stands."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction

from radapp.accounts.errors import ApiError
from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.desk import drafting, signing, versions
from radapp.readerstudies.desk.state import begin
from radapp.readerstudies.desk.transitions import Action
from radapp.readerstudies.models import ReaderStudy, StudySignature
from radapp.readerstudies.protocol import Protocol
from radapp.readerstudies.terms import protocol_in_force

State = ReaderStudy.State
REASON_NEEDED = "An amendment needs a reason."
NOTHING = "Nothing differs from the version in force."
NOT_AMENDABLE = "This cannot be amended; see the problems. Copy the study to begin anew."
FIXED = "It is fixed since opening."
FIXED_NOW = "It is fixed now that the study is {state}."
KEPT = "An analysis that was named beforehand stays as it is; one can only be added."
PRIMARY = "The primary analysis was named beforehand, or not at all."
RADIUS = "The hit radius is fixed before opening."
CATEGORIES = "A category that was named stays as it is; one can only be added."
STATEMENT = "I amend the protocol of this study to version {version}: {what}."
WHILE_READ = frozenset({State.OPEN.value, State.CLOSED.value})
UNTIL_UNBLINDED = WHILE_READ | {State.LOCKED.value}


def amend(study: ReaderStudy, content: Mapping[str, Any], *, actor: User, reason: str) -> ReaderStudy:
    """Store the next version; the caller has checked the signature.

    ApiError 409 `not_amendable` with the fields that may not differ, `nothing_amended` where none does.
    """
    if not reason.strip():
        raise ApiError(400, "reason_needed", REASON_NEEDED)
    wanted = drafting.checked(content)
    with transaction.atomic():
        study = begin(study, Action.AMEND)
        before = protocol_in_force(study)
        if before == wanted:
            raise ApiError(409, "nothing_amended", NOTHING)
        problems = [{"field": field, "detail": detail} for field, detail in forbidden(before, wanted, study.state)]
        if problems:
            raise ApiError(409, "not_amendable", NOT_AMENDABLE, problems)
        version = versions.freeze(study, wanted, made_by=actor, reason=reason.strip())
        pieces = [name for name in Protocol.model_fields if getattr(before, name) != getattr(wanted, name)]
        statement = STATEMENT.format(version=version.version, what=", ".join(pieces))
        signing.sign(study, StudySignature.Act.AMEND, statement, actor=actor, reason=reason.strip())
        old, new = before.content(), wanted.content()
        chain.record(
            study,
            actor=actor,
            action=chain.Action.PROTOCOL_AMENDED,
            target=f"protocol {version.version}",
            before={name: old[name] for name in pieces},
            after={name: new[name] for name in pieces} | {"sha256": version.sha256},
            reason=reason.strip(),
            rows=[version],
        )
    return study


def forbidden(before: Protocol, wanted: Protocol, state: str) -> Iterator[tuple[str, str]]:
    """(field, why) of everything that differs and may not.

    Texts told and rules may differ while the study is read or closed; coding's categories (added) and precedence until it is
    unblinded; analyses can be added at any time, and are marked as added after opening. Nothing else ever.
    """
    for name in ("targets", "design", "order", "form", "blinding"):
        if getattr(before, name) != getattr(wanted, name):
            yield name, FIXED
    for name in ("told", "rules"):
        if getattr(before, name) != getattr(wanted, name) and state not in WHILE_READ:
            yield name, FIXED_NOW.format(state=state)
    yield from _coding(before, wanted, state)
    yield from _aim(before, wanted)


def _coding(before: Protocol, wanted: Protocol, state: str) -> Iterator[tuple[str, str]]:
    old, new = before.coding, wanted.coding
    if old != new and state not in UNTIL_UNBLINDED:
        yield "coding", FIXED_NOW.format(state=state)
        return
    if old.hit_radius_mm != new.hit_radius_mm:
        yield "coding.hit_radius_mm", RADIUS
    if new.categories[: len(old.categories)] != old.categories:
        yield "coding.categories", CATEGORIES


def _aim(before: Protocol, wanted: Protocol) -> Iterator[tuple[str, str]]:
    old, new = before.aim, wanted.aim
    for name in ("hypothesis", "alpha", "correction"):
        if getattr(old, name) != getattr(new, name):
            yield f"aim.{name}", FIXED
    if old.primary != new.primary:
        yield "aim.primary", PRIMARY
    if new.analyses[: len(old.analyses)] != old.analyses:
        yield "aim.analyses", KEPT
