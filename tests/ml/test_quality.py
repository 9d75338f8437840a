"""Each gate's measure on volumes with a known fault, and what a failed gate does."""

from dataclasses import replace

import numpy as np
import pytest

from ml.guard import Acquired, acquired
from ml.phantom.case import Case, generate_case
from ml.quality import GATES, Outcome, QualityGates, measure
from ml.series.role import Role
from ml.survey import survey
from ml.volume import Volume, VolumeRefused
from tests.safeguards import CROP

LIMITS = QualityGates({name: gate.default for name, gate in GATES.items()}, cases=0, rate=1.0)


@pytest.fixture(scope="module")
def case() -> Case:
    return generate_case(8300, roles=[Role.T1WI], matrix=128)


@pytest.fixture(scope="module")
def volume(case: Case) -> Volume:
    return case.volumes[Role.T1WI]


def _measures(volume: Volume, middle: tuple[float, ...], one: Acquired | None = None) -> dict[str, float | None]:
    prepared = CROP.apply(volume, np.asarray(middle))
    return measure(volume, prepared, survey(volume, prepared), one or acquired(volume))


def test_a_sound_series_passes(volume: Volume, case: Case) -> None:
    assert LIMITS.check(_measures(volume, case.examination.isocentre)) == ()


def test_ghosts_along_either_direction_are_measured(volume: Volume, case: Case) -> None:
    for axis in (1, 2):
        ghosts = volume.voxels + 0.12 * np.roll(volume.voxels, volume.shape[axis] // 2, axis=axis)
        measures = _measures(replace(volume, voxels=ghosts.astype(np.float32)), case.examination.isocentre)
        # Ghosts that reach the border look like tissue cut off, too: either way advice is withheld.
        assert "motion" in LIMITS.failed(measures)


def test_noise_on_all_sides_is_no_ghost(volume: Volume, case: Case) -> None:
    noise = np.random.default_rng(1).rayleigh(0.05 * np.percentile(volume.voxels, 95), volume.shape)
    noisy = replace(volume, voxels=(volume.voxels + noise).astype(np.float32))
    assert "motion" not in LIMITS.failed(_measures(noisy, case.examination.isocentre))


def test_a_head_cut_off_is_measured_in_mm(volume: Volume, case: Case) -> None:
    columns = volume.shape[2] // 3
    affine = volume.affine.copy()
    affine[:3, 3] += affine[:3, 2] * columns
    cut = Volume(np.ascontiguousarray(volume.voxels[:, :, columns:]), affine, volume.frame_of_reference_uid)
    measures = _measures(cut, case.examination.isocentre)
    assert {"cut off", "missing"} & set(LIMITS.failed(measures))
    assert measures["cut off"] == pytest.approx(150, abs=60)


def test_a_stack_too_short_is_not_assessable(volume: Volume, case: Case) -> None:
    k = round(float(volume.to_indices(np.asarray(case.examination.isocentre))[0]))
    affine = volume.affine.copy()
    affine[:3, 3] += affine[:3, 0] * (k - 5)
    short = Volume(np.ascontiguousarray(volume.voxels[k - 5 : k + 6]), affine, volume.frame_of_reference_uid)
    with pytest.raises(VolumeRefused, match="at least 70 mm") as refused:
        LIMITS.check(_measures(short, case.examination.isocentre))
    assert "sella" in refused.value.remedy


def test_slices_filled_in_and_wide_gaps_withhold_advice(volume: Volume, case: Case) -> None:
    k = round(float(volume.to_indices(np.asarray(case.examination.isocentre))[0]))
    filled = replace(acquired(volume), filled=(0, k, k + 1))
    measures = _measures(volume, case.examination.isocentre, filled)
    assert measures["filled"] == pytest.approx(2 * volume.spacing[0])
    assert LIMITS.failed(measures) == ["filled"]
    apart = replace(acquired(volume), numbers={"slice_thickness": volume.spacing[0] - 2.5}, names={"acquisition": "2D"})
    assert LIMITS.failed(_measures(volume, case.examination.isocentre, apart)) == ["gap"]


def test_what_cannot_be_measured_stops_nobody() -> None:
    assert LIMITS.failed(dict.fromkeys(GATES)) == []


def test_gates_are_kept_with_unit_side_and_outcome() -> None:
    kept = LIMITS.to_json()
    assert QualityGates.from_json(kept) == LIMITS
    assert kept["gates"]["motion"]["outcome"] == Outcome.WITHHELD
    assert {gate["side"] for gate in kept["gates"].values()} == {"least", "most"}
    del kept["gates"]["motion"]
    with pytest.raises(ValueError, match="expected a finite limit"):
        QualityGates.from_json(kept)
