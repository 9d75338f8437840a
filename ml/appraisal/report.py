"""The figures of an assessment for people: every table once, shown in a terminal or in a document."""

from collections.abc import Mapping, Sequence
from typing import Any

from ml.appraisal.report_errors import error_sheets
from ml.appraisal.report_words import area, network, percent, place_of, share_and_chance
from ml.appraisal.sheet import Sheet

Found = Sequence[Mapping[str, Any]]
SYNTHETIC = "Synthetic cohorts say nothing about patients."
INTERVALS = "95 % intervals. Networks: Wald; DARNDEST: Wilson with continuity correction; AUC: DeLong."
LOCALISED = (
    "Per cent with 95 % interval / what chance gives (docs/heatmaps.md). A map without any positive cell has no peak and "
    "counts as a miss."
)


def as_text(result: Mapping[str, Any]) -> str:
    """A proof of `ml.appraisal.assessment.assess` in short: AUC, tiers and localisation; what cannot be computed says so."""
    lines = [f"{result['n']} cases, {result['positives']} recurrences (synthetic cohorts say nothing about patients)", ""]
    lines.append("model    AUC    95 % CI")
    for name, value in result["auc"].items():
        interval = result["ci"][name]
        lines.append(f"{name:8} " + (f"{value:.3f}  {interval[0]:.3f}-{interval[1]:.3f}" if interval else "not estimable"))
    lines += ["", "tier        cases  recurrences"]
    lines += [f"{tier:10} {row['cases']:6} {row['recurrences']:12}" for tier, row in result["tiers"].items()]
    lines += ["", _heatmaps([result]).text()]
    if "histogram_auc" in result:
        lines += ["", "AUC from brightness alone: " + ", ".join(f"{k} {v:.3f}" for k, v in result["histogram_auc"].items())]
    return "\n".join([*lines, *_left_out(result)]) + "\n"


def as_tables(result: Mapping[str, Any]) -> str:
    """All of `ml.appraisal.evaluation.evaluate` for a terminal, set by set."""
    parts = []
    for one in result["evaluations"]:
        head = f"{one['set']} ({network(one)}) on {one['cohort']}: {one['n']} cases, {one['positives']} recurrences"
        first, *others = sheets([one])
        parts += [f"{head}\n{'=' * len(head)}\n{SYNTHETIC}", first.turned().text(), *(one.text() for one in others)]
        parts += ["\n".join(_left_out(one)).strip()]
    parts += _skipped(result)
    return "\n\n".join(part for part in parts if part) + "\n"


def as_markdown(result: Mapping[str, Any]) -> str:
    """The same for a document, all sets in one table of each kind."""
    parts = [sheet.markdown() for sheet in sheets(result["evaluations"])]
    return "\n\n".join([SYNTHETIC, *parts, *_skipped(result)]) + "\n"


def sheets(found: Found) -> list[Sheet]:
    """Every table of these evaluations; one that would have no row is left out."""
    made = [_performance(found), _prevalences(found), _tiers(found), _tactic(found), *error_sheets(found), _heatmaps(found)]
    return [sheet for sheet in made if sheet.rows]


def _skipped(result: Mapping[str, Any]) -> list[str]:
    return [f"{one['set']} on {one['cohort']}: left out, {one['reason']}." for one in result["skipped"]]


def _left_out(result: Mapping[str, Any]) -> list[str]:
    rows = result.get("left_out") or []
    return ["", f"{len(rows)} cases left out:", *(f"  {row['case']}: {row['reason']}" for row in rows)] if rows else []


def _performance(found: Found) -> Sheet:
    shares = ("sensitivity", "specificity", "accuracy", "positive_predictive_value", "negative_predictive_value")
    counts = ("true_positive", "false_negative", "false_positive", "true_negative")
    rows = [
        [
            f"{one['cohort']}: {one['positives']} of {one['n']}",
            network(one),
            model,
            *(str(row[name]) for name in counts),
            *(percent(row[name]) for name in shares),
            area(row["auc"]),
        ]
        for one in found
        for model, row in one["models"].items()
    ]
    head = ["cohort: recurrences", "network", "model", "TP", "FN", "FP", "TN"]
    head += ["sensitivity %", "specificity %", "accuracy %", "PPV %", "NPV %", "AUC"]
    return Sheet.of("Performance (the paper's Table 1)", head, rows, INTERVALS, 2)


def _prevalences(found: Found) -> Sheet:
    rows = [
        [*place_of(one), model, f"{100 * at['prevalence']:g}", percent(at["positive"]), percent(at["negative"])]
        for one in found
        for model, row in one["models"].items()
        for at in row["at_prevalence"]
    ]
    head = ["cohort", "network", "model", "prevalence %", "PPV %", "NPV %"]
    return Sheet.of("Predictive values at other prevalences", head, rows, place=2)


def _tiers(found: Found) -> Sheet:
    rows = []
    for one in found:
        figures = one["tactic_figures"]
        kept = figures["calibration"] or {}
        for tier, row in figures["tiers"].items():
            then = [_count(kept.get(name, {}).get(tier)) for name in ("apparent_tiers", "cross_validated_tiers")]
            rows.append([*place_of(one), tier, _count(row), *then])
        totals = [one["n"], *[figures["calibration_cases"] if kept else None] * 2]
        rows.append([*place_of(one), "all cases", *("–" if total is None else str(total) for total in totals)])
    head = ["cohort", "network", "tier", "these cases", "calibration, apparent", "calibration, cross-validated"]
    note = "Cases (recurrences among them); cross-validated: means over the repeats."
    return Sheet.of("DARNDEST: tiers", head, rows, note, 2)


def _count(row: Mapping[str, float] | None) -> str:
    return "–" if row is None else f"{row['cases']:g} ({row['recurrences']:g})"


def _tactic(found: Found) -> Sheet:
    """Sensitivity, specificity, share spared contrast: as shipped, as calibrated, and chosen here as the paper did."""
    rows = []
    notes: dict[str, str] = {}
    for one in found:
        place, held = place_of(one), one["models"]["DARNDEST"]
        figures = one["tactic_figures"]
        shown = (held["sensitivity"], held["specificity"], figures["spared_contrast"])
        rows.append([*place, "these cases, cutoffs as shipped", *map(percent, shown)])
        for words, chosen in (
            ("calibration cases", figures["calibration"]),
            ("cutoffs chosen on these cases", one["rechosen"]),
        ):
            rows += _chosen(place, words, chosen)
        if figures["second"]:
            notes[one["set"]] = f"{one['set']}: {figures['second']['note']}"
    head = ["cohort", "network", "figures", "sensitivity %", "specificity %", "spared contrast %"]
    return Sheet.of("DARNDEST: what it finds and spares", head, rows, " ".join(notes.values()), 2)


def _chosen(place: Sequence[str], words: str, figures: Mapping[str, Any] | None) -> list[list[str]]:
    """Apparent, cross-validated and bootstrapped figures of cutoffs chosen on the cases themselves."""
    if not figures or figures.get("reason"):
        return [[*place, f"{words}: {figures['reason'] if figures else 'not kept'}", "–", "–", "–"]]
    apparent, honest = figures["apparent"], figures["cross_validated"]
    spared = figures["apparent_spared"], figures["cross_validated_spared"]
    return [
        [*place, f"{words}, apparent", *map(percent, (apparent["sensitivity"], apparent["specificity"], spared[0]))],
        [*place, f"{words}, cross-validated", *map(percent, (honest["sensitivity"], honest["specificity"], spared[1]))],
        [*place, f"{words}, bootstrap", percent(figures["sensitivity"]), "–", "–"],
    ]


def _heatmaps(found: Found) -> Sheet:
    """How the maps of the recurrences lie to the lesions, each figure beside chance."""
    measures = ("hit", "within_10_mm", "within_one_cell", "energy")
    rows = []
    for one in found:
        for role, row in one["heatmaps"].items():
            if not row:
                rows.append([*place_of(one), role, "no lesion masks", *["–"] * 6])
                continue
            spots = row["localisation"]
            cells = [share_and_chance(spots[name], spots["chance"][name]) if spots else "–" for name in measures]
            rows.append([*place_of(one), role, str(row["cases"]), str(row["without_peak"]), *cells, _ratio(row)])
    head = ["cohort", "network", "sequence", "lesions", "no peak", "peak in lesion", "within 10 mm", "within one cell"]
    return Sheet.of("Heatmaps against lesions", [*head, "energy in lesion", "times the lesion's share"], rows, LOCALISED, 2)


def _ratio(found: Mapping[str, Any]) -> str:
    """Peaks in the lesion against the lesion's share of the head; a dash where the head's volume is unknown."""
    return "–" if found["ratio"] is None else f"{found['ratio']:.0f}"
