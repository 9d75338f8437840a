"""Two judges of the same cases, in families within which p is corrected: the tests beside the paper's Table 1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

import numpy as np

from ml.evaluation.estimate import Comparison, not_estimable
from ml.evaluation.multiplicity import Adjusted, bonferroni, holm
from ml.evaluation.paired import PairedTable, paired_difference, paired_table
from ml.evaluation.paired_predictive import compare_predictive_values
from ml.evaluation.roc import DELONG, compare_each_auc
from radapp.reports.analyses.figures import is_small
from radapp.reports.analyses.judges import ENHANCED, FUSED, TACTIC, Counted, Judge, Kind
from radapp.reports.analyses.standing import Promised, Standing

MEASURES = ("sensitivity", "specificity", "accuracy", "ppv", "npv", "auc")
NO_SCORES = "one of the two, or both, give calls without scores: there are no areas to compare"
CORRECTIONS = ("bonferroni", "holm", "none")


@dataclass(frozen=True, kw_only=True)
class Tested:
    """First minus second, p as tested and as corrected within the family; `small`: from fewer than five cases.

    `first_only`, `second_only`: the discordant pairs, cases in which one alone was right; None for predictive values and
    areas, which have none.
    """

    comparison: Comparison
    adjusted: Adjusted
    standing: Standing
    small: bool
    first_only: int | None = None
    second_only: int | None = None


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Two judges on the `cases` that both judged, measure by measure."""

    first: Judge
    second: Judge
    cases: int
    measures: Mapping[str, Tested]


@dataclass(frozen=True, kw_only=True)
class Family:
    """Comparisons that are corrected together. `alpha_each`: what a single p is held against (alpha by their number)."""

    name: str
    alpha_each: float
    correction: str
    pairs: tuple[Compared, ...]


Pair = tuple[Counted, Counted]


def families(found: Sequence[Counted], promised: Promised, correction: str, level: float) -> tuple[Family, ...]:
    """Every family of which there are two judges."""
    if correction not in CORRECTIONS:
        raise ValueError(f"found the correction {correction!r}, expected one of {', '.join(CORRECTIONS)}")
    return tuple(_family(name, pairs, promised, correction, level) for name, pairs in _pairs(found).items() if pairs)


def _pairs(found: Sequence[Counted]) -> dict[str, list[Pair]]:
    """The paper's three against T1WIC; the tactic against T1_T2; each reader against networks, readers, and own aid."""
    by_name = {one.judge.name: one for one in found if one.judge.kind is not Kind.READER}
    readers = [one for one in found if one.judge.kind is Kind.READER]
    pairs = {
        f"networks against {ENHANCED}": _against(by_name, ("T1WI", "T2WI", FUSED), ENHANCED),
        f"tactic against {FUSED}": _against(by_name, (TACTIC,), FUSED),
    }
    for reader in readers:
        pairs[f"networks against {label(reader.judge)}"] = [(one, reader) for one in by_name.values()]
    for (arm, stage), of_it in groupby(sorted(readers, key=_setting), key=_setting):
        pairs[f"readers, {arm}{'' if stage == 'only' else f' {stage}'}"] = list(combinations(of_it, 2))
    stages = {(one.judge.name, one.judge.arm, one.judge.stage): one for one in readers}
    pairs["aided against unaided"] = [
        (one, stages[name, arm, "unaided"])
        for (name, arm, stage), one in stages.items()
        if stage == "aided" and (name, arm, "unaided") in stages
    ]
    arms = groupby(sorted(readers, key=lambda one: (one.judge.name, one.judge.stage)), lambda one: one.judge.name)
    pairs["arms of one reader"] = [pair for _, of_one in arms for pair in combinations(of_one, 2) if _other_arm(*pair)]
    return pairs


def _against(by_name: Mapping[str, Counted], names: Sequence[str], other: str) -> list[Pair]:
    return [(by_name[name], by_name[other]) for name in names if name in by_name and other in by_name]


def _setting(one: Counted) -> tuple[str, str]:
    return one.judge.arm, one.judge.stage


def _other_arm(first: Counted, second: Counted) -> bool:
    return first.judge.arm != second.judge.arm and first.judge.stage == second.judge.stage


def label(judge: Judge) -> str:
    """Its name, and of a reader arm and stage."""
    return " ".join(part for part in (judge.name, judge.arm, "" if judge.stage == "only" else judge.stage) if part)


def _family(name: str, pairs: Sequence[Pair], promised: Promised, correction: str, level: float) -> Family:
    tested = [_comparisons(first, second, level) for first, second in pairs]
    alpha = promised.plan.alpha
    corrected = {measure: corrected_ps([one[measure].p for one, _, _ in tested], correction, alpha) for measure in MEASURES}
    return Family(
        name=name,
        alpha_each=alpha / len(pairs) if correction == "bonferroni" else alpha,
        correction=correction,
        pairs=tuple(
            Compared(
                first=first.judge,
                second=second.judge,
                cases=cases,
                measures={
                    measure: Tested(
                        comparison=comparison,
                        adjusted=corrected[measure][place],
                        standing=promised.standing(measure, first.judge, second.judge),
                        small=is_small(cases),
                        **_discordant(tables.get(measure)),
                    )
                    for measure, comparison in found.items()
                },
            )
            for place, ((first, second), (found, tables, cases)) in enumerate(zip(pairs, tested, strict=True))
        ),
    )  # fmt: skip


def corrected_ps(ps: Sequence[float | None], correction: str, alpha: float) -> tuple[Adjusted, ...]:
    """The p's of one family, by the name of the correction."""
    if correction == "none":
        return tuple(Adjusted(p, p, p is not None and p <= alpha, 1, alpha, "none") for p in ps)
    return (bonferroni if correction == "bonferroni" else holm)(ps, alpha)


def _discordant(table: PairedTable | None) -> dict[str, int]:
    return {} if table is None else {"first_only": table.first_only, "second_only": table.second_only}


def _comparisons(first: Counted, second: Counted, level: float) -> tuple[dict[str, Comparison], dict[str, PairedTable], int]:
    """Every measure on the cases that enter both's figures, who of the two is right, and how many cases those are."""
    shared = frozenset(second.cases)
    both = [case for case in first.cases if case in shared]
    here, there = first.at(both), second.at(both)
    truths = first.truths[here]
    one, other = first.calls[here], second.calls[there]
    right = one == truths, other == truths
    predictive = compare_predictive_values(one, other, truths, level)
    kinds = {"sensitivity": truths, "specificity": ~truths, "accuracy": np.ones_like(truths)}
    tables = {measure: paired_table(right[0][kind], right[1][kind]) for measure, kind in kinds.items()}
    found = {
        **{measure: paired_difference(table, level) for measure, table in tables.items()},
        "ppv": predictive.positive,
        "npv": predictive.negative,
        "auc": areas_compared(first, second, both, level),
    }
    return found, tables, len(both)


def areas_compared(first: Counted, second: Counted, both: Sequence[int], level: float) -> Comparison:
    """Of the cases that both scored."""
    here, there = first.at(both), second.at(both)
    scored = first.scored[here] & second.scored[there] if both else np.zeros(0, bool)
    scores = (
        np.array([one.scores[place] for place in places[scored]], float)
        for one, places in ((first, here), (second, there))
    )  # fmt: skip
    names = {"first": next(scores), "second": next(scores)}
    if not scored.any():
        return Comparison(**vars(not_estimable(NO_SCORES, DELONG, 0, level)), statistic=None, p=None)
    return compare_each_auc(names, first.truths[here][scored], level)["first", "second"]
