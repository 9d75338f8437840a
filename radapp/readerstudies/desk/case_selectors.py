"""Questions about the cases of a study, as its desk asks them."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404

from radapp.archive.models import Study
from radapp.readerstudies.desk.bars import image_bars
from radapp.readerstudies.desk.candidates import counted_truths, examination_shape
from radapp.readerstudies.desk.case_changes import earlier
from radapp.readerstudies.desk.sequences import sequences
from radapp.readerstudies.desk.withdrawal import effect_of
from radapp.readerstudies.models import Case, Membership, ReaderStudy
from radapp.readerstudies.reference.status import statuses
from radapp.readerstudies.terms import protocol_in_force


def case_or_404(study: ReaderStudy, key: str) -> Case:
    """The case of that key in this study, or 404."""
    found = study.cases.select_related("examination", "prior", "study").filter(key=key).first()
    if found is None:
        raise Http404("No case of this key in this study.")
    return found


def listed(study: ReaderStudy) -> list[dict[str, Any]]:
    """Every case (StudyCaseSerializer), by number."""
    return _shapes(study, study.cases.select_related("examination", "prior"))


def detail(case: Case) -> dict[str, Any]:
    """One case (CaseDetailSerializer)."""
    shape = _shapes(case.study, [case])[0]
    before = earlier(case.examination) if case.examination and case.study.is_drafted else []
    found = sequences(one.pk for one in before)
    return {
        **shape,
        "earlier": [examination_shape(one, found.get(one.pk, [])) for one in before],
        "withdrawal": None if case.study.is_drafted else effect_of(case),
    }


def _shapes(study: ReaderStudy, cases: Iterable[Case]) -> list[dict[str, Any]]:
    chosen = list(cases)
    images = [one for case in chosen for one in (case.examination, case.prior) if one is not None]
    found, truths = sequences(one.pk for one in images), statuses(study)
    design = protocol_in_force(study).design

    def examination(one: Study | None) -> dict[str, Any] | None:
        return None if one is None else examination_shape(one, found.get(one.pk, []))

    return [
        {
            "key": case.key,
            "number": case.number,
            "state": case.state,
            "exclusion": case.exclusion,
            "reason": case.reason,
            "practice": case.practice,
            "cohort": case.cohort,
            "synthetic": case.synthetic,
            "patient": case.patient,
            "examination": examination(case.examination),
            "prior": examination(case.prior),
            "external_id": case.external_id,
            "truth": truths[case.pk],
            "bars": image_bars(case.examination, found.get(case.examination.pk, []), design) if case.examination else [],
            "withdrawn_at": case.withdrawn_at,
        }
        for case in chosen
    ]


def counts(study: ReaderStudy) -> dict[str, int]:
    """StudyCountsSerializer."""
    states = [
        (pk, Case.State(state), practice) for pk, state, practice in study.cases.values_list("pk", "state", "practice")
    ]
    truths = statuses(study)
    included = [pk for pk, state, practice in states if state == Case.State.INCLUDED and not practice]
    return {
        "assessed": len(states),
        "included": len(included),
        "excluded": sum(state == Case.State.EXCLUDED for _, state, _ in states),
        "withdrawn": sum(state == Case.State.WITHDRAWN for _, state, _ in states),
        "practice": sum(state == Case.State.INCLUDED and practice for _, state, practice in states),
        **counted_truths(truths[pk].recurrence for pk in included),
        "readers": study.members.filter(part=Membership.Part.READER, ended_at=None).count(),
    }
