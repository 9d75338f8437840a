"""Cases whose truth is known, cutoffs chosen from some of them and applied to others, folds and bootstrap samples. No torch.

What `ml.tactic_calibration` is made of. Cases of one patient stay together in every fold and sample.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.tactic import ChosenCutoffs, Cutoffs, Tier, choose_cutoffs, fuse_all, youden_cutoff

ROLES = ("T1WI", "T2WI", "T1WIC")
FUSED = "T1_T2"
MODELS = ("T1WI", "T2WI", FUSED, "T1WIC")
"""In the order of the paper's Table 1, T1_T2 before T1WIC as the tactic asks them."""
TACTIC = "DARNDEST"

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Resampling:
    """How often cutoffs are chosen again. 20 times 10 folds and 1000 resamples take a few seconds for 400 cases."""

    folds: int = 10
    repeats: int = 20
    resamples: int = 1000
    seed: int = 2025

    def __post_init__(self) -> None:
        """Refuse what resamples nothing."""
        if self.folds < 2 or self.repeats < 1 or self.resamples < 2:
            raise ValueError(
                f"{self.folds} folds, {self.repeats} repeats, {self.resamples} resamples; expected at least 2, 1 and 2."
            )


@dataclass(frozen=True, eq=False)
class CalibrationCases:
    """Scores of each model (n,), T1WIC NaN where there is none; truth (n,); `patient` numbers whose cases go together."""

    scores: Mapping[str, Floats]
    labels: Truths
    patient: Indices

    @classmethod
    def of(
        cls,
        scores: Mapping[str, ArrayLike],
        labels: ArrayLike,
        patients: ArrayLike | None = None,
        weights: tuple[float, float] = (0.5, 0.5),
    ) -> "CalibrationCases":
        """Check and fuse `scores` of T1WI, T2WI and T1WIC (None or NaN where there is none); ValueError where amiss."""
        y = np.asarray(labels).astype(bool)
        found = {role: np.asarray(scores[role], np.float64) for role in ROLES}
        for role, values in found.items():
            if y.ndim != 1 or values.shape != y.shape:
                raise ValueError(
                    f"{role} has scores of shape {values.shape}, labels {y.shape}; expected one of each per case."
                )
            known = values[~np.isnan(values)]
            if (role != "T1WIC" and known.size < values.size) or not ((known >= 0) & (known <= 1)).all():
                raise ValueError(f"A {role} score is missing or not from 0 to 1; leave such cases out and report them.")
        found[FUSED] = fuse_all(found["T1WI"], found["T2WI"], weights)
        _, patient = np.unique(np.arange(y.size) if patients is None else np.asarray(patients), return_inverse=True)
        if patient.shape != y.shape:
            raise ValueError(f"There are {patient.size} patients for {y.size} cases; expected one for each case.")
        made = cls(found, y, patient.astype(np.int64))
        if not made.both_kinds(np.arange(y.size)):
            raise ValueError(
                f"{int(y.sum())} of {y.size} cases are diseased, {int(y[~np.isnan(found['T1WIC'])].sum())} of "
                f"{int((~np.isnan(found['T1WIC'])).sum())} with T1WIC; both kinds are needed to choose a cutoff."
            )
        return made

    def both_kinds(self, rows: Indices) -> bool:
        """Whether cutoffs can be chosen from these rows: cases with and without recurrence that have T1WIC."""
        y, enhanced = self.labels[rows], ~np.isnan(self.scores["T1WIC"][rows])
        return bool((y & enhanced).any() and (~y & enhanced).any())

    def choose(self, rows: Indices, target: Fraction) -> "Chosen":
        """All cutoffs, from these rows alone."""
        y = self.labels[rows]
        tactic = choose_cutoffs(self.scores[FUSED][rows], y, self.scores["T1WIC"][rows], target)
        own = {role: youden_cutoff(self.scores[role][rows], y) for role in ("T1WI", "T2WI")}
        return Chosen(tactic, {**own, FUSED: tactic.cutoffs.first, "T1WIC": tactic.cutoffs.t1wic})


@dataclass(frozen=True)
class Chosen:
    """The tactic's cutoffs and each model's own."""

    tactic: ChosenCutoffs
    own: Mapping[str, float]


def tiers_of(fused: Floats, cutoffs: Cutoffs) -> NDArray[np.str_]:
    """The tier of each T1_T2 score (n,)."""
    return np.where(
        fused >= cutoffs.first,
        str(Tier.POSITIVE),
        np.where(fused >= cutoffs.second, str(Tier.SUSPICIOUS), str(Tier.NEGATIVE)),
    )


def tactic_calls(fused: Floats, t1wic: Floats, cutoffs: Cutoffs) -> Truths:
    """Whom the whole tactic calls (n,). A suspicious case without T1WIC score (NaN) counts as not called."""
    return np.asarray((fused >= cutoffs.first) | ((fused >= cutoffs.second) & (t1wic >= cutoffs.t1wic)))


@dataclass(frozen=True, eq=False)
class Calls:
    """What chosen cutoffs say of rows: each model's calls and the tactic's, and who is spared contrast."""

    called: Mapping[str, Truths]
    tiers: NDArray[np.str_]


def call(cases: CalibrationCases, rows: Indices, chosen: Chosen) -> Calls:
    """Apply cutoffs to rows."""
    scores = {model: values[rows] for model, values in cases.scores.items()}
    called = {model: scores[model] >= chosen.own[model] for model in MODELS}
    called[TACTIC] = tactic_calls(scores[FUSED], scores["T1WIC"], chosen.tactic.cutoffs)
    return Calls(called, tiers_of(scores[FUSED], chosen.tactic.cutoffs))


def folds_of(cases: CalibrationCases, folds: int, rng: np.random.Generator) -> Indices:
    """The fold of each case: patients are dealt out at random, those with and without recurrence apart."""
    diseased = _diseased_patients(cases)
    of_patient = np.empty(diseased.size, np.int64)
    offset = 0
    for kind in (True, False):
        members = rng.permutation(np.flatnonzero(diseased == kind))
        # The second kind goes on where the first one ended, so that folds differ by one patient at most.
        of_patient[members] = (np.arange(members.size) + offset) % folds
        offset += members.size
    return of_patient[cases.patient]


def resamples_of(cases: CalibrationCases, rng: np.random.Generator) -> Iterator[Indices]:
    """Bootstrap samples without end: patients drawn with replacement, as many of each kind as there are.

    Samples from which no cutoff can be chosen are passed over.
    """
    diseased = _diseased_patients(cases)
    groups = [np.flatnonzero(diseased), np.flatnonzero(~diseased)]
    everyone = np.arange(cases.labels.size)
    while True:
        drawn = np.concatenate([rng.choice(group, group.size) for group in groups])
        rows = np.repeat(everyone, np.bincount(drawn, minlength=diseased.size)[cases.patient])
        if cases.both_kinds(rows):
            yield rows


def _diseased_patients(cases: CalibrationCases) -> Truths:
    diseased = np.zeros(int(cases.patient.max()) + 1, bool)
    np.logical_or.at(diseased, cases.patient, cases.labels)
    return diseased
