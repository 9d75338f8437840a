"""The power calculation at the drafting desk: the pure statistics of ml.evaluation in terms of a study's cases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ml.evaluation import power as paired
from ml.evaluation import power_readers
from radapp.accounts.errors import ApiError

READER_CORRELATIONS = (0.5, 0.6, 0.4)
"""Of two areas that share the reader, the arm, or neither: assumed where there is no pilot."""
PREVALENCE = "The prevalence is {value}; expected more than 0 and less than 1."
MARGIN = "Non-inferiority needs a margin; name the largest loss that would be accepted."
NO_EQUIVALENCE = "A difference that is not significant shows no equivalence."


@dataclass(frozen=True)
class Question:
    """A comparison with either `cases` or `power`."""

    test: str
    first: float
    second: float
    correlation: float = 0.5
    prevalence: float = 0.5
    of: str = "sensitivity"
    margin: float | None = None
    readers: int = 2
    alpha: float = 0.05
    power: float | None = None
    cases: int | None = None

    @property
    def share(self) -> float:
        """Which share of the cases the proportion is of."""
        return {"sensitivity": self.prevalence, "specificity": 1 - self.prevalence, "accuracy": 1.0}[self.of]


def solve(question: Question) -> dict[str, Any]:
    """PowerAnswerSerializer; ApiError 400 with what does not fit."""
    try:
        if not 0 < question.prevalence < 1:
            raise ValueError(PREVALENCE.format(value=question.prevalence))
        found, cases, assumptions = _SOLVED[question.test](question)
    except ValueError as error:
        raise ApiError(400, "invalid", str(error)) from error
    positives = None if cases is None else round(cases * question.prevalence)
    return {
        "power": found.power,
        "cases": cases,
        "positives": positives,
        "negatives": None if cases is None or positives is None else cases - positives,
        "alpha": found.alpha,
        "sides": found.sides,
        "method": found.method,
        "reference": found.source,
        "reason": found.reason,
        "assumptions": [*assumptions, NO_EQUIVALENCE],
    }


Solved = tuple[paired.Power, int | None, list[str]]


def _areas(question: Question) -> Solved:
    ratio = (1 - question.prevalence) / question.prevalence
    areas = paired.Areas(question.first, question.second, question.correlation, ratio)
    positives = None if question.cases is None else max(2, round(question.cases * question.prevalence))
    found = paired.two_areas(areas, positives=positives, power=question.power, alpha=question.alpha)
    return found, question.cases or found.n, [f"Ratings of one case correlate by {question.correlation}."]


def _proportions(question: Question) -> Solved:
    both = paired.discordance(question.first, question.second, question.correlation)
    n = None if question.cases is None else max(2, round(question.cases * question.share))
    found = paired.mcnemar(*both, n=n, power=question.power, alpha=question.alpha)
    return found, question.cases or _of_study(question, found), _told(question)


def _non_inferiority(question: Question) -> Solved:
    if question.margin is None:
        raise ValueError(MARGIN)
    both = paired.discordance(question.first, question.second, question.correlation)
    n = None if question.cases is None else max(2, round(question.cases * question.share))
    found = paired.non_inferiority(*both, question.margin, n=n, power=question.power, alpha=question.alpha / 2)
    return found, question.cases or _of_study(question, found), [*_told(question), f"Margin {question.margin}."]


def _readers(question: Question) -> Solved:
    pilot = 100
    positives = round(pilot * question.prevalence)
    components = power_readers.assumed(
        question.first, positives=positives, negatives=pilot - positives, correlations=READER_CORRELATIONS
    )
    found = power_readers.readers(
        components,
        question.second - question.first,
        question.readers,
        n=question.cases,
        power=question.power,
        alpha=question.alpha,
        kind="random" if question.readers > 1 else "fixed",
    )
    one, two, three = READER_CORRELATIONS
    words = f"No pilot: areas that share the reader correlate by {one}, the arm by {two}, neither by {three}."
    return found, found.n, [words, "Vary these: the figure depends on them more than on anything."]


def _of_study(question: Question, found: paired.Power) -> int | None:
    return None if found.n is None else paired.of_a_study(found.n, question.share)


def _told(question: Question) -> list[str]:
    return [f"Being right on one case correlates by {question.correlation} between both."]


_SOLVED: Mapping[str, Callable[[Question], Solved]] = {
    "areas": _areas,
    "proportions": _proportions,
    "non_inferiority": _non_inferiority,
    "readers": _readers,
}
