"""The flow of cases as STARD draws it: assessed, left out by reason, included by truth, practice, withdrawn, read."""

from collections import Counter, defaultdict
from typing import Any

from radapp.readerstudies.desk import readings
from radapp.readerstudies.desk.candidates import counted_truths
from radapp.readerstudies.models import Case, ReaderStudy
from radapp.readerstudies.reference.status import statuses
from radapp.readerstudies.terms import protocol_in_force


def of(study: ReaderStudy) -> dict[str, Any]:
    """CaseFlowSerializer, from the cases as they are stored."""
    cases, truths = list(study.cases.all()), statuses(study)
    left_out = [case for case in cases if case.state == Case.State.EXCLUDED]
    included = [case for case in cases if case.state == Case.State.INCLUDED and not case.practice]
    targets = protocol_in_force(study).targets
    return {
        "assessed": len(cases),
        "excluded": len(left_out),
        "exclusions": _exclusions(left_out),
        "practice": sum(case.state == Case.State.INCLUDED and case.practice for case in cases),
        "included": len(included),
        "truth": counted_truths(truths[case.pk].recurrence for case in included),
        "patients": len({case.patient for case in included}),
        "withdrawn": [
            {"number": case.number, "reason": case.reason} for case in cases if case.state == Case.State.WITHDRAWN
        ],
        "read": _read(study),
        "targets": {"positive": targets.positive, "negative": targets.negative, "unknown": 0},
    }


def _exclusions(cases: list[Case]) -> list[dict[str, Any]]:
    """The paper's four as one line each, others by their words."""
    named = Counter((case.exclusion, case.reason if case.exclusion == Case.Exclusion.OTHER else "") for case in cases)
    places = Case.Exclusion.values
    ordered = sorted(named.items(), key=lambda one: (places.index(one[0][0]), -one[1], one[0][1]))
    return [{"exclusion": exclusion, "reason": reason, "count": count} for (exclusion, reason), count in ordered]


def _read(study: ReaderStudy) -> list[dict[str, Any]]:
    """By active reader, how many cases were read at least once, of those in their order."""
    readers = readings.active_readers(study)
    of_reader: dict[int, set[int]] = defaultdict(set)
    read: dict[int, set[int]] = defaultdict(set)
    for one in readings.places(study, readers=readers):
        if one.counts:
            of_reader[one.reader].add(one.case)
        if one.counts and one.submitted:
            read[one.reader].add(one.case)
    return [
        {"reader": one.key, "name": one.name, "read": len(read[one.pk]), "total": len(of_reader[one.pk])} for one in readers
    ]
