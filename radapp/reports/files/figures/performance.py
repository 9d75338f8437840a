"""Sensitivity and specificity of every judge as a forest, a figure a cohort."""

from functools import partial

from matplotlib.figure import Figure

from ml.evaluation.estimate import LEVEL
from radapp.reports.analyses.performance import Cohort, Performance
from radapp.reports.files.drawing import Said
from radapp.reports.files.figures.forest import MOST_ROWS, PERCENT, forest, judge_name, two_panels
from radapp.reports.files.figures.pictures import Picture, Source, Words, named
from radapp.reports.files.naming import cohort_names


def pictures(found: Performance) -> tuple[Picture, ...]:
    """One a cohort."""
    names = cohort_names(one.name for one in found.cohorts)
    return tuple(Picture(f"{names[one.name]}-figure", partial(_performance, one)) for one in found.cohorts)


def _performance(cohort: Cohort, source: Source, words: Words) -> tuple[Figure, Said]:
    rows = cohort.rows[:MOST_ROWS]
    names = [judge_name(row.judge, words) for row in rows]
    level = rows[0].figures["sensitivity"].estimate.level if rows else LEVEL
    small = any(row.figures[one].small for row in rows for one in ("sensitivity", "specificity"))
    more = words["more_rows"].format(count=MOST_ROWS) if len(cohort.rows) > MOST_ROWS else ""
    title = words["performance_figure"].format(cohort=named(cohort.name, words))
    said = source.said(title, words, level=level, small=small, rules=more)
    figure, (first, second) = two_panels(said, names)
    for axes, measure in ((first, "sensitivity"), (second, "specificity")):
        axes.set_title(words[f"{measure}_axis"])
        forest(axes, names if axes is first else None, [row.figures[measure] for row in rows], PERCENT, words)
    return figure, said
