"""Tables 1 and 2, demographics, prevalences, and sentences that give the range of a table's column. No torch."""

from collections.abc import Iterable

from ml.evaluation.diagnostic import Diagnostic
from ml.evaluation.estimate import Proportion, proportion
from ml.evaluation.paper.found import NOT_PRINTED, Found, percent
from ml.evaluation.paper.pairings import unenhanced_against_enhanced
from ml.evaluation.paper.published import NETWORKS, Counts, Published, fourfold
from ml.evaluation.power import mcnemar as mcnemar_power

SHARE = "share of patients"
WORDS = {
    "sensitivity": "TP / (TP + FN)",
    "specificity": "TN / (TN + FP)",
    "accuracy": "(TP + TN) / all",
    "ppv": "TP / (TP + FP)",
    "npv": "TN / (TN + FN)",
}
RANGE = "least and greatest of Table 1's rows, by their counts"


def table_cell(figure: Published, _: Counts) -> Found:
    """A proportion of a fourfold table, or its interval."""
    arm, name, *interval = figure.parts[2:]
    counts = figure.inputs
    own = cell(fourfold(arm, counts["tp"], counts["fn"], counts["fp"], counts["tn"]), name)
    implied = {"k": own.count, "n": own.n}
    if interval:
        return Found(value=(percent(own.low), percent(own.high)), method=own.method, implied=implied)
    return Found(value=percent(own.value), method=WORDS[name], implied=implied)


def cell(table: Diagnostic, name: str) -> Proportion:
    """By the name of a column of Table 1."""
    return {
        "sensitivity": table.sensitivity,
        "specificity": table.specificity,
        "accuracy": table.accuracy,
        "ppv": table.positive_predictive_value,
        "npv": table.negative_predictive_value,
    }[name]


def share(figure: Published, _: Counts) -> Found:
    """k of n in per cent."""
    return Found(value=percent(proportion(figure.inputs["k"], figure.inputs["n"]).value), method=SHARE)


def prevalence(figure: Published, counts: Counts) -> Found:
    """Patients with recurrence among all, by the definition in Methods."""
    _, of, cohort = figure.parts
    implied = {}
    if of == "test":
        tiers = counts.tiers[cohort].values()
        implied = {"k": sum(tier.diseased for tier in tiers), "n": counts.total(cohort)}
    value = percent(proportion(figure.inputs["k"], figure.inputs["n"]).value)
    return Found(value=value, method=SHARE, implied=implied, undecided=NOT_PRINTED)


def split(figure: Published, _: Counts) -> Found:
    """The test set's part of a cohort, by the printed ratio of training, validation and test."""
    parts = [float(part) for part in figure.inputs["ratio"].split(":")]
    return Found(value=figure.inputs["n"] * parts[-1] / sum(parts), method="the cohort's part by the printed ratio")


def text_range(figure: Published, counts: Counts) -> Found:
    """Of networks (and, in Results, the junior radiologist) in one cohort."""
    _, where, cohort, words = figure.parts
    arms = (*NETWORKS, "Doctor-J") if where == "results" else NETWORKS
    return Found(value=spread(counts, cohort, words.partition("_")[0], arms), method=RANGE)


def spread(counts: Counts, cohort: str, name: str, arms: Iterable[str]) -> tuple[float, float]:
    """Least and greatest, in per cent."""
    found = [percent(cell(counts.of(cohort, arm), name).value) for arm in arms]
    return min(found), max(found)


def claim(figure: Published, counts: Counts) -> Found:
    """Two sentences about all networks at once."""
    return _power(counts) if figure.parts[1] == "power_over_95" else _over_81(counts)


def _over_81(counts: Counts) -> Found:
    sensitivity, accuracy = (spread(counts, "external", name, NETWORKS)[0] for name in ("sensitivity", "accuracy"))
    return Found(
        value=sensitivity,
        method="least of Table 1's networks, by their counts",
        implied={"min_sens": sensitivity, "min_acc": accuracy},
        claim=min(sensitivity, accuracy) > 81,
        text=f"sensitivity {sensitivity:.2f} %, accuracy {accuracy:.2f} %",
    )


def _power(counts: Counts) -> Found:
    """Connor's power of McNemar's test at the observed difference, where tiers fix the pairing: T1_T2 against T1WIC."""
    powers = []
    for cohort in counts.tiers:
        table = unenhanced_against_enhanced(counts, cohort)
        found = mcnemar_power(table.first_only / table.n, table.second_only / table.n, n=table.n, alpha=0.05 / 3)
        powers.append(percent(found.power))
    return Found(
        value=tuple(powers),
        method="power of McNemar's Z (Connor), T1_T2 against T1WIC",
        claim=min(powers) > 95,
        text=f"sensitivity: {' and '.join(f'{power:.2f} %' for power in powers)}",
    )
