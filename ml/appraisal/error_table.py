"""The errors of one model on one cohort, coded and counted: the bars of the paper's Fig. 3, and what the cases hold.

The main cause of a false alarm is found by leaving its imitators out in turn where the cohort is synthetic
(`ml.appraisal.causes`); what lies at the heatmap's peak stands beside it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ml.appraisal.assessment import Prediction
from ml.appraisal.operating_points import OperatingPoints, looking, score_of
from ml.appraisal.places import distance_to
from ml.evaluation.errors import (
    UNEXPLAINED,
    ErrorCode,
    FalseAlarm,
    Imitator,
    Lesion,
    Miss,
    code_at_peak,
    code_false_alarm,
    code_miss,
    count_errors,
    main_cause,
    presence,
    site_of,
)
from ml.evaluation.plain import plain


@dataclass(frozen=True, eq=False)
class CodedError:
    """A case that a model got wrong; `cause` is the imitator that a false alarm hangs on, where that is known."""

    case: Prediction
    code: ErrorCode
    cause: Imitator | None = None


def coded_errors(cases: Sequence[Prediction], model: str, points: OperatingPoints) -> list[CodedError]:
    """Every case that the model, or the tactic, calls against the truth."""
    found = []
    for case in cases:
        called = points.calls(case.scores, model)
        if called is None or called == bool(case.label):
            continue
        if case.label:
            found.append(CodedError(case, _missed(case, model, points)))
        else:
            imitators = imitators_of(case, model, points)
            found.append(CodedError(case, code_false_alarm(imitators), main_cause(imitators)))
    return found


def tabulate_errors(cases: Sequence[Prediction], model: str, points: OperatingPoints) -> dict[str, Any]:
    """Counts by category, and the shares of wrong and right cases that hold each imitator, kind and site; plain values."""
    errors = coded_errors(cases, model, points)
    alarms, misses = ([e for e in errors if e.case.label == label] for label in (0, 1))
    wrong = {id(error.case) for error in errors}
    judged = [case for case in cases if points.calls(case.scores, model) is not None]
    spared, found = ([c for c in judged if c.label == label and id(c) not in wrong] for label in (0, 1))
    peaks = [code_at_peak(imitators_of(e.case, model, points)) for e in alarms]
    missed = [e.case for e in misses]
    return {
        "false_alarms": plain(count_errors([e.code for e in alarms], FalseAlarm)),
        "at_peak": plain(count_errors(peaks, FalseAlarm)),
        "misses": plain(count_errors([e.code for e in misses], Miss)),
        "imitators": plain(presence([e.case.words.imitators for e in alarms], [c.words.imitators for c in spared])),
        "causes": _causes(alarms),
        "kinds": plain(presence([(c.kind,) for c in missed], [(c.kind,) for c in found])),
        "sites": plain(presence([_site(c) for c in missed], [_site(c) for c in found])),
        "cases": [_row(e) for e in errors],
    }


def imitators_of(case: Prediction, model: str, points: OperatingPoints) -> list[Imitator]:
    """A case's imitators: how far from the heatmap that decided, and what leaving each out does, where that is known."""
    peak, origin = case.peaks.get(looking(points, case.scores, model)), case.words.origin
    about = None if peak is None or origin is None else [p - o for p, o in zip(peak, origin, strict=True)]
    decider = points.decider(case.scores, model)
    score = score_of(case.scores, decider)
    found = []
    for name in case.words.imitators:
        distance = None if about is None else distance_to(name, about)
        without = case.without.get(name)
        left = None if without is None else score_of(without, decider)
        if without is None or left is None or score is None:
            found.append(Imitator(name, distance))
        else:
            found.append(Imitator(name, distance, score - left, not points.calls(without, model)))
    return found


def _causes(alarms: Sequence[CodedError]) -> dict[str, int]:
    """False alarms by the imitator they hang on; none where imitators were not left out in turn."""
    if not any(error.case.without for error in alarms):
        return {}
    return dict(sorted(Counter(error.cause.name if error.cause else UNEXPLAINED for error in alarms).items()))


def _missed(case: Prediction, model: str, points: OperatingPoints) -> ErrorCode:
    distance = case.distances.get(looking(points, case.scores, model))
    return code_miss(Lesion(case.kind, case.words.stage, case.words.site, distance))


def _site(case: Prediction) -> tuple[str, ...]:
    return (site_of(case.words.site),) if case.words.site else ()


def _row(error: CodedError) -> dict[str, Any]:
    row = {"case": error.case.name, "error": "miss" if error.case.label else "false alarm", **plain(error.code)}
    return row if error.cause is None else {**row, "cause": error.cause.name, "fall": error.cause.fall}
