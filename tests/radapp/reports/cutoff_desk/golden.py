"""What the reports' analyses say of one cohort under many cutoffs: the browser's arithmetic is held against it.

Write it anew: `.venv/bin/python -m tests.radapp.reports.cutoff_desk.golden`.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ml.evaluation.economics import Tariff
from ml.evaluation.plain import plain
from ml.tactic import Cutoffs, choose_cutoffs, final_call, second_cutoff, tier, youden_cutoff
from radapp.reports.analyses import economics, tactic
from radapp.reports.inputs.values import CaseRow, NetworkSaid, StudyInputs
from tests.radapp.reports.made import case, inputs

ROOT = Path(__file__).resolve().parents[4]
FIXTURE = ROOT / "frontend" / "src" / "features" / "cutoff-desk" / "arithmetic.fixture.json"
OWN = 0.5
PAIRS = ((0.5, 0.2), (0.43, 0.43), (0.35, 0.35), (1.0, 0.0), (0.0, 0.0), (1.0, 1.0), (0.71, 0.29), (0.5, 0.0))
PREVALENCES = (None, 0.03, 0.45)
TARIFF = Tariff(enhanced=310.5, unenhanced=201.25, seconds_enhanced=900, seconds_unenhanced=420, exchange_rate=0.92)
TARGETS = ("0.9", "0.95", "0.8", "1", "0.5", "0.925")


def columns(n: int = 240, seed: int = 7) -> dict[str, Any]:
    """Scores in hundredths, so that many tie and some meet a cutoff; some without T1WIC; a few without advice."""
    rng = np.random.default_rng(seed)
    truths = rng.random(n) < 0.4
    fused = np.round(1 / (1 + np.exp(-rng.normal(np.where(truths, 1.0, -1.0), 1.1))), 2)
    enhanced = np.round(1 / (1 + np.exp(-rng.normal(np.where(truths, 1.6, -1.6), 1.2))), 2)
    order = np.argsort(fused, kind="stable")
    missing = rng.random(n) < 0.06
    return {
        "scores": fused[order].tolist(),
        "t1wic": [None if missing[i] else float(enhanced[i]) for i in order],
        "truths": truths[order].astype(int).tolist(),
        "t1wic_cutoff": OWN,
        "no_advice_diseased": 3,
        "no_advice_healthy": 4,
    }


def study(given: Mapping[str, Any], cutoffs: Cutoffs) -> StudyInputs:
    """The cohort as a reader study has it, called by these cutoffs."""
    said = zip(given["scores"], given["t1wic"], given["truths"], strict=True)
    rows = [_case(number, *one, cutoffs) for number, one in enumerate(said, 1)]
    silent = {"DARNDEST": NetworkSaid(score=None, cutoff=None, positive=True, tier="")}
    for truth in [True] * given["no_advice_diseased"] + [False] * given["no_advice_healthy"]:
        # What T1WIC would have said of them is not known: like the tactic, it counts as calling them.
        enhanced = {"T1WIC": NetworkSaid(score=None, cutoff=None, positive=True, tier="")}
        rows.append(case(len(rows) + 1, truth, {**silent, **enhanced}))
    return inputs(rows)


def _case(number: int, score: float, enhanced: float | None, truth: int, cutoffs: Cutoffs) -> CaseRow:
    found = tier(score, cutoffs)
    called = final_call(found, enhanced, cutoffs) == "positive"
    return case(
        number,
        bool(truth),
        {
            "T1_T2": NetworkSaid(score=score, cutoff=cutoffs.first, positive=score >= cutoffs.first, tier=str(found)),
            "T1WIC": NetworkSaid(
                score=enhanced,
                cutoff=cutoffs.t1wic,
                positive=None if enhanced is None else enhanced >= cutoffs.t1wic,
                tier="",
            ),
            "DARNDEST": NetworkSaid(score=None, cutoff=None, positive=called, tier=str(found)),
        },
    )


def golden() -> dict[str, Any]:
    """Everything: the cohort, what follows from it under each pair of cutoffs, and what the searches find."""
    given = columns()
    return {
        "columns": given,
        "tariff": plain(TARIFF),
        "at": [_at(given, first, second) for first, second in PAIRS],
        "youden": youden_cutoff(given["scores"], given["truths"]),
        "chosen": plain(choose_cutoffs(given["scores"], given["truths"], given["t1wic"]).cutoffs),
        "searches": [_search(given, first, target) for first in (0.5, 0.35, 0.9, 1.0) for target in TARGETS],
    }


def _at(given: Mapping[str, Any], first: float, second: float) -> dict[str, Any]:
    made = study(given, Cutoffs(first=first, second=second, t1wic=OWN))
    (table,) = tactic.tactic(made, tactic.Options(intervals="paper")).cohorts
    return {
        "first": first,
        "second": second,
        "tiers": {one.tier: _tier(one) for one in table.tiers},
        "sensitivity": _interval(table.tactic["sensitivity"].estimate),
        "specificity": _interval(table.tactic["specificity"].estimate),
        "economics": [_economics(made, prevalence) for prevalence in PREVALENCES],
    }


def _tier(one: tactic.Tier) -> dict[str, int]:
    names = ("cases", "diseased", "detected", "false_alarms", "enhanced_would_detect", "missed")
    return {name: getattr(one, name) for name in names}


def _interval(one: Any) -> list[float | None]:
    return [one.value, one.low, one.high]


def _economics(made: StudyInputs, prevalence: float | None) -> dict[str, Any]:
    options = economics.Options(tariff=TARIFF, prevalence=prevalence or 0.03)
    (cohort,) = economics.economics(made, options).cohorts
    found = cohort.own if prevalence is None else cohort.elsewhere
    assert found is not None
    return {
        "prevalence": prevalence,
        "tiers": {
            name: {
                measure: _interval(getattr(one, measure))
                for measure in ("patients", "diseased", "detected", "cost_per_detected")
            }
            for name, one in found.tiers.items()
        },
        "tactic": plain(found.tactic),
        "conventional": plain(found.conventional),
        "saved": plain(found.saved),
    }


def _search(given: Mapping[str, Sequence[Any]], first: float, target: str) -> dict[str, Any]:
    found = second_cutoff(given["scores"], given["truths"], given["t1wic"], first, OWN, target)
    return {
        "first": first,
        "target": target,
        "value": found.value,
        "attainment": str(found.attainment),
        "sensitivity": found.sensitivity,
    }


def text() -> str:
    """As the file has it."""
    return json.dumps(golden(), indent=1, allow_nan=False) + "\n"


if __name__ == "__main__":
    FIXTURE.write_text(text(), encoding="utf-8")
