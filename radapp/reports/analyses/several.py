"""Several readers at once (MRMC): their mean figure under one side, and two sides compared, of whom it may be said.

Sides have the names that a protocol gives them: `reader:all`, `stage:aided`, `arm:KEY`, `seniority:senior`, and
`network:NAME` for a network against several readers. Figures are areas of likelihoods, or sensitivities and specificities
of calls.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ml.evaluation.estimate import Comparison, Estimate, not_estimable, proportion
from ml.evaluation.mrmc.covariances import Figure
from ml.evaluation.mrmc.fixed_modality import against_readers
from ml.evaluation.mrmc.obuchowski_rockette import obuchowski_rockette
from ml.evaluation.mrmc.readings import Readings
from ml.evaluation.mrmc.results import ArmDifference, Inference
from ml.evaluation.mrmc.u_statistics import u_statistics
from ml.evaluation.multiplicity import Adjusted
from ml.evaluation.roc import auc
from radapp.reports.analyses.comparisons import corrected_ps
from radapp.reports.analyses.figures import is_small
from radapp.reports.analyses.judges import Counted, Kind
from radapp.reports.analyses.standing import Promised, Standing, standing_of

TWICE = "under {0} a reader gave several likelihoods of one case: name a stage or an arm"
TOGETHER = "there is no case that the network and all {0} readers judged"
CASES_OF_ALL = "of the {0} cases that the network and all of these readers judged"
METHOD = "several readers, several cases"
ALL = "reader:all"
MEASURES: Mapping[str, Figure] = {
    "auc": Figure.AREA,
    "sensitivity": Figure.SENSITIVITY,
    "specificity": Figure.SPECIFICITY,
}
"""{endpoint of a protocol: what it is of several readers}"""


@dataclass(frozen=True, kw_only=True)
class Several:
    """The readers' mean figure of the `first` side; where there is a `second`, its own, and first minus second.

    `measure`: auc, sensitivity or specificity. `inference`: whom the answer is about; `note` why it is not about readers in
    general. `each`: every reader's own difference. `adjusted`: p corrected within the cohort's comparisons of this measure:
    readers with readers, networks with readers.
    """

    measure: str
    first: str
    second: str
    readers: tuple[str, ...]
    cases: int
    design: str
    inference: Inference | None
    note: str
    areas: tuple[Estimate, ...]
    difference: Comparison | None
    each: tuple[ArmDifference, ...]
    adjusted: Adjusted | None
    standing: Standing
    small: bool


def several(
    found: Sequence[Counted], promised: Promised, correction: str, level: float, measures: Sequence[str] = ("auc",)
) -> tuple[Several, ...]:
    """All readers together, every two sides, and every network against several; nothing where nobody gave such answers."""
    made: list[Several] = []
    for measure in measures:
        judges = [one for one in found if measure != "auc" or one.scored.any()]
        readers = [one for one in judges if one.judge.kind is Kind.READER]
        if not readers:
            continue
        networks = [one for one in judges if one.judge.kind is not Kind.READER]
        for pairs in ([(ALL,), *_two_sides(readers)], _network_sides(networks, readers)):
            family = [compared(sides, judges, promised, level, measure) for sides in pairs]
            made += _corrected(family, correction, promised.plan.alpha)
    return tuple(made)


def _corrected(family: Sequence[Several], correction: str, alpha: float) -> list[Several]:
    tested = iter(corrected_ps([one.difference.p for one in family if one.difference], correction, alpha))
    return [replace(one, adjusted=next(tested)) if one.difference else one for one in family]


def _network_sides(networks: Sequence[Counted], readers: Sequence[Counted]) -> list[tuple[str, str]]:
    """Each network against all readers, or against those of each stage and arm where a reader answered a case twice."""
    settings = dict.fromkeys(
        f"stage:{one.judge.stage}" if one.judge.stage != "only" else f"arm:{one.judge.arm}" for one in readers
    )
    sides = list(settings) if len(settings) > 1 else [ALL]
    of_side = {side: {one.judge.name for one in readers if side in one.judge.sides} for side in sides}
    return [(f"network:{one.judge.name}", side) for side in sides if len(of_side[side]) > 1 for one in networks]


def _two_sides(readers: Sequence[Counted]) -> list[tuple[str, str]]:
    """Aided against unaided; arms; seniorities of which at least two readers each took part."""
    stages = {one.judge.stage for one in readers}
    pairs = [("stage:aided", "stage:unaided")] if {"aided", "unaided"} <= stages else []
    pairs += combinations(sorted({f"arm:{one.judge.arm}" for one in readers}), 2)
    names = {kind: {one.judge.name for one in readers if one.judge.seniority == kind} for kind in ("senior", "junior")}
    if all(len(of_it) > 1 for of_it in names.values()):
        pairs.append(("seniority:senior", "seniority:junior"))
    return pairs


def compared(
    sides: Sequence[str], judges: Sequence[Counted], promised: Promised, level: float, measure: str = "auc"
) -> Several:
    """One side, or first and second, of those judges that they mean."""
    under = {side: [one for one in judges if side in one.judge.sides] for side in sides}
    cases = {case: truth for of_it in under.values() for one in of_it for case, truth, _ in _said(one, measure)}
    truths = list(cases.values())
    made = Several(
        measure=measure,
        first=sides[0],
        second=sides[1] if len(sides) > 1 else "",
        readers=tuple(dict.fromkeys(one.judge.name for one in _readers(under))),
        cases=len(cases),
        design="",
        inference=None,
        note="",
        areas=(),
        difference=None,
        each=(),
        adjusted=None,
        standing=standing_of(promised.of_sides(measure, *sides)),
        small=is_small(sum(truths), len(truths) - sum(truths)),
    )
    twice = [side for side, of_it in under.items() if _twice(of_it, measure)]
    if twice:
        return _not_made(made, TWICE.format(twice[0]), level)
    networks = [one for of_it in under.values() for one in of_it if one.judge.kind is not Kind.READER]
    if networks:
        return _against_network(made, networks[0], _readers(under), level)
    return _answered(made, _readings(under, measure), level)


def _readers(under: Mapping[str, Sequence[Counted]]) -> list[Counted]:
    return [one for of_it in under.values() for one in of_it if one.judge.kind is Kind.READER]


def _said(one: Counted, measure: str) -> list[tuple[int, bool, float]]:
    """(case, truth, rating): the likelihood where there is one, or the call as 1 or 0."""
    if measure != "auc":
        return [(case, bool(y), float(call)) for case, y, call in zip(one.cases, one.truths, one.calls, strict=True)]
    known = zip(one.cases, one.truths, one.scores, strict=True)
    return [(case, bool(truth), score) for case, truth, score in known if score is not None]


def _twice(judges: Sequence[Counted], measure: str) -> bool:
    rows = [(one.judge.name, case) for one in judges for case, _, _ in _said(one, measure)]
    return len(set(rows)) < len(rows)


def _not_made(made: Several, reason: str, level: float) -> Several:
    none = not_estimable(reason, METHOD, made.cases, level)
    difference = Comparison(**vars(none), statistic=None, p=None) if made.second else None
    return replace(made, areas=(none,) * (2 if made.second else 1), difference=difference)


def _readings(under: Mapping[str, Sequence[Counted]], measure: str) -> Readings:
    rows = [
        (side, one.judge.name, case, rating, truth)
        for side, of_it in under.items()
        for one in of_it
        for case, truth, rating in _said(one, measure)
    ]
    sides, readers, cases, ratings, truths = zip(*rows, strict=True)
    return Readings.from_long(sides, readers, cases, ratings, truths)


def _against_network(made: Several, network: Counted, readers: Sequence[Counted], level: float) -> Several:
    """On the cases that all of them judged; first minus second, whichever side the network is."""
    said = [{case: (truth, rating) for case, truth, rating in _said(one, made.measure)} for one in (network, *readers)]
    shared = [case for case in said[0] if all(case in one for one in said[1:])]
    if not shared:
        return _not_made(made, TOGETHER.format(len(readers)), level)
    ratings = np.array([[one[case][1] for case in shared] for one in said], float)
    truths = np.array([said[0][case][0] for case in shared], bool)
    figure = MEASURES[made.measure]
    found = against_readers(ratings[0], ratings[1:], truths, figure=figure, level=level)
    alone = obuchowski_rockette(Readings.of(ratings[1:][None], truths), level=level, figure=figure)
    inferred = alone.random if found.advised is Inference.RANDOM else alone.fixed_readers
    none = not_estimable(alone.reason or found.reason, METHOD, found.n, level)
    own, mean = _own(ratings[0], truths, made.measure, level), inferred.arms[0] if inferred else none
    first = made.first.startswith("network:")
    note = "; ".join(filter(None, (CASES_OF_ALL.format(len(shared)), found.note)))
    return replace(
        made,
        cases=len(shared),
        design=alone.design.value if alone.design else "",
        inference=found.advised,
        note=note,
        areas=(own, mean) if first else (mean, own),
        difference=found.difference if first else _turned(found.difference),
        small=is_small(int(truths.sum()), int((~truths).sum())),
    )


def _own(ratings: NDArray[np.float64], truths: NDArray[np.bool_], measure: str, level: float) -> Estimate:
    if measure == "auc":
        return auc(ratings, truths, level)
    kind = truths if measure == "sensitivity" else ~truths
    return proportion(int(((ratings > 0) == truths)[kind].sum()), int(kind.sum()), level=level)


def _turned(one: ArmDifference) -> ArmDifference:
    """Second minus first."""
    value, low, high, statistic = (None if at is None else -at for at in (one.value, one.high, one.low, one.statistic))
    return replace(
        one, value=value, low=low, high=high, statistic=statistic, first=one.second, second=one.first
    )  # fmt: skip


def _answered(made: Several, readings: Readings, level: float) -> Several:
    """By Obuchowski and Rockette where the design has that test, else by U-statistics; they say why where there is none."""
    design = readings.design()
    figure = MEASURES[made.measure]
    found = obuchowski_rockette(readings, level=level, figure=figure)
    inferred = found.random if found.advised is Inference.RANDOM else found.fixed_readers
    if figure is not Figure.AREA and inferred is None:
        return replace(_not_made(made, found.reason, level), design=design.value if design else "uneven")
    if inferred is not None:
        areas, differences, each = inferred.arms, inferred.differences, found.readers
        advised, note = found.advised, found.note
    else:
        other = u_statistics(readings, level)
        advised, note, each = other.advised, other.note, ()
        random = advised is Inference.RANDOM
        areas = other.arms if random else other.fixed_arms
        differences = other.differences if random else other.fixed_differences
    return replace(
        made,
        design=design.value if design else "uneven",
        inference=advised,
        note=note,
        areas=areas,
        difference=differences[0] if made.second else None,
        each=each if made.second else (),
    )
