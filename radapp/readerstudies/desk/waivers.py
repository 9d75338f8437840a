"""Exceptions from independence and from the bar of calibration patients: given with a reason, kept for ever."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from radapp.accounts.errors import ApiError
from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.desk.state import begin, settle
from radapp.readerstudies.desk.transitions import Action
from radapp.readerstudies.models import Case, ReaderStudy, Waiver

REASON_NEEDED = "A waiver needs a reason."
NOBODY = "There is no account {username}."
NO_CASE = "This study has no case of that key."
PERSON_NEEDED = "The ground {ground} is of a person: name who."
CASE_NEEDED = "The ground calibrated is of a case, whoever reads it: name the case, and nobody."


@dataclass(frozen=True)
class Waived:
    """An exception to be made; `case` None: for all cases."""

    ground: str
    reason: str
    username: str | None = None
    case: str | None = None


def give(study: ReaderStudy, wanted: Waived, *, actor: User) -> Waiver:
    """Give it."""
    if not wanted.reason.strip():
        raise ApiError(400, "reason_needed", REASON_NEEDED)
    with transaction.atomic():
        study = begin(study, Action.WAIVE)
        user, case = _user(wanted.username), _case(study, wanted.case)
        ground = Waiver.Ground(wanted.ground)
        if ground == Waiver.Ground.CALIBRATED and (case is None or user is not None):
            raise ApiError(400, "invalid", CASE_NEEDED)
        if ground != Waiver.Ground.CALIBRATED and user is None:
            raise ApiError(400, "invalid", PERSON_NEEDED.format(ground=ground.value))
        waiver = Waiver.objects.create(
            study=study, user=user, case=case, ground=ground, reason=wanted.reason.strip(), given_by=actor
        )
        chain.record(
            study,
            actor=actor,
            action=chain.Action.WAIVER_GIVEN,
            target=f"case {case.key}" if case else "study",
            after={"ground": ground.value, "username": user.username if user else None},
            reason=waiver.reason,
            rows=[waiver],
        )
        settle(study, Action.WAIVE, actor)
    return waiver


def listed(study: ReaderStudy) -> list[dict[str, Any]]:
    """All of them (WaiverSerializer)."""
    return [described(one) for one in study.waivers.select_related("user", "case", "given_by")]


def described(waiver: Waiver) -> dict[str, Any]:
    """WaiverSerializer."""
    return {
        "username": waiver.user.username if waiver.user else None,
        "case": waiver.case.key if waiver.case else None,
        "number": waiver.case.number if waiver.case else None,
        "ground": waiver.ground,
        "reason": waiver.reason,
        "given_by": waiver.given_by.display_name if waiver.given_by else "",
        "given_at": waiver.given_at,
    }


def _user(username: str | None) -> User | None:
    if username is None:
        return None
    user = User.objects.filter(username=username).first()
    if user is None:
        raise ApiError(400, "no_account", NOBODY.format(username=username))
    return user


def _case(study: ReaderStudy, key: str | None) -> Case | None:
    if key is None:
        return None
    case = study.cases.filter(key=key).first()
    if case is None:
        raise ApiError(400, "no_case", NO_CASE)
    return case
