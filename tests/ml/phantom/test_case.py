"""A phantom case: the same seed gives the same bytes, and the truth is true."""

from dataclasses import replace

import numpy as np
import pytest

from ml.nasopharynx import find_nasopharynx
from ml.phantom.acquire import signals
from ml.phantom.case import PREVALENCE, ROLES, Case, Cohort, cohort_seeds, generate_case
from ml.phantom.disease import DIAMETERS, SHARES, Kind, sample_recurrence
from ml.phantom.tissues import TISSUES, Tissue, sample_tissues
from ml.series import Role

MATRIX = 128
"""Coarser than any scanner's, for speed."""


@pytest.fixture(scope="module")
def advanced() -> Case:
    """An advanced recurrence."""
    return generate_case(5, label=1, kind=Kind.ADVANCED, matrix=MATRIX)


def test_the_same_seed_gives_the_same_bytes(advanced: Case) -> None:
    again = generate_case(5, label=1, kind=Kind.ADVANCED, matrix=MATRIX)
    assert again.truth == advanced.truth
    for role in ROLES:
        assert again.volumes[role].voxels.tobytes() == advanced.volumes[role].voxels.tobytes()
        assert np.array_equal(again.volumes[role].affine, advanced.volumes[role].affine)


def test_another_seed_gives_another_case(advanced: Case) -> None:
    other = generate_case(6, label=1, kind=Kind.ADVANCED, matrix=MATRIX)
    assert other.volumes[Role.T2WI].frame_of_reference_uid != advanced.volumes[Role.T2WI].frame_of_reference_uid


def test_a_series_does_not_depend_on_which_others_are_made(advanced: Case) -> None:
    alone = generate_case(5, label=1, kind=Kind.ADVANCED, matrix=MATRIX, roles=[Role.T2WI])
    assert list(alone.volumes) == [Role.T2WI]
    assert alone.volumes[Role.T2WI].voxels.tobytes() == advanced.volumes[Role.T2WI].voxels.tobytes()


def test_the_lesion_lies_near_the_nasopharynx_and_is_as_large_as_the_truth_says(advanced: Case) -> None:
    assert advanced.lesion is not None
    lesion, truth = advanced.lesion, advanced.truth
    points = lesion.to_patient(np.argwhere(lesion.voxels > 0.5).astype(np.float64))
    assert np.linalg.norm(points.mean(axis=0) - advanced.examination.isocentre) < 35
    extent = float(np.linalg.norm(points.max(axis=0) - points.min(axis=0)))
    assert extent < 1.9 * truth.diameter, "a box about a mass of that diameter"
    assert lesion.voxels.sum() * np.prod(lesion.spacing) / 1000 == pytest.approx(truth.lesion_ml, rel=0.3)
    assert 1500 < truth.head_ml < 4500


def test_a_negative_case_has_no_lesion() -> None:
    case = generate_case(7, label=0, matrix=MATRIX)
    assert case.lesion is None
    assert (case.truth.label, case.truth.kind, case.truth.lesion_ml, case.truth.stage) == (0, "none", 0.0, "")


@pytest.mark.parametrize("kind", list(SHARES["internal"]))
def test_every_kind_has_its_size_and_stage(kind: Kind) -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        recurrence = sample_recurrence(rng, kind)
        low, high = DIAMETERS[kind]
        assert low <= recurrence.diameter <= high
        assert recurrence.stage in {"rT1", "rT2", "rT3", "rT4"}
        assert recurrence.site


@pytest.mark.parametrize(
    ("cohort", "advanced", "submucosal", "necrotic"), [("internal", 0.75, 0.856, 0.235), ("external", 0.83, 0.064, 0.167)]
)
def test_shares_are_the_papers(cohort: Cohort, advanced: float, submucosal: float, necrotic: float) -> None:
    """Paper, Results: SYSUCC 74.86, 85.6, 23.53 %; FPHF and ACHGMU pooled (188 and 123 patients) 83.3, 6.4, 16.7 %."""
    assert sum(SHARES[cohort].values()) == pytest.approx(1.0)
    rng = np.random.default_rng(4)
    drawn = [sample_recurrence(rng, cohort=cohort) for _ in range(3000)]
    assert np.mean([r.stage in {"rT3", "rT4"} for r in drawn]) == pytest.approx(advanced, abs=0.03)
    assert np.mean([r.growth == "submucosal" for r in drawn]) == pytest.approx(submucosal, abs=0.03)
    assert np.mean([r.kind is Kind.NECROTIC for r in drawn]) == pytest.approx(necrotic, abs=0.03)


def test_labels_are_spread_evenly_and_a_case_does_not_depend_on_the_cohorts_size() -> None:
    many, few = list(cohort_seeds(200, 3)), list(cohort_seeds(7, 3))
    assert many[:7] == few
    assert sum(label for _, label in many) == round(200 * PREVALENCE)
    assert len({seed for seed, _ in many}) == 200


def test_the_nasopharynx_is_found_where_it_was_put(advanced: Case) -> None:
    for role in ROLES:
        found = find_nasopharynx(advanced.volumes[role])
        assert np.linalg.norm(found - np.array(advanced.examination.isocentre)) < 20


def test_contrast_brightens_what_enhances_and_leaves_fluid(advanced: Case) -> None:
    tissues = sample_tissues(np.random.default_rng(2), 1.5)
    plain = advanced.acquisitions[Role.T1WI]
    before, after = signals(tissues, plain), signals(tissues, replace(plain, role=Role.T1WIC))
    for tissue in (Tissue.RECURRENCE, Tissue.MUCOSA):
        assert after[tissue] > 1.3 * before[tissue]
    assert after[Tissue.CSF] == pytest.approx(before[Tissue.CSF])
    assert after[Tissue.RECURRENCE] / before[Tissue.RECURRENCE] < after[Tissue.MUCOSA] / before[Tissue.MUCOSA]


def test_fat_is_dark_where_it_is_saturated() -> None:
    external = generate_case(8, "external", label=0, matrix=MATRIX)
    assert [external.acquisitions[role].fat_saturated for role in ROLES] == [False, True, True]
    tissues = sample_tissues(np.random.default_rng(3), 1.5)
    saturated = external.acquisitions[Role.T2WI]
    bright = signals(tissues, replace(saturated, fat_saturated=False))[Tissue.FAT]
    assert signals(tissues, saturated)[Tissue.FAT] < 0.2 * bright


def test_every_tissue_has_one_record_at_its_own_index() -> None:
    assert [record.tissue for record in TISSUES] == list(Tissue)


def test_unknown_cohort_and_role_are_refused() -> None:
    with pytest.raises(ValueError, match="internal, external"):
        generate_case(1, "elsewhere")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="T1WI, T2WI, T1WIC"):
        generate_case(1, roles=[Role.NONE])
