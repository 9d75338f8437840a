"""Tables of drift: scores by period, what they are held against, the tactic by period, changes. No Django."""

from collections.abc import Iterator, Mapping
from typing import Any

from radapp.reports.analyses.drift import Change, Drift
from radapp.reports.files.tables import ESTIMATE, Table, estimate_cells

PERIOD = ("from_month", "to_month", "examinations")
MEASURES = ("median", "prevalence", "brier", "error", "slope", "intercept")
OWN: Mapping[str, str] = {
    "network": "T1WI, T2WI, T1_T2 or T1WIC",
    "bundle": "SHA-256 of the network's bundle; empty for T1_T2",
    "protocol": "name and version of the protocol; of a network, of all it was read under",
    "from_month": "first month of the period, since the first examination's",
    "to_month": "last month of the period",
    "before_month": "first month of the period before",
    "examinations": "of the period, by the result that stands",
    "measure": (
        "median of the scores; of those with a truth: prevalence (share with recurrence), brier, error (calibration error), "
        "slope and intercept; of the tactic: tiers, guarded results, advice withheld; of changes: what changed"
    ),
    "mean_score": "of the period",
    "with_truth": "examinations whose truth is established",
    "reference": "calibration: the cases that the cutoffs were chosen on; first period: of the same network",
    "reference_cases": "scores of the reference",
    "stability_index": "population stability index; 0 where nothing moved",
    "by_chance": "what the index is on average where nothing moved",
    "distance": "largest gap between both distributions",
    **{f"quantile_{share:02d}": f"{share} % quantile of the scores" for share in (5, 25, 50, 75, 95)},
}
QUANTILES = {f"{share / 100:g}": f"quantile_{share:02d}" for share in (5, 25, 50, 75, 95)}


def of_drift(found: Drift) -> tuple[Table, ...]:
    """Four files."""
    estimate = tuple(name for name in ESTIMATE if name != "count")
    return (
        Table(
            "scores",
            (
                *("network", "bundle", "protocol", *PERIOD, *QUANTILES.values(), "mean_score", "with_truth", "diseased"),
                *("measure", *ESTIMATE, "small"),
            ),
            tuple(_scores(found)),
            OWN,
        ),
        Table(
            "shifts",
            (
                *("network", "bundle", "protocol", *PERIOD, "reference", "reference_cases", "stability_index", "by_chance"),
                *("distance", "p", "adjusted_p", "reason", "small"),
            ),
            tuple(_shifts(found)),
            OWN,
        ),
        Table("tactic", ("protocol", *PERIOD, "measure", *ESTIMATE, "small"), tuple(_uses(found)), OWN),
        Table(
            "changes",
            ("network", "bundle", "protocol", "before_month", "from_month", "measure", *estimate),
            tuple(_changes(found)),
            OWN,
        ),
    )


def _scores(found: Drift) -> Iterator[dict[str, Any]]:
    for track in found.tracks:
        for period in track.periods:
            where = {
                **_track(track.network, track.bundle, track.protocols),
                **_period(period.first, period.last, period.examinations),
                **{QUANTILES[share]: value for share, value in period.quantiles.items()},
                "mean_score": period.mean,
                "with_truth": period.with_truth,
                "diseased": period.diseased,
                "small": period.small,
            }
            for measure in MEASURES:
                yield {**where, "measure": measure, **estimate_cells(getattr(period, measure))}


def _shifts(found: Drift) -> Iterator[dict[str, Any]]:
    for track in found.tracks:
        for period in track.periods:
            for one in period.against:
                yield {
                    **_track(track.network, track.bundle, track.protocols),
                    **_period(period.first, period.last, period.examinations),
                    "reference": one.reference,
                    "reference_cases": one.shift.reference,
                    "stability_index": one.shift.index.value,
                    "by_chance": one.shift.by_chance,
                    "distance": one.shift.distance.statistic,
                    "p": one.shift.distance.p,
                    "adjusted_p": one.adjusted.adjusted if one.adjusted else None,
                    "reason": one.shift.distance.reason,
                    "small": period.small,
                }


def _uses(found: Drift) -> Iterator[dict[str, Any]]:
    for tactic in found.tactics:
        for use in tactic.uses:
            where = {"protocol": tactic.protocol, **_period(use.first, use.last, use.examinations), "small": use.small}
            shares = {f"tier {tier}": one for tier, one in use.tiers.items()}
            for measure, one in {**shares, "guarded": use.guarded, "advice withheld": use.withheld}.items():
                yield {**where, "measure": measure, **estimate_cells(one)}


def _changes(found: Drift) -> Iterator[dict[str, Any]]:
    for track in found.tracks:
        yield from _rows(track.changes, _track(track.network, track.bundle, track.protocols))
    for tactic in found.tactics:
        yield from _rows(tactic.changes, {"protocol": tactic.protocol})


def _rows(changes: tuple[Change, ...], where: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for one in changes:
        yield {
            **where,
            "before_month": one.before,
            "from_month": one.after,
            "measure": one.measure,
            **estimate_cells(one.difference),
        }


def _track(network: str, bundle: str, protocols: tuple[str, ...]) -> dict[str, Any]:
    return {"network": network, "bundle": bundle, "protocol": "; ".join(protocols)}


def _period(first: int, last: int, examinations: int) -> dict[str, Any]:
    return {"from_month": first, "to_month": last, "examinations": examinations}
