"""What may be changed about one case of a draft."""

from collections.abc import Mapping
from typing import Any

from radapp.accounts.errors import ApiError
from radapp.archive.models import Study
from radapp.archive.pseudonyms import identity_of
from radapp.readerstudies.desk import bars
from radapp.readerstudies.desk.sequences import sequences
from radapp.readerstudies.models import Case, Waiver
from radapp.readerstudies.terms import protocol_in_force

NO_SUCH_PRIOR = "Examination {uid} is no earlier one of the same patient."
BARRED = "Case {number} cannot be taken in: {why}"
EXCLUSION_NEEDED = "Name the reason why it is left out: {known}."
REASON_NEEDED = "Say in words why it is left out: 'other' has no meaning of its own."
NO_PRACTICE = "A case that is left out cannot be a practice case."


def apply(case: Case, wanted: Mapping[str, Any]) -> str:
    """Set what is named on the case, unsaved; the reason of a waiver for its calibration, where one is to be given."""
    for name in ("practice", "cohort"):
        if name in wanted:
            setattr(case, name, wanted[name])
    if "prior" in wanted:
        case.prior = _prior(case, wanted["prior"])
    state = Case.State(wanted.get("state", case.state))
    if state == Case.State.EXCLUDED:
        _leave_out(case, wanted)
        return ""
    return _take_in(case, str(wanted.get("waive_calibrated", "")).strip())


def earlier(examination: Study) -> list[Study]:
    """The earlier examinations of the same patient that have images, the newest first."""
    others = Study.objects.filter(images_deleted_at=None).exclude(pk=examination.pk)
    if examination.patient_id.strip():
        others = others.filter(patient_id__iexact=examination.patient_id.strip())
    else:
        others = others.filter(patient_name__iexact=examination.patient_name.strip())
    if examination.study_date is not None:
        others = others.filter(study_date__lt=examination.study_date)
    same = identity_of(examination)
    return [one for one in others.order_by("-study_date", "-pk") if identity_of(one) == same]


def _prior(case: Case, uid: str | None) -> Study | None:
    if uid is None:
        return None
    found = [one for one in earlier(case.examination) if one.study_instance_uid == uid] if case.examination else []
    if not found:
        raise ApiError(409, "no_prior", NO_SUCH_PRIOR.format(uid=uid))
    return found[0]


def _leave_out(case: Case, wanted: Mapping[str, Any]) -> None:
    exclusion, reason = wanted.get("exclusion", case.exclusion), str(wanted.get("reason", case.reason)).strip()
    if not exclusion:
        known = ", ".join(Case.Exclusion.values)
        raise ApiError(400, "exclusion_needed", EXCLUSION_NEEDED.format(known=known))
    if exclusion == Case.Exclusion.OTHER and not reason:
        raise ApiError(400, "reason_needed", REASON_NEEDED)
    if wanted.get("practice"):
        raise ApiError(400, "no_practice", NO_PRACTICE)
    case.state, case.exclusion, case.reason, case.practice = Case.State.EXCLUDED, exclusion, reason, False


def _take_in(case: Case, waiver: str) -> str:
    """Include it, if nothing bars it but a calibration that is waived."""
    before = case.state
    case.state, case.exclusion, case.reason = Case.State.INCLUDED, "", ""
    if before == Case.State.INCLUDED or case.examination is None:
        return ""
    design = protocol_in_force(case.study).design
    found = bars.image_bars(case.examination, sequences([case.examination.pk]).get(case.examination.pk, []), design)
    calibrated = bars.Judge.of(case.study, design).calibration_bars(case.examination)
    waived = Waiver.objects.filter(case=case, ground=Waiver.Ground.CALIBRATED).exists()
    if not waived and not waiver:
        found += calibrated
    if found:
        raise ApiError(409, found[0].code, BARRED.format(number=case.number, why=" ".join(bar.detail for bar in found)))
    return waiver if calibrated and not waived else ""
