"""What the paper prints, and the counts behind it, as read from published.json. No torch.

Source: Deng et al., Cancer Imaging 2025, doi:10.1186/s40644-025-00853-5 (CC BY 4.0). The file's columns `recomputed`,
`recomputed_rounded`, `reproduces` and `note` are not read: here they cannot be copied.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml.evaluation.diagnostic import Diagnostic, diagnostic_of_counts
from ml.evaluation.estimate import Interval

FILE = Path(__file__).resolve().parent / "published.json"
NETWORKS = ("T1WIC", "T1WI", "T2WI", "T1_T2")

Printed = float | tuple[float, ...] | str | None


@dataclass(frozen=True)
class Published:
    """One figure: `printed` in `unit` with so many `decimals` (None: not printed), and the `inputs` that it follows from.

    `printed` is a number, an interval (low, high), or a claim in words.
    """

    id: str
    section: str
    printed: Printed
    unit: str
    decimals: int | None
    inputs: Mapping[str, Any]

    @property
    def parts(self) -> list[str]:
        """Its id's words: table, cohort, arm, figure."""
        return self.id.split(".")


@dataclass(frozen=True)
class TierCounts:
    """A tier's patients; of its diseased and healthy ones, how many T1WIC (or, in the positive tier, T1_T2) calls.

    `false_alarms` is None where it is not known: T1WIC's in the negative tier.
    """

    n: int
    diseased: int
    detected: int
    false_alarms: int | None

    @property
    def healthy(self) -> int:
        """Patients without recurrence."""
        return self.n - self.diseased


@dataclass(frozen=True)
class Tariff:
    """CNY and seconds for an examination with contrast and without, and CNY for a dollar."""

    enhanced: int
    unenhanced: int
    enhanced_seconds: int
    unenhanced_seconds: int
    rate: float


@dataclass(frozen=True)
class Counts:
    """Everything that figures are chained from: fourfold tables by cohort and arm, tiers by cohort, areas as printed."""

    arms: Mapping[tuple[str, str], tuple[int, int, int, int]]
    tiers: Mapping[str, Mapping[str, TierCounts]]
    areas: Mapping[str, float]
    tariff: Tariff

    def of(self, cohort: str, arm: str) -> Diagnostic:
        """An arm's fourfold table with the interval that the paper gives such an arm; ValueError for a count below 0."""
        tp, fn, fp, tn = self.arms[cohort, arm]
        return fourfold(arm, tp, fn, fp, tn)

    def total(self, cohort: str) -> int:
        """A test set's patients."""
        return sum(tier.n for tier in self.tiers[cohort].values())

    def enhanced(self, cohort: str) -> int:
        """Those whom the tactic sends on to contrast."""
        return self.tiers[cohort]["positive"].n + self.tiers[cohort]["suspicious"].n


def fourfold(arm: str, tp: int, fn: int, fp: int, tn: int) -> Diagnostic:
    """The paper's intervals: Wald for networks, Wilson with continuity correction for radiologists and DARNDEST."""
    interval = Interval.WALD if arm in NETWORKS else Interval.WILSON_CORRECTED
    return diagnostic_of_counts(true_positive=tp, false_negative=fn, false_positive=fp, true_negative=tn, interval=interval)


def load(text: str | None = None) -> tuple[tuple[Published, ...], Counts]:
    """All figures in the paper's order, and what they are chained from; `text` in place of the shipped file, for tests."""
    stored = json.loads(FILE.read_text(encoding="utf-8") if text is None else text)
    figures = tuple(_figure(entry) for entry in stored["values"])
    return figures, _counts(figures, stored["implied_counts"])


def _figure(entry: Mapping[str, Any]) -> Published:
    printed = entry["published"]
    return Published(
        id=entry["id"],
        section=_section(entry["section"]),
        printed=tuple(printed) if isinstance(printed, list) else printed,
        unit=entry["unit"] or "",
        decimals=entry["decimals"],
        inputs=entry["inputs"],
    )


def _section(words: str) -> str:
    """Where it stands in the paper; what is printed nowhere is derived."""
    return "Derived" if words.startswith("derived") else {"text": "Ranges in the text"}.get(words, words)


def _counts(figures: tuple[Published, ...], implied: Mapping[str, Any]) -> Counts:
    by_id = {figure.id: figure for figure in figures}
    tables = [figure.inputs for figure in figures if figure.parts[0] in {"t1", "t2"}]
    return Counts(
        arms={(one["cohort"], one["arm"]): (one["tp"], one["fn"], one["fp"], one["tn"]) for one in tables},
        tiers={cohort: {name: _tier(tier) for name, tier in one["tiers"].items()} for cohort, one in implied.items()},
        areas={one.id: one.printed for one in figures if one.parts[0] == "auc" and isinstance(one.printed, float)},
        tariff=Tariff(
            by_id["tariff.conventional"].inputs["tariff_cny"],
            by_id["tariff.unenhanced"].inputs["tariff_cny"],
            by_id["time.conventional.h"].inputs["seconds_per_exam"],
            by_id["time.unenhanced.h"].inputs["seconds_per_exam"],
            by_id["cost.conventional.usd"].inputs["rate"],
        ),
    )


def _tier(stored: Mapping[str, Any]) -> TierCounts:
    called = "called_positive" if "called_positive_diseased" in stored else "t1wic_pos"
    false_alarms = stored[f"{called}_healthy"]
    return TierCounts(
        n=stored["n"],
        diseased=stored["diseased"],
        detected=stored[f"{called}_diseased"],
        false_alarms=false_alarms if isinstance(false_alarms, int) else None,
    )
