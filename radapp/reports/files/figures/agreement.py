"""Kappa and AC1 of every two over all cases as a forest, a figure a cohort."""

from functools import partial

from matplotlib.figure import Figure

from ml.evaluation.estimate import LEVEL
from radapp.reports.analyses.agreement import ALL_CASES, Agreement, Cohort, Pair, Relation
from radapp.reports.files.drawing import Said
from radapp.reports.files.figures.forest import MOST_ROWS, coefficients, forest, judge_name, two_panels
from radapp.reports.files.figures.pictures import Picture, Source, Words, named
from radapp.reports.files.naming import cohort_names


def pictures(found: Agreement) -> tuple[Picture, ...]:
    """One a cohort that has two judges."""
    names = cohort_names(one.name for one in found.cohorts)
    return tuple(Picture(f"{names[one.name]}-figure", partial(_agreement, one)) for one in found.cohorts if one.pairs)


def _agreement(cohort: Cohort, source: Source, words: Words) -> tuple[Figure, Said]:
    every = [one for one in cohort.pairs if one.stratum == ALL_CASES]
    pairs = every[:MOST_ROWS]
    names = [_two(one, words) for one in pairs]
    level = pairs[0].measures["kappa"].estimate.level if pairs else LEVEL
    small = any(one.measures[key].small for one in pairs for key in ("kappa", "ac1"))
    more = words["more_rows"].format(count=MOST_ROWS) if len(every) > MOST_ROWS else ""
    title = words["agreement_figure"].format(cohort=named(cohort.name, words))
    said = source.said(title, words, level=level, small=small, rules=more)
    figure, (first, second) = two_panels(said, names)
    found = {key: [one.measures[key] for one in pairs] for key in ("kappa", "ac1")}
    scale = coefficients([*found["kappa"], *found["ac1"]])
    for axes, measure in ((first, "kappa"), (second, "ac1")):
        axes.set_title(words[measure])
        forest(axes, names if axes is first else None, found[measure], scale, words)
    return figure, said


def _two(one: Pair, words: Words) -> str:
    first = judge_name(one.first, words)
    return f"{first} ×2" if one.relation is Relation.TWICE else f"{first} / {judge_name(one.second, words)}"
