"""Networks and inputs to the calibration of a set, to files that install."""

from pathlib import Path

import numpy as np
import pytest
import torch

from ml.appraisal.assessment import ROLES
from ml.architecture import DenseNetSpec
from ml.bundle import Manifest, write_bundle
from ml.networks import DarndestNetwork, build_network
from ml.preprocessing import Preprocessing
from ml.protocol import ProtocolFile, bundle_hashes, write_protocol
from ml.series.role import Role
from ml.tactic_cases import Resampling
from ml.training.calibration import SetCalibration, calibrate_networks
from ml.training.loop import predict

SPEC = DenseNetSpec(init_features=4, growth_rate=2, block_config=(1, 1, 1, 1), plane_strides=(2, 2, 2, 1, 1))
SHAPE = (8, 16, 16)


@pytest.fixture(scope="module")
def networks() -> dict[Role, DarndestNetwork]:
    """Three small untrained networks, one of them in half precision as bundles are."""
    made = {}
    for seed, role in enumerate(ROLES):
        torch.manual_seed(seed)
        made[role] = build_network(SPEC).eval()
    made[Role.T2WI] = made[Role.T2WI].half()
    return made


@pytest.fixture(scope="module")
def voxels() -> dict[Role, np.ndarray]:
    """24 inputs of noise whose brightness follows the label (every third)."""
    rng = np.random.default_rng(0)
    bright = (np.arange(24) % 3 == 0)[:, None, None, None]
    return {role: (rng.normal(0.5, 0.3, (24, *SHAPE)) + bright * 0.4).astype(np.float16) for role in ROLES}


@pytest.fixture(scope="module")
def labels() -> np.ndarray:
    """Every third case is a recurrence."""
    return (np.arange(24) % 3 == 0).astype(np.uint8)


@pytest.fixture(scope="module")
def calibrated(networks: dict[Role, DarndestNetwork], voxels: dict[Role, np.ndarray], labels: np.ndarray) -> SetCalibration:
    """The calibration of these."""
    plan = Resampling(3, 1, 10)
    return calibrate_networks(networks, voxels, labels, resampling=plan, fingerprints={"inputs": "abc"})


def test_scores_are_the_networks_and_networks_stay_as_they_were(
    calibrated: SetCalibration, networks: dict[Role, DarndestNetwork], voxels: dict[Role, np.ndarray]
) -> None:
    assert np.array_equal(calibrated.tactic.cases.scores["T1WI"], predict(networks[Role.T1WI], voxels[Role.T1WI]))
    assert next(networks[Role.T2WI].parameters()).dtype is torch.float16
    assert set(calibrated.references) == set(ROLES)
    assert all(value > 0 for value in calibrated.references.values())
    assert calibrated.own_cutoffs[Role.T1WIC] == calibrated.cutoffs.t1wic
    assert len(calibrated.fingerprint) == 12


def test_other_labels_have_another_fingerprint(
    calibrated: SetCalibration, networks: dict[Role, DarndestNetwork], voxels: dict[Role, np.ndarray], labels: np.ndarray
) -> None:
    other = calibrate_networks(networks, voxels, np.roll(labels, 1), resampling=Resampling(2, 1, 2))
    assert other.fingerprint != calibrated.fingerprint


def test_a_set_is_written_with_all_that_is_known_of_it(
    calibrated: SetCalibration, networks: dict[Role, DarndestNetwork], tmp_path: Path
) -> None:
    for role in ROLES:
        manifest = Manifest(
            name=f"small {role}",
            role=role,
            network=SPEC,
            preprocessing=Preprocessing(),
            cutoff=calibrated.own_cutoffs[role],
            heatmap_reference=calibrated.references[role],
            fat_saturated=False,
            synthetic=True,
            label="demonstration, synthetic data",
            metrics={"calibration": calibrated.tactic.of_role(str(role))},
        )
        bundle = write_bundle(tmp_path / role, networks[role], manifest)
        kept = bundle.manifest["metrics"]["calibration"]
        assert kept["cutoff"]["value"] == bundle.cutoff
        assert kept["fingerprints"]["inputs"] == "abc"
        assert kept["cross_validated"]["sensitivity"]["n"] == 8
    path = write_protocol(tmp_path, calibrated.tactic, name="small", label="demonstration, synthetic data", synthetic=True)
    assert ProtocolFile.load(path).check(bundle_hashes(tmp_path))
