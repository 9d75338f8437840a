"""How often every interval of the library holds the truth, against 95 %, or what the method is known to do.

Reduced by default; `EVIDENCE=full` draws 10 000 times (1 000 where every draw resamples or has several readers) and writes
docs/evidence/coverage.md. Seeds are fixed.
"""

import os
from pathlib import Path

import numpy as np
import pytest

from tests.ml.evaluation.coverage import ROWS, Row

pytestmark = [pytest.mark.once, pytest.mark.evidence]
FULL = os.environ.get("EVIDENCE") == "full"
DRAWS = {"closed": 10_000 if FULL else 200, "resampled": 1_000 if FULL else 40}
TABLE = Path(__file__).parents[3] / "docs" / "evidence" / "coverage.md"
HEAD = """# How often intervals hold the truth

`make evidence` writes this page: data are drawn whose truth is known, and each interval of 95 % is asked whether it holds
it. A draw without an interval (not estimable) counts as one that does not. In brackets what chance allows of that many
draws (3.5 standard errors about the nominal share, or about what is known of the method). [statistics.md](../statistics.md)

| interval | setting | draws | holds the truth | known |
|---|---|---|---|---|
"""


def held(number: int) -> float:
    """Of a row's draws, the share whose interval holds the truth."""
    row, rng = ROWS[number], np.random.default_rng(1000 + number)
    truth, hits = row.truth(), 0
    for _ in range(DRAWS[row.kind]):
        found = row.draw(rng)
        if found.low is not None and found.high is not None:
            hits += found.low <= truth <= found.high
    return hits / DRAWS[row.kind]


def allowed(row: Row) -> tuple[float, float]:
    """What chance allows of so many draws."""
    low, high = (3.5 * (share * (1 - share) / DRAWS[row.kind]) ** 0.5 for share in (row.low, row.high))
    return row.low - low, row.high + high


def line(row: Row, share: float) -> str:
    low, high = allowed(row)
    known = row.why or "95 %"
    bounds = f"{100 * max(low, 0):.1f}–{100 * min(high, 1):.1f}"
    return f"| {row.name} | {row.setting} | {DRAWS[row.kind]:,} | {100 * share:.1f} % ({bounds}) | {known} |"


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    shares = [held(number) for number in range(len(ROWS))]
    if FULL:
        lines = [line(row, share) for row, share in zip(ROWS, shares, strict=True)]
        TABLE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    for row, share in zip(ROWS, shares, strict=True):
        low, high = allowed(row)
        assert low <= share <= high, f"{row.name}, {row.setting}: {share}"
