"""A case that leaves the study after opening: signed, and what becomes of its readings follows the protocol's rule."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from radapp.accounts.errors import ApiError
from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.desk import readings, signing
from radapp.readerstudies.desk.state import begin
from radapp.readerstudies.desk.transitions import Action
from radapp.readerstudies.models import Case, StudySignature
from radapp.readerstudies.terms import protocol_in_force

REASON_NEEDED = "A withdrawal needs a reason."
NOT_INCLUDED = "Case {number} is {state}: only a case that is read can be withdrawn."
WORDS = {
    "exclude_readings": "Readings of this case count in no analysis, those that are submitted neither ({submitted}).",
    "keep_submitted": "Readings that are submitted still count ({submitted}).",
}
UNREAD = "{unread} more will not take place."
STATEMENT = "I withdraw case {number} from this study. {words}"


@dataclass(frozen=True)
class Effect:
    """What a withdrawal does, by which rule."""

    rule: str
    submitted: int
    unread: int
    words: str


def effect_of(case: Case) -> Effect:
    """By the protocol in force and the readings as they stand."""
    found = [one for one in readings.places(case.study, case=case) if not one.practice]
    submitted = sum(one.submitted for one in found)
    unread = len(found) - submitted
    rule = protocol_in_force(case.study).rules.withdrawn_case
    words = f"{WORDS[rule].format(submitted=submitted)} {UNREAD.format(unread=unread)}"
    return Effect(rule, submitted, unread, words)


def withdraw(case: Case, *, actor: User, reason: str) -> Case:
    """Withdraw it; the caller has checked the signature. ApiError 409 where it is no case that is read."""
    if not reason.strip():
        raise ApiError(400, "reason_needed", REASON_NEEDED)
    with transaction.atomic():
        study = begin(case.study, Action.WITHDRAW_CASE)
        case = Case.objects.select_for_update(of=("self",)).select_related("examination", "prior").get(pk=case.pk)
        case.study = study
        if case.state != Case.State.INCLUDED:
            raise ApiError(409, "not_included", NOT_INCLUDED.format(number=case.number, state=case.state))
        effect = effect_of(case)
        case.state, case.reason, case.withdrawn_at = Case.State.WITHDRAWN, reason.strip(), timezone.now()
        case.save()
        statement = STATEMENT.format(number=case.number, words=effect.words)
        signing.sign(study, StudySignature.Act.WITHDRAW_CASE, statement, actor=actor, reason=reason.strip())
        chain.record(
            study,
            actor=actor,
            action=chain.Action.CASE_WITHDRAWN,
            target=f"case {case.key}",
            before={"state": Case.State.INCLUDED.value},
            after={"state": Case.State.WITHDRAWN.value, **asdict(effect)},
            reason=case.reason,
            rows=[case],
        )
    return case
