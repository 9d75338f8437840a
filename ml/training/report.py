"""The figures of an assessment as a short text for people, and as tables for a document."""

from collections.abc import Mapping, Sequence
from typing import Any

NETWORKS = {"densenet3d": "3D DenseNet", "resnet3d": "3D ResNet"}


def as_text(result: Mapping[str, Any]) -> str:
    """Tables of AUC, tiers and localisation; parts that could not be computed say so."""
    lines = [f"{result['n']} cases, {result['positives']} recurrences (synthetic cohorts say nothing about patients)", ""]
    lines.append("model    AUC    95 % CI")
    for name, value in result["auc"].items():
        interval = result["ci"][name]
        lines.append(f"{name:8} " + (f"{value:.3f}  {interval[0]:.3f}-{interval[1]:.3f}" if interval else "not estimable"))
    lines += ["", "tier        cases  recurrences"]
    lines += [f"{tier:10} {row['cases']:6} {row['recurrences']:12}" for tier, row in result["tiers"].items()]
    lines += ["", "heatmap   peak in lesion   by chance   ratio"]
    for role, found in result["heatmaps"].items():
        figures = (
            f"{found['rate']:.3f}            {found['chance']:.4f}      {_ratio(found)}" if found else "no lesion masks"
        )
        lines.append(f"{role:9} {figures}")
    if "histogram_auc" in result:
        lines += ["", "AUC from brightness alone: " + ", ".join(f"{k} {v:.3f}" for k, v in result["histogram_auc"].items())]
    if result.get("left_out"):
        lines += ["", f"{len(result['left_out'])} cases left out:"] + [
            f"  {row['case']}: {row['reason']}" for row in result["left_out"]
        ]
    return "\n".join(lines) + "\n"


def _ratio(found: Mapping[str, Any]) -> str:
    """Hits against chance; a dash where the head's volume is unknown."""
    return "–" if found["ratio"] is None else f"{found['ratio']:.0f}"


def as_markdown(result: Mapping[str, Any]) -> str:
    """The tables of `ml.training.evaluation.evaluate` for a document: performance, tactic, errors, heatmaps."""
    found = result["evaluations"]
    parts = [
        "### Performance",
        _performance(found),
        "Networks: Wald; DARNDEST: Wilson with continuity correction; AUC: DeLong (all 95 %).",
        "### Predictive values at other prevalences",
        _prevalences(found),
        "### The tactic",
        _tiers(found),
        _tactic(found),
        "### Errors by kind",
        _errors(found, "false_alarms", "False positives"),
        _errors(found, "misses", "False negatives"),
        "Primary code, and in brackets how often a category was among the causes.",
        _shares(found, "imitators", "negative cases with", "Called positive, of the negative cases that hold it:"),
        _shares(found, "kinds", "kind of recurrence", "Missed, of the recurrences of that kind:"),
        _heatmaps(found),
    ]
    parts += [f"{one['set']} on {one['cohort']}: left out, {one['reason']}." for one in result["skipped"]]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _percent(figure: Mapping[str, Any] | None) -> str:
    """A share with its interval in per cent, as the paper prints it; a dash where there is none."""
    if figure is None or figure["value"] is None:
        return "–"
    if figure["low"] is None:
        return f"{100 * figure['value']:.2f}"
    return f"{100 * figure['value']:.2f} ({100 * figure['low']:.2f}, {100 * figure['high']:.2f})"


def _area(figure: Mapping[str, Any] | None) -> str:
    if figure is None or figure["value"] is None:
        return "–"
    return f"{figure['value']:.3f}" + ("" if figure["low"] is None else f" ({figure['low']:.3f}, {figure['high']:.3f})")


def _performance(found: Sequence[Mapping[str, Any]]) -> str:
    shares = ("sensitivity", "specificity", "accuracy", "positive_predictive_value", "negative_predictive_value")
    counts = ("true_positive", "false_negative", "false_positive", "true_negative")
    rows = [
        [
            f"{one['cohort']}: {one['positives']} of {one['n']}",
            _network(one),
            model,
            *(str(row[name]) for name in counts),
            *(_percent(row[name]) for name in shares),
            _area(row["auc"]),
        ]
        for one in found
        for model, row in one["models"].items()
    ]
    head = ["cohort: recurrences", "network", "model", "TP", "FN", "FP", "TN"]
    return _table([*head, "sensitivity %", "specificity %", "accuracy %", "PPV %", "NPV %", "AUC"], rows)


def _prevalences(found: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [
            one["cohort"],
            _network(one),
            model,
            f"{100 * at['prevalence']:g}",
            _percent(at["positive"]),
            _percent(at["negative"]),
        ]
        for one in found
        for model, row in one["models"].items()
        for at in row["at_prevalence"]
    ]
    return _table(["cohort", "network", "model", "prevalence %", "PPV %", "NPV %"], rows) if rows else ""


def _tiers(found: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [one["cohort"], _network(one), tier, str(row["cases"]), str(row["recurrences"])]
        for one in found
        for tier, row in one["tactic_figures"]["tiers"].items()
    ]
    return _table(["cohort", "network", "tier", "cases", "recurrences"], rows)


def _tactic(found: Sequence[Mapping[str, Any]]) -> str:
    """Sensitivity, specificity, share spared contrast: as shipped, as calibrated, and chosen here as the paper did."""
    rows = []
    for one in found:
        place, held = [one["cohort"], _network(one)], one["models"]["DARNDEST"]
        spared = one["tactic_figures"]["spared_contrast"]
        rows.append(
            [*place, "these cases, cutoffs as shipped", *map(_percent, (held["sensitivity"], held["specificity"], spared))]
        )
        for words, figures in (
            ("calibration cases", one["tactic_figures"]["calibration"]),
            ("cutoffs chosen on these cases", one["rechosen"]),
        ):
            rows += _chosen(place, words, figures)
    return _table(["cohort", "network", "figures", "sensitivity %", "specificity %", "spared contrast %"], rows)


def _chosen(place: Sequence[str], words: str, figures: Mapping[str, Any] | None) -> list[list[str]]:
    """Apparent, cross-validated and bootstrapped figures of cutoffs chosen on the cases themselves."""
    if not figures or figures.get("reason"):
        return [[*place, f"{words}: {figures['reason'] if figures else 'not kept'}", "–", "–", "–"]]
    apparent, honest = figures["apparent"], figures["cross_validated"]
    spared = figures["apparent_spared"], figures["cross_validated_spared"]
    return [
        [*place, f"{words}, apparent", *map(_percent, (apparent["sensitivity"], apparent["specificity"], spared[0]))],
        [*place, f"{words}, cross-validated", *map(_percent, (honest["sensitivity"], honest["specificity"], spared[1]))],
        [*place, f"{words}, bootstrap", _percent(figures["sensitivity"]), "–", "–"],
    ]


def _errors(found: Sequence[Mapping[str, Any]], which: str, title: str) -> str:
    if not found:
        return ""
    models = list(found[0]["errors"])
    rows = []
    for one in found:
        counted = {model: {row["category"]: row for row in one["errors"][model][which]} for model in models}
        for category in counted[models[0]]:
            cells = [counted[model][category] for model in models]
            rows.append([one["cohort"], _network(one), category, *(f"{c['primary']} ({c['any']})" for c in cells)])
        rows.append([one["cohort"], _network(one), "all", *(str(next(iter(counted[m].values()))["of"]) for m in models)])
    return _table(["cohort", "network", title.lower(), *models], rows)


def _shares(found: Sequence[Mapping[str, Any]], which: str, head: str, title: str) -> str:
    """For each imitator or kind of recurrence: errors of all such cases, by model."""
    if not found:
        return ""
    models = list(found[0]["errors"])
    rows = []
    for one in found:
        counted = {model: {row["name"]: row for row in one["errors"][model][which]} for model in models}
        for name in sorted({name for rows_of in counted.values() for name in rows_of if name}):
            cells = [counted[model].get(name) for model in models]
            rows.append([one["cohort"], _network(one), name, *("–" if cell is None else _of(cell) for cell in cells)])
    return f"{title}\n\n{_table(['cohort', 'network', head, *models], rows)}" if rows else ""


def _of(row: Mapping[str, Any]) -> str:
    return f"{row['wrong']['count']} of {row['wrong']['count'] + row['right']['count']}"


def _network(one: Mapping[str, Any]) -> str:
    """The architecture as the paper names it."""
    return NETWORKS.get(str(one["architecture"]), str(one["architecture"]))


def _heatmaps(found: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [
            one["cohort"],
            _network(one),
            role,
            f"{row['hits']} of {row['cases']}",
            str(row["within_10_mm"]),
            _ratio(row),
        ]
        for one in found
        for role, row in one["heatmaps"].items()
        if row
    ]
    head = ["cohort", "network", "sequence", "peak in lesion", "within 10 mm", "times chance"]
    return f"### Heatmaps\n\n{_table(head, rows)}" if rows else ""
