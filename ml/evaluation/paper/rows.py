"""Every published figure beside what this library makes of its counts, with a verdict. No torch, no Django."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ml.evaluation.paper import areas, economics, pairings, proportions
from ml.evaluation.paper.explanations import EXPLANATIONS, Explanation
from ml.evaluation.paper.found import NOT_PRINTED, Found, Value, half_up
from ml.evaluation.paper.published import Counts, Printed, Published, load


class Verdict(StrEnum):
    """What came of recomputing a figure."""

    REPRODUCED = "reproduced"
    EXPLAINED = "explained"
    NOT_DECIDABLE = "not decidable"
    NOT_REPRODUCED = "not reproduced"


EXPECTED = {Verdict.REPRODUCED: 226, Verdict.EXPLAINED: 13, Verdict.NOT_DECIDABLE: 122}
"""How many of each there are in the paper as it was published."""


@dataclass(frozen=True)
class Row:
    """One figure: `printed` (None: not printed) and the recomputed `value`, both in `unit`; `parts` are figures beside it.

    `text` is how the recomputed one is written, where that is more than the value. `reason` says why it is explained, not
    decidable or not reproduced; `note` what else is worth knowing.
    """

    id: str
    section: str
    unit: str
    decimals: int | None
    printed: Printed
    value: Value
    parts: Mapping[str, Any]
    text: str
    method: str
    verdict: Verdict
    reason: str
    note: str


RECIPES: dict[str, Callable[[Published, Counts], Found]] = {
    "t1": proportions.table_cell,
    "t2": proportions.table_cell,
    "demog": proportions.share,
    "resnet": proportions.share,
    "prevalence": proportions.prevalence,
    "split": proportions.split,
    "range": proportions.text_range,
    "claim": proportions.claim,
    "tier": economics.tier_row,
    "tariff": economics.tariff_row,
    "cost": economics.cost_row,
    "saving": economics.saving_row,
    "time": economics.time_row,
    "pct_of_conventional": economics.per_cent_row,
    "pct_of_T1_T2": economics.per_cent_row,
    "cost_per_tp": economics.per_detected_row,
    "ratio": economics.ratio_row,
    "tier_ci": economics.tier_interval_row,
    "auc": areas.area_row,
    "auc_p": areas.area_test_row,
    "mcnemar": pairings.mcnemar_row,
    "mcnemar_bound": pairings.bound_row,
    "paired_diff": pairings.difference_row,
    "kappa": pairings.kappa_row,
}
"""How a figure is recomputed, by the first word of its id."""


def reproduce(text: str | None = None) -> tuple[Row, ...]:
    """One row a figure, in the paper's order; `text` in place of the shipped published.json, for tests."""
    figures, counts = load(text)
    by_id = {figure.id: figure for figure in figures}
    rows = []
    for figure in figures:
        found = RECIPES[figure.parts[0]](figure, counts)
        explanation = EXPLANATIONS.get(figure.id)
        shown = explanation if explanation and explanation.shows(counts, by_id) else None
        verdict, reason = judge(figure, found, shown)
        rows.append(
            Row(
                figure.id,
                figure.section,
                figure.unit,
                figure.decimals,
                figure.printed,
                found.value,
                found.parts,
                found.text,
                found.method,
                verdict,
                reason,
                found.note,
            )
        )
    return tuple(rows)


def judge(figure: Published, found: Found, explanation: Explanation | None) -> tuple[Verdict, str]:
    """The verdict and its reason; `explanation` only where it still shows."""
    wrong = contradiction(figure.inputs, found.implied)
    if wrong:
        return Verdict.NOT_REPRODUCED, wrong
    if figure.printed is None:
        return Verdict.NOT_DECIDABLE, found.undecided or NOT_PRINTED
    if found.undecided:
        return Verdict.NOT_DECIDABLE, found.undecided
    if found.claim if found.claim is not None else as_printed(figure, found.value):
        return Verdict.REPRODUCED, ""
    if explanation:
        return Verdict.EXPLAINED, explanation.words
    return Verdict.NOT_REPRODUCED, "The counts give another figure, and nothing explains it."


def as_printed(figure: Published, value: Value) -> bool:
    """Is the value, rounded half up to the printed decimals, what is printed?"""
    if figure.decimals is None or value is None:
        return False
    both = value if isinstance(value, tuple) else (value,)
    printed = figure.printed if isinstance(figure.printed, tuple) else (figure.printed,)
    return tuple(None if one is None else half_up(one, figure.decimals) for one in both) == printed


def contradiction(inputs: Mapping[str, Any], implied: Mapping[str, Any]) -> str:
    """The first input that is not what the counts it stands for give, in words; empty where all are."""
    for name, right in implied.items():
        if inputs[name] != right and not _close(inputs[name], right):
            return f"Its input {name} is {inputs[name]}, and the counts behind it give {right}."
    return ""


def _close(one: Any, other: Any) -> bool:
    return isinstance(one, float) and isinstance(other, float) and abs(one - other) < 1e-9


def tally(rows: Iterable[Row]) -> dict[Verdict, int]:
    """How many of each verdict; those that must be there even at 0."""
    found = Counter(row.verdict for row in rows)
    return {verdict: found[verdict] for verdict in Verdict if verdict in EXPECTED or found[verdict]}


def sums(counted: Mapping[Verdict, int]) -> str:
    """`226 reproduced, 13 explained, 122 not decidable`."""
    return ", ".join(f"{count} {verdict}" for verdict, count in counted.items())
