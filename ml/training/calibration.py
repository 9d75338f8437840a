"""The calibration of a set of networks: their scores of a calibration cohort, and from these every cutoff with its worth."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from ml.appraisal.assessment import ROLES, Prediction
from ml.architecture import LAST
from ml.heatmap import grad_cam
from ml.networks import DarndestNetwork
from ml.series.role import Role
from ml.tactic import Cutoffs
from ml.tactic_calibration import TARGET, TacticCalibration, calibrate_tactic
from ml.tactic_cases import Resampling
from ml.training.loop import predict

REFERENCE_PERCENTILE = 90.0
"""Of the strongest Grad-CAM value in each recurrence of the calibration cohort: the fixed top of the heatmap's scale."""


@dataclass(frozen=True, eq=False)
class SetCalibration:
    """The tactic's calibration, and the raw Grad-CAM value that each network's heatmaps are divided by."""

    tactic: TacticCalibration
    references: Mapping[Role, float]
    layers: Mapping[Role, str]
    """Where Grad-CAM reads each network (`NetworkSpec.places`)."""

    @property
    def cutoffs(self) -> Cutoffs:
        """The tactic's cutoffs."""
        return self.tactic.cutoffs

    @property
    def own_cutoffs(self) -> dict[Role, float]:
        """Each network's own operating point."""
        return {role: self.tactic.chosen.own[str(role)] for role in ROLES}

    @property
    def fingerprint(self) -> str:
        """Twelve digits that change whenever a score or a label does."""
        return self.tactic.fingerprints["scores"][:12]


def calibrate_networks(  # noqa: PLR0913 - a cohort is three things, and all behind the star have defaults
    networks: Mapping[Role, DarndestNetwork],
    voxels: Mapping[Role, NDArray[np.float16]],
    labels: ArrayLike,
    *,
    patients: ArrayLike | None = None,
    target: float | str | Fraction = TARGET,
    resampling: Resampling | None = None,
    fingerprints: Mapping[str, str] | None = None,
    layers: Mapping[Role, str] | None = None,
) -> SetCalibration:
    """Score a calibration cohort and calibrate the tactic on it.

    `networks` one each for T1WI, T2WI and T1WIC, as they will be written (half precision included); `voxels` by role, each
    (n, D, H, W); `labels` (n,); `patients` (n,) where some have several examinations; `fingerprints` of the cohort's data
    ("inputs") are kept with the result; `layers` say where Grad-CAM reads each network (default: the entrance of the head).
    Cases must be none that a network was trained or chosen on.
    """
    full = {role: copy.deepcopy(networks[role]).float() for role in ROLES}
    truths = np.asarray(labels).astype(bool)
    tactic = calibrate_tactic(
        {str(role): predict(full[role], voxels[role]) for role in ROLES},
        truths,
        patients=patients,
        target=target,
        resampling=resampling,
        fingerprints=fingerprints,
    )
    places = {role: (layers or {}).get(role, LAST) for role in ROLES}
    references = {role: heatmap_reference(full[role], voxels[role][truths], places[role]) for role in ROLES}
    return SetCalibration(tactic, references, places)


def calibrate_predictions(
    predictions: Sequence[Prediction],
    *,
    patients: ArrayLike | None = None,
    weights: tuple[float, float] = (0.5, 0.5),
    target: float | str | Fraction = TARGET,
    resampling: Resampling | None = None,
    fingerprints: Mapping[str, str] | None = None,
) -> tuple[TacticCalibration, list[str]]:
    """Calibrate the tactic on what existing bundles said of known cases; with the names of those without T1WI or T2WI.

    For a hospital that keeps the networks and finds cutoffs on its own patients. `patients` has one entry for each of
    `predictions`.
    """
    rows = [i for i, case in enumerate(predictions) if case.fused is not None]
    left_out = [case.name for case in predictions if case.fused is None]
    kept = [predictions[i] for i in rows]
    calibration = calibrate_tactic(
        {str(role): [case.scores.get(role, np.nan) for case in kept] for role in ROLES},
        [case.label for case in kept],
        patients=None if patients is None else np.asarray(patients)[rows],
        weights=weights,
        target=target,
        resampling=resampling,
        fingerprints=fingerprints,
    )
    return calibration, left_out


def heatmap_reference(network: DarndestNetwork, voxels: NDArray[np.float16], place: str = LAST) -> float:
    """The raw Grad-CAM value at `place` that every study's heatmap is divided by, from recurrences (n, D, H, W)."""
    network.eval()
    peaks: list[float] = []
    for start in range(0, len(voxels), 8):
        _, maps = grad_cam(network, torch.from_numpy(voxels[start : start + 8].astype(np.float32))[:, None], place)
        peaks += maps.flatten(1).max(dim=1).values.tolist()
    return max(float(np.percentile(peaks, REFERENCE_PERCENTILE)), 1e-6)
