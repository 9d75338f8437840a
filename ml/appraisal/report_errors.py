"""The errors of an evaluation as tables: by category as in the paper's Fig. 3, and what wrong and right cases hold."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ml.appraisal.report_words import place_of
from ml.appraisal.sheet import Sheet

Found = Sequence[Mapping[str, Any]]
Cell = Callable[[Mapping[str, Any] | None], str]
LEFT_OUT = (
    "Main cause first, in brackets how often a category was among the causes. A synthetic false alarm is made again without "
    "each of its imitators: a cause is one without which the case is not called, the main cause the one that lowers the "
    "score most. 'other': it is called without any single one too, or the main cause is none of the paper's. Real cases, "
    "and with --no-causes: by what lies at the heatmap's peak, else by what the case holds."
)
PEAK = (
    "What the heatmap that decided points at: the imitator nearest to its peak, within 10 mm; 'other' where there is none."
)
MISSED = "By kind and site first, then by where the heatmap points; in brackets how often a category was among the causes."
HOLD = "Per cent of the false alarms / of the cases rightly not called that hold it: what both hold alike explains no alarm."


def error_sheets(found: Found) -> list[Sheet]:
    """All of them; none without an evaluation."""
    if not found:
        return []
    return [
        _categories(found, "false_alarms", "False positives by what they hang on", "false positives", LEFT_OUT),
        _causes(found),
        _categories(found, "at_peak", "False positives by what lies at the heatmap's peak", "false positives", PEAK),
        _held(found),
        _categories(found, "misses", "False negatives by kind", "false negatives", MISSED),
        _missed(found, "kinds", "Recurrences missed, by kind", "kind of recurrence"),
        _missed(found, "sites", "Recurrences missed, by site", "site"),
    ]


def _models(found: Found) -> list[str]:
    return list(found[0]["errors"])


def _categories(found: Found, which: str, title: str, head: str, note: str) -> Sheet:
    models = _models(found)
    rows = []
    for one in found:
        counted = {model: {row["category"]: row for row in one["errors"][model][which]} for model in models}
        for category in counted[models[0]]:
            cells = [counted[model][category] for model in models]
            rows.append([*place_of(one), category, *(f"{c['primary']} ({c['any']})" for c in cells)])
        rows.append([*place_of(one), "all", *(str(next(iter(counted[m].values()))["of"]) for m in models)])
    return Sheet.of(title, ["cohort", "network", head, *models], rows, note, 2)


def _causes(found: Found) -> Sheet:
    models = _models(found)
    rows = []
    for one in found:
        causes = {model: one["errors"][model]["causes"] for model in models}
        for name in sorted({name for counted in causes.values() for name in counted}):
            rows.append([*place_of(one), name, *(str(causes[model].get(name, 0)) for model in models)])
    head = ["cohort", "network", "main cause", *models]
    return Sheet.of("False positives by the imitator they hang on", head, rows, place=2)


def _held(found: Found) -> Sheet:
    """What wrong cases hold more often than right ones raises the risk; what everybody holds explains nothing."""

    def cell(row: Mapping[str, Any] | None) -> str:
        return "–" if row is None else f"{_percent(row['wrong'])} / {_percent(row['right'])}"

    title = "What false positives hold, against true negatives"
    return _by_name(found, "imitators", title, "negative cases with", cell, HOLD)


def _missed(found: Found, which: str, title: str, head: str) -> Sheet:
    def cell(row: Mapping[str, Any] | None) -> str:
        return "–" if row is None else f"{row['wrong']['count']} of {row['wrong']['count'] + row['right']['count']}"

    return _by_name(found, which, title, head, cell, "")


def _by_name(found: Found, which: str, title: str, head: str, cell: Cell, note: str) -> Sheet:
    models = _models(found)
    rows = []
    for one in found:
        counted = {model: {row["name"]: row for row in one["errors"][model][which]} for model in models}
        for name in sorted({name for rows_of in counted.values() for name in rows_of if name}):
            rows.append([*place_of(one), name, *(cell(counted[model].get(name)) for model in models)])
    return Sheet.of(title, ["cohort", "network", head, *models], rows, note, 2)


def _percent(share: Mapping[str, Any]) -> str:
    return "–" if share["value"] is None else f"{100 * share['value']:.0f}"
