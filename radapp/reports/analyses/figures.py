"""One figure of a report: an estimate, how it stands to the protocol, and whether few cases are behind it."""

from dataclasses import dataclass

from ml.evaluation.diagnostic import Diagnostic
from ml.evaluation.estimate import Estimate, Interval, Proportion
from radapp.reports.analyses.judges import Kind
from radapp.reports.analyses.standing import Standing

SMALL = 5
"""A cell of fewer cases is flagged: it may point at a person where a table leaves the house."""
PAPER = {Kind.NETWORK: Interval.WALD, Kind.TACTIC: Interval.WILSON_CORRECTED, Kind.READER: Interval.WILSON_CORRECTED}
"""The paper's intervals (STATISTICS: which method reproduces which number)."""
INTERVALS = ("paper", *(one.value for one in Interval))


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`small`: a cell behind it holds fewer than five cases."""

    estimate: Estimate
    standing: Standing
    small: bool


def interval_of(name: str, kind: Kind) -> Interval:
    """The interval by name, `paper` for the paper's; ValueError for an unknown one."""
    if name not in INTERVALS:
        raise ValueError(f"found the interval {name!r}, expected one of {', '.join(INTERVALS)}")
    return PAPER[kind] if name == "paper" else Interval(name)


def is_small(*counts: int) -> bool:
    """Whether one of the cells is."""
    return min(counts) < SMALL


def share_figure(share: Proportion, standing: Standing) -> Figure:
    """Of a proportion: small where few are counted, or few are not."""
    return Figure(estimate=share, standing=standing, small=is_small(share.count, share.n - share.count))


def proportions_of(table: Diagnostic) -> dict[str, Proportion]:
    """By the endpoint's name in a protocol."""
    return {
        "sensitivity": table.sensitivity,
        "specificity": table.specificity,
        "accuracy": table.accuracy,
        "ppv": table.positive_predictive_value,
        "npv": table.negative_predictive_value,
    }
