"""Several readers at once (MRMC): their mean area under one side, and two sides compared, of whom it may be said.

Sides have the names that a protocol gives them: `reader:all`, `stage:aided`, `arm:KEY`, `seniority:senior`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from ml.evaluation.estimate import Comparison, Estimate, not_estimable
from ml.evaluation.mrmc.obuchowski_rockette import obuchowski_rockette
from ml.evaluation.mrmc.readings import Readings
from ml.evaluation.mrmc.results import ArmDifference, Inference
from ml.evaluation.mrmc.u_statistics import u_statistics
from ml.evaluation.multiplicity import Adjusted
from radapp.reports.analyses.areas import scores_of
from radapp.reports.analyses.comparisons import corrected_ps
from radapp.reports.analyses.figures import is_small
from radapp.reports.analyses.judges import Counted, Kind
from radapp.reports.analyses.standing import Promised, Standing, standing_of

TWICE = "under {0} a reader gave several likelihoods of one case: name a stage or an arm"
METHOD = "several readers, several cases"
ALL = "reader:all"


@dataclass(frozen=True, kw_only=True)
class Several:
    """The readers' mean area of the `first` side; where there is a `second`, its own, and first minus second.

    `inference`: whom the answer is about; `note` why it is not about readers in general. `each`: every reader's own
    difference. `adjusted`: p corrected within the cohort's comparisons of several readers.
    """

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


def several(found: Sequence[Counted], promised: Promised, correction: str, level: float) -> tuple[Several, ...]:
    """All readers together, then every two sides; nothing where nobody gave likelihoods."""
    readers = [one for one in found if one.judge.kind is Kind.READER and one.scored.any()]
    if not readers:
        return ()
    made = [_made(sides, readers, promised, level) for sides in [(ALL,), *_two_sides(readers)]]
    tested = iter(corrected_ps([one.difference.p for one in made if one.difference], correction, promised.plan.alpha))
    return tuple(replace(one, adjusted=next(tested)) if one.difference else one for one in made)


def _two_sides(readers: Sequence[Counted]) -> list[tuple[str, str]]:
    """Aided against unaided; arms; seniorities of which at least two readers each took part."""
    stages = {one.judge.stage for one in readers}
    pairs = [("stage:aided", "stage:unaided")] if {"aided", "unaided"} <= stages else []
    pairs += combinations(sorted({f"arm:{one.judge.arm}" for one in readers}), 2)
    names = {kind: {one.judge.name for one in readers if one.judge.seniority == kind} for kind in ("senior", "junior")}
    if all(len(of_it) > 1 for of_it in names.values()):
        pairs.append(("seniority:senior", "seniority:junior"))
    return pairs


def _made(sides: Sequence[str], readers: Sequence[Counted], promised: Promised, level: float) -> Several:
    under = {side: [one for one in readers if side in one.judge.sides] for side in sides}
    cases = {case: truth for of_it in under.values() for one in of_it for case, truth in _truths(one)}
    truths = list(cases.values())
    made = Several(
        first=sides[0],
        second=sides[1] if len(sides) > 1 else "",
        readers=tuple(dict.fromkeys(one.judge.name for of_it in under.values() for one in of_it)),
        cases=len(cases),
        design="",
        inference=None,
        note="",
        areas=(),
        difference=None,
        each=(),
        adjusted=None,
        standing=standing_of(promised.of_sides("auc", *sides)),
        small=is_small(sum(truths), len(truths) - sum(truths)),
    )
    twice = [side for side, of_it in under.items() if _twice(of_it)]
    return _not_made(made, TWICE.format(twice[0]), level) if twice else _answered(made, _readings(under), level)


def _truths(one: Counted) -> list[tuple[int, bool]]:
    return [(one.cases[place], bool(one.truths[place])) for place in one.scored.nonzero()[0]]


def _twice(judges: Sequence[Counted]) -> bool:
    rows = [(one.judge.name, case) for one in judges for case, _ in _truths(one)]
    return len(set(rows)) < len(rows)


def _not_made(made: Several, reason: str, level: float) -> Several:
    none = not_estimable(reason, METHOD, made.cases, level)
    difference = Comparison(**vars(none), statistic=None, p=None) if made.second else None
    return replace(made, areas=(none,) * (2 if made.second else 1), difference=difference)


def _readings(under: dict[str, list[Counted]]) -> Readings:
    rows = [
        (side, one.judge.name, case, score, truth)
        for side, of_it in under.items()
        for one in of_it
        for (case, truth), score in zip(_truths(one), scores_of(one), strict=True)
    ]
    sides, readers, cases, scores, truths = zip(*rows, strict=True)
    return Readings.from_long(sides, readers, cases, scores, truths)


def _answered(made: Several, readings: Readings, level: float) -> Several:
    """By Obuchowski and Rockette where the design has that test, else by U-statistics; they say why where there is none."""
    design = readings.design()
    found = obuchowski_rockette(readings, level=level)
    inferred = found.random if found.advised is Inference.RANDOM else found.fixed_readers
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
