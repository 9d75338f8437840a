"""Installed networks over time: do scores, tiers, guards and calibration stay what they were?

A track is one network's weights; T1_T2, and what the tactic makes of it, is a protocol's. No verdict: each change stands
with its interval, p of distances are corrected together, and how many comparisons were made is said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ml.evaluation.calibration import brier, calibration_line, reliability
from ml.evaluation.durations import quantile
from ml.evaluation.estimate import LEVEL, Estimate, Interval, Proportion, not_estimable, proportion
from ml.evaluation.multiplicity import Adjusted, holm
from ml.evaluation.shift import Shift, difference_of_means, difference_of_shares, shift
from radapp.reports.analyses.figures import SMALL, is_small
from radapp.reports.inputs.clinical import Advised, Calibrated, ClinicalInputs, ExaminationRow

NAME, VERSION = "drift", 1
FUSED = "T1_T2"
NETWORKS = ("T1WI", "T2WI", FUSED, "T1WIC")
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
LENGTHS = (1, 3, 6, 12)
TIERS = ("positive", "suspicious", "negative")
BINS = 10
FEWEST = 20
"""A calibration error of fewer cases is mostly chance."""
RULES = (
    "Each examination counts once, by the result that stands. Periods are counted from the first examination.",
    "Scores are held against those of the cases that the protocol's cutoffs were chosen on, where it keeps them, and "
    "against the track's first period. Another share with recurrence moves scores though no network changed.",
    "Brier score, calibration error, slope and intercept are of examinations whose truth is established. Those may be "
    "others than the rest: whoever was operated on has a truth sooner.",
    "The stability index is above 0 by chance, and the more so the fewer cases there are: what it is by chance stands "
    "beside it. The p of distances are corrected by Holm over all of them.",
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """`months`: length of a period."""

    months: int = 3
    level: float = LEVEL

    def __post_init__(self) -> None:
        """Refuse what no analysis can be made with."""
        if self.months not in LENGTHS:
            raise ValueError(f"A period of {self.months} months; expected {', '.join(map(str, LENGTHS))}.")


@dataclass(frozen=True, kw_only=True)
class Against:
    """A period's scores against a reference; `adjusted`: p of the distance, corrected over all of the report."""

    reference: str
    shift: Shift
    adjusted: Adjusted | None


@dataclass(frozen=True, kw_only=True)
class Period:
    """One network's scores in months `first` to `last`, counted from 0. `quantiles`: by share, the median with interval."""

    first: int
    last: int
    examinations: int
    quantiles: Mapping[str, float]
    median: Estimate
    mean: float
    against: tuple[Against, ...]
    with_truth: int
    diseased: int
    prevalence: Proportion
    brier: Estimate
    error: Estimate
    slope: Estimate
    intercept: Estimate
    small: bool


@dataclass(frozen=True, kw_only=True)
class Change:
    """One period minus the one before it."""

    measure: str
    before: int
    after: int
    difference: Estimate


@dataclass(frozen=True, kw_only=True)
class Track:
    """One network: `bundle` is the hash of its weights, empty for T1_T2; `protocols` it was read under."""

    network: str
    bundle: str
    protocols: tuple[str, ...]
    periods: tuple[Period, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Use:
    """What a protocol's tactic did in a period: tiers of all examinations, results with guards, advice withheld."""

    first: int
    last: int
    examinations: int
    tiers: Mapping[str, Proportion]
    guarded: Proportion
    withheld: Proportion
    small: bool


@dataclass(frozen=True, kw_only=True)
class Tactic:
    """One protocol over time."""

    protocol: str
    uses: tuple[Use, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Drift:
    """`comparisons`: how many changes and distances are told. `without_day`: examinations that are in no period."""

    months: int
    rules: tuple[str, ...]
    examinations: int
    without_day: int
    comparisons: int
    tracks: tuple[Track, ...]
    tactics: tuple[Tactic, ...]


def drift(inputs: ClinicalInputs, options: Options) -> Drift:
    """Of every network and every protocol that read an examination."""
    rows = [row for row in inputs.cases if row.month is not None]
    tracks = _adjusted([_track(key, some, inputs, options) for key, some in _by_track(rows).items()])
    tactics = tuple(_tactic(name, some, options) for name, some in _by_protocol(rows).items())
    changes = sum(len(one.changes) for one in tracks) + sum(len(one.changes) for one in tactics)
    distances = sum(len(period.against) for track in tracks for period in track.periods)
    return Drift(
        months=options.months,
        rules=RULES,
        examinations=len(inputs.cases),
        without_day=len(inputs.cases) - len(rows),
        comparisons=changes + distances,
        tracks=tracks,
        tactics=tactics,
    )


def _by_track(rows: Sequence[ExaminationRow]) -> dict[tuple[str, str], list[ExaminationRow]]:
    """{(network, its weights' hash; of T1_T2 its protocol): examinations it scored}, in the paper's order of networks."""
    found: dict[tuple[str, str], list[ExaminationRow]] = {}
    for network in NETWORKS:
        for row in rows:
            if network in row.scores:
                of = row.protocol if network == FUSED else row.bundles.get(network, "")
                found.setdefault((network, of), []).append(row)
    return found


def _by_protocol(rows: Sequence[ExaminationRow]) -> dict[str, list[ExaminationRow]]:
    found: dict[str, list[ExaminationRow]] = {}
    for row in rows:
        if row.protocol:
            found.setdefault(row.protocol, []).append(row)
    return found


def _periods(rows: Sequence[ExaminationRow], months: int) -> dict[int, list[ExaminationRow]]:
    """{number of the period: its examinations}, in order; periods without any are left out."""
    found: dict[int, list[ExaminationRow]] = {}
    for row in sorted(rows, key=lambda one: (one.month or 0, one.case)):
        found.setdefault((row.month or 0) // months, []).append(row)
    return found


def _track(key: tuple[str, str], rows: Sequence[ExaminationRow], inputs: ClinicalInputs, options: Options) -> Track:
    network, of = key
    protocols = tuple(dict.fromkeys(row.protocol for row in rows))
    kept = next((inputs.calibrated[name] for name in protocols if name in inputs.calibrated), None)
    periods = _periods(rows, options.months)
    first = next(iter(periods.values()))
    return Track(
        network=network,
        bundle="" if network == FUSED else of,
        protocols=protocols,
        periods=tuple(
            _period(number, some, network, _references(network, kept, None if some is first else first), options)
            for number, some in periods.items()
        ),
        changes=tuple(_score_changes(periods, network, options)),
    )


def _references(
    network: str, kept: Calibrated | None, first: Sequence[ExaminationRow] | None
) -> dict[str, tuple[float, ...]]:
    """What a period is held against: the calibration's scores where kept, the track's first period but for itself."""
    found = {}
    if kept is not None and kept.scores.get(network):
        found["calibration"] = kept.scores[network]
    if first is not None:
        found["first period"] = tuple(row.scores[network] for row in first)
    return found


def _period(
    number: int,
    rows: Sequence[ExaminationRow],
    network: str,
    references: Mapping[str, tuple[float, ...]],
    options: Options,
) -> Period:
    scores = [row.scores[network] for row in rows]
    settled = [(row.scores[network], row.truth) for row in rows if row.truth is not None]
    known, truths = [score for score, _ in settled], [bool(truth) for _, truth in settled]
    diseased, level = sum(truths), options.level
    fit = calibration_line(known, truths, level)
    few = is_small(diseased, len(truths) - diseased)
    return Period(
        first=number * options.months,
        last=(number + 1) * options.months - 1,
        examinations=len(rows),
        quantiles={f"{share:g}": float(np.quantile(scores, share)) for share in QUANTILES},
        median=quantile(scores, 0.5, level),
        mean=float(np.mean(scores)),
        against=tuple(
            Against(reference=name, shift=shift(scores, other, BINS), adjusted=None) for name, other in references.items()
        ),
        with_truth=len(truths),
        diseased=diseased,
        prevalence=proportion(diseased, len(truths), Interval.WILSON, level),
        brier=brier(known, truths, level),
        error=_enough(
            reliability(known, truths, BINS, level=level).error, len(truths) < FEWEST, f"fewer than {FEWEST} cases"
        ),
        slope=_enough(fit.slope, few, f"fewer than {SMALL} cases of a kind"),
        intercept=_enough(fit.intercept, few, f"fewer than {SMALL} cases of a kind"),
        small=is_small(len(rows)) or (bool(truths) and few),
    )


def _enough(one: Estimate, few: bool, reason: str) -> Estimate:
    return not_estimable(f"{reason} with a truth", one.method, one.n, one.level) if few else one


def _score_changes(periods: Mapping[int, Sequence[ExaminationRow]], network: str, options: Options) -> Iterator[Change]:
    for before, after in pairwise(periods):
        old, new = periods[before], periods[after]
        means = difference_of_means(
            [row.scores[network] for row in new], [row.scores[network] for row in old], options.level
        )
        squares = difference_of_means(_squares(new, network), _squares(old, network), options.level)
        for measure, one in (("mean score", means), ("Brier score", squares)):
            yield Change(measure=measure, before=before * options.months, after=after * options.months, difference=one)


def _squares(rows: Sequence[ExaminationRow], network: str) -> list[float]:
    return [(row.scores[network] - row.truth) ** 2 for row in rows if row.truth is not None]


def _adjusted(tracks: Sequence[Track]) -> tuple[Track, ...]:
    """With p of all distances corrected together."""
    ps = [one.shift.distance.p for track in tracks for period in track.periods for one in period.against]
    corrected = iter(holm(ps) if ps else ())
    return tuple(
        replace(
            track,
            periods=tuple(
                replace(period, against=tuple(replace(one, adjusted=next(corrected)) for one in period.against))
                for period in track.periods
            ),
        )
        for track in tracks
    )


def _tactic(protocol: str, rows: Sequence[ExaminationRow], options: Options) -> Tactic:
    periods = _periods(rows, options.months)
    uses = tuple(_use(number, some, options) for number, some in periods.items())
    return Tactic(protocol=protocol, uses=uses, changes=tuple(_use_changes(uses, options.level)))


def _use(number: int, rows: Sequence[ExaminationRow], options: Options) -> Use:
    def share(count: int) -> Proportion:
        return proportion(count, len(rows), Interval.WILSON, options.level)

    return Use(
        first=number * options.months,
        last=(number + 1) * options.months - 1,
        examinations=len(rows),
        tiers={
            **{tier: share(sum(row.tier == tier for row in rows)) for tier in TIERS},
            "no tier": share(sum(not row.tier for row in rows)),
        },
        guarded=share(sum(row.guarded for row in rows)),
        withheld=share(sum(row.advised is Advised.WITHHELD for row in rows)),
        small=is_small(len(rows)),
    )


def _use_changes(uses: Sequence[Use], level: float) -> Iterator[Change]:
    for old, new in pairwise(uses):
        measures = {
            **{f"tier {tier}": (new.tiers[tier], old.tiers[tier]) for tier in TIERS},
            "guarded": (new.guarded, old.guarded),
            "advice withheld": (new.withheld, old.withheld),
        }
        for measure, (first, second) in measures.items():
            difference = difference_of_shares(first, second, level)
            yield Change(measure=measure, before=old.first, after=new.first, difference=difference)
