"""Tables of the report on calibration: figures, reliability curves, decision curves. No Django."""

from collections.abc import Iterator
from typing import Any

from ml.evaluation.decision import DecisionCurve
from radapp.reports.analyses.calibration import Calibration, Cohort
from radapp.reports.files.tables import ESTIMATE, JUDGE, Table, estimate_cells, judge_cells

MEASURES = ("brier", "scaled_brier", "slope", "intercept")
OWN = {
    "measure": (
        "brier (0 is best), scaled_brier (1 - Brier score / that of the cohort's share; 0 for an uninformed score), slope "
        "and intercept of the logistic regression on the score's logit (1 and 0 are perfect), calibration_error (mean gap "
        "between score and share over the bins), spiegelhalter (its z and p)"
    ),
    "bin": "number of the bin, from the lowest scores",
    "from_score": "lowest score of the bin",
    "to_score": "highest score of the bin",
    "mean_score": "of the cases of the bin",
    "value": "the estimate; of a bin, the share with recurrence; empty where there is none, and why stands under reason",
    "threshold": "chance of recurrence at which one is just willing to give contrast",
    "net_benefit": "of acting on the judge: share found - share acted on in vain · odds of the threshold",
    "everybody": "net benefit of contrast for everybody; for nobody it is 0",
    "spared": "injections spared per 100 patients, recurrences missed weighed against them",
    "net_benefit_low": "lower limit of net_benefit",
    "net_benefit_high": "upper limit of net_benefit",
    "moved": "scores of 0 or 1, moved inside by 1e-6 for slope and intercept",
    "without_score": "judged, with a truth, and without a score: left out",
}
POINT = ("threshold", "net_benefit", "net_benefit_low", "net_benefit_high", "everybody", "spared")


def of_calibration(found: Calibration) -> tuple[Table, ...]:
    """Three files."""
    about = ("cases", "diseased", "without_score", "moved")
    return (
        Table(
            "figures",
            ("cohort", *JUDGE, *about, "measure", *ESTIMATE, "statistic", "p", "standing", "small"),
            tuple(row for cohort in found.cohorts for row in _figures(cohort)),
            OWN,
        ),
        Table(
            "reliability",
            ("cohort", *JUDGE, "bin", "from_score", "to_score", "mean_score", *ESTIMATE, "small"),
            tuple(row for cohort in found.cohorts for row in _bins(cohort)),
            OWN,
        ),
        Table(
            "decision-curves",
            ("cohort", *JUDGE, "prevalence", *POINT, "level", "n", "reason", "small"),
            tuple(row for cohort in found.cohorts for row in _curves(cohort)),
            OWN,
        ),
    )


def _figures(cohort: Cohort) -> Iterator[dict[str, Any]]:
    for line in cohort.lines:
        where = {
            "cohort": cohort.name,
            **judge_cells(line.judge),
            **{name: getattr(line, name) for name in ("cases", "diseased", "without_score", "moved", "standing", "small")},
        }
        for measure in MEASURES:
            yield {**where, "measure": measure, **estimate_cells(getattr(line, measure))}
        yield {**where, "measure": "calibration_error", **estimate_cells(line.reliability.error)}
        test = {name: getattr(line.test, name) for name in ("statistic", "p", "method", "n", "reason")}
        yield {**where, "measure": "spiegelhalter", **test}


def _bins(cohort: Cohort) -> Iterator[dict[str, Any]]:
    for line in cohort.lines:
        for number, one in enumerate(line.reliability.bins, 1):
            yield {
                "cohort": cohort.name,
                **judge_cells(line.judge),
                "bin": number,
                "from_score": one.low,
                "to_score": one.high,
                "mean_score": one.mean_score,
                **estimate_cells(one.observed),
                "small": line.small or one.observed.n < 5,
            }


def _curves(cohort: Cohort) -> Iterator[dict[str, Any]]:
    for one in cohort.judged:
        where = {"cohort": cohort.name, **judge_cells(one.judge), "small": one.small}
        for curve in (one.curve, one.elsewhere):
            yield from ({**where, **point} for point in _points(curve))


def _points(curve: DecisionCurve) -> Iterator[dict[str, Any]]:
    for point in curve.points:
        benefit = point.net_benefit
        yield {
            "prevalence": curve.prevalence,
            "threshold": point.threshold,
            "net_benefit": benefit.value,
            "net_benefit_low": benefit.low,
            "net_benefit_high": benefit.high,
            "everybody": point.everybody.value,
            "spared": point.spared.value,
            **{name: getattr(benefit, name) for name in ("level", "n", "reason")},
        }
