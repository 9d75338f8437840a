"""Cohorts of inputs: made once, read again, and giving nothing away by brightness."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml.appraisal.leak import LIMIT, histogram_auc, histogram_features
from ml.architecture import DenseNetSpec, ResNetSpec
from ml.bundle import Bundle
from ml.crops import COMPACT_CROP
from ml.material.cohort import CohortPlan, kept_observations, make_inputs
from ml.phantom.case import COHORTS, ROLES, cohort_seeds
from ml.preprocessing import Preprocessing
from ml.series import Role
from ml.training.demonstration import SETS, DemonstrationPlan, train_demonstration
from ml.training.guarding import make_observations
from tests.ml.conftest import coarse_case

TINY = DenseNetSpec(init_features=4, growth_rate=4, block_config=(1, 1), depth_strides=(1, 2, 1), plane_strides=(2, 2, 1))
TINY_RESNET = ResNetSpec(widths=(4, 6), block_config=(1, 1), depth_strides=(1, 2, 1), plane_strides=(2, 2, 1))
SMALL = Preprocessing(shape=(8, 24, 24), spacing=(10.0, 4.6, 4.6))


def test_a_cohort_is_made_once_and_read_again(coarse: None, tmp_path: Path) -> None:
    plan = CohortPlan("trial", 2, 8999)
    made = make_inputs(plan, COMPACT_CROP, tmp_path)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.npz")}
    again = make_inputs(plan, COMPACT_CROP, tmp_path)
    assert files == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.npz")}
    assert made.sha256 == again.sha256
    assert made.truths == again.truths
    assert made.voxels[Role.T1WI].shape == (2, *COMPACT_CROP.shape)
    assert set(made.voxels) == {Role.T1WI, Role.T2WI, Role.T1WIC}


def test_what_a_guard_needs_is_kept_with_the_inputs(coarse: None, tmp_path: Path) -> None:
    """The same as is seen when the cases are made once more, which older inputs without it need."""
    plan = CohortPlan("trial", 1, 8999)
    make_inputs(plan, SMALL, tmp_path / "inputs")
    kept = kept_observations(plan, SMALL, tmp_path / "inputs", most=200)
    again = make_observations(plan, SMALL, tmp_path / "seen")
    assert kept is not None
    assert {role: [one.to_json() for one in seen] for role, seen in kept.items()} == {
        role: [one.to_json() for one in seen] for role, seen in again.items()
    }
    assert kept_observations(plan, COMPACT_CROP, tmp_path / "inputs", most=200) is None
    (shard,) = (tmp_path / "inputs").rglob("*.npz")
    with np.load(shard) as stored:
        older = {name: stored[name] for name in stored.files if name != "seen"}
    np.savez(shard, **older)
    assert kept_observations(plan, SMALL, tmp_path / "inputs", most=200) is None
    assert make_inputs(plan, SMALL, tmp_path / "inputs").voxels[Role.T1WI].shape == (1, *SMALL.shape)


def test_another_preprocessing_is_another_cohort(coarse: None, tmp_path: Path) -> None:
    plan = CohortPlan("trial", 1, 8999)
    assert (
        make_inputs(plan, COMPACT_CROP, tmp_path).sha256
        != make_inputs(plan, Preprocessing(shape=(8, 32, 32)), tmp_path).sha256
    )


def test_no_case_is_in_two_cohorts() -> None:
    plan = DemonstrationPlan()
    seeds = [part.seed for cohort in COHORTS for part in plan.cohorts(cohort).values()]
    assert len(set(seeds)) == 8
    assert min(seeds) >= 9000, "seeds below are for whoever runs `python -m ml phantom`"


def files(folder: Path) -> dict[str, bytes]:
    """Every file below `folder` by its place."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


def test_from_nothing_to_sets_of_bundles_and_again(coarse: None, tmp_path: Path) -> None:
    """The whole of `train-demo` at a toy size; the second call finds everything made and writes the same bytes."""
    sets = {
        name: replace(shipped, network=TINY if "densenet" in name else TINY_RESNET)
        for name, shipped in SETS.items()
        if name.startswith("internal")
    }
    plan = DemonstrationPlan(
        training={"internal": 4}, validation=4, calibration=4, heldout={"internal": 4}, epochs=1,
        preprocessing=SMALL, sets=sets, lesions=2,
    )  # fmt: skip
    said: list[str] = []
    proofs = train_demonstration(plan, tmp_path / "work", tmp_path / "out", said.append, processes=1)
    assert {name: proof["n"] for name, proof in proofs.items()} == {"internal-densenet121": 4, "internal-resnet34": 4}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["demonstration", "internal-resnet34"]
    first = files(tmp_path / "out")
    bundle = Bundle.load(tmp_path / "out" / "internal-resnet34" / "T1WIC")
    assert bundle.network == TINY_RESNET
    assert len(bundle.manifest["provenance"]["curves"]) == 1
    made = {path: path.stat().st_mtime_ns for path in (tmp_path / "work" / "inputs").rglob("*.npz")}
    train_demonstration(plan, tmp_path / "work", tmp_path / "out", said.append, 1, only=["internal-resnet34"])
    assert first == files(tmp_path / "out")
    assert made == {path: path.stat().st_mtime_ns for path in (tmp_path / "work" / "inputs").rglob("*.npz")}
    assert sum("epoch 1/1" in line for line in said) == 6, "each network is trained once"


def test_the_leak_test_can_fail() -> None:
    """Brighter recurrences are found by brightness: the regression must see that."""
    rng = np.random.default_rng(1)
    labels = [i % 2 for i in range(60)]
    features = [histogram_features(rng.normal(1 + 0.5 * label, 0.2, (4, 8, 8))) for label in labels]
    assert histogram_auc(features, labels).value > 0.95 > LIMIT


def test_brightness_alone_does_not_tell_the_label(leak_cohort: tuple[dict[Role, list[np.ndarray]], list[int]]) -> None:
    features, labels = leak_cohort
    for role, found in features.items():
        assert histogram_auc(found, labels).low < LIMIT, role


@pytest.fixture(scope="module")
def leak_cohort() -> tuple[dict[Role, list[np.ndarray]], list[int]]:
    """Forty coarse cases, so the interval is asked, not the value: bundles and evidence carry the full count."""
    features: dict[Role, list[np.ndarray]] = {role: [] for role in ROLES}
    labels = []
    for seed, label in cohort_seeds(40, 8998):
        case = coarse_case(seed, label)
        labels.append(label)
        for role in ROLES:
            features[role].append(histogram_features(case.volumes[role].voxels))
    return features, labels
