"""A phantom case: the same seed gives the same bytes, and the truth is true."""

from dataclasses import replace

import numpy as np
import pytest

from ml.nasopharynx import find_nasopharynx
from ml.phantom.acquire import Head, acquire, signals
from ml.phantom.canvas import Canvas
from ml.phantom.case import COHORTS, PREVALENCE, ROLES, Case, Cohort, Patient, cohort_seeds, generate_case
from ml.phantom.defects import Defect
from ml.phantom.disease import DIAMETERS, SHARES, Kind, Recurrence, sample_recurrence
from ml.phantom.scanner import sample_examination
from ml.phantom.tissues import TISSUES, Tissue, sample_tissues
from ml.series import Role

MATRIX = 96
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


def test_imitators_do_not_look_at_the_label() -> None:
    """The same seed with and without recurrence has the same sequelae: they are drawn before the recurrence is painted."""
    for seed in range(20, 24):
        with_it, without = (generate_case(seed, label=label, matrix=MATRIX, roles=[]) for label in (1, 0))
        assert with_it.truth.imitators == without.truth.imitators


def test_nodal_recurrence_alone_is_negative() -> None:
    case = generate_case(11, kind=Kind.NODAL, matrix=MATRIX, roles=[Role.T1WIC])
    assert (case.truth.label, case.truth.kind, case.truth.stage) == (0, "nodal only", "")
    assert case.lesion is None
    plain = generate_case(11, kind=Kind.NONE, matrix=MATRIX, roles=[Role.T1WIC])
    assert not np.array_equal(case.volumes[Role.T1WIC].voxels, plain.volumes[Role.T1WIC].voxels), "the node is painted"


def test_label_and_kind_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="nodal only"):
        generate_case(1, label=1, kind=Kind.NODAL)
    with pytest.raises(ValueError, match="advanced"):
        generate_case(1, label=0, kind=Kind.ADVANCED)


def test_submucosal_growth_leaves_mucosa_over_the_mass() -> None:
    """Where the mass meets air there is a lining: hardly any voxel of the mask touches air within its plane."""
    shares = {}
    for growth in ("submucosal", "mucosal"):
        touching = edge = 0
        for seed in range(3):
            canvas = _painted(seed, growth)
            mass = canvas.recurrence
            air = canvas.labels == Tissue.AIR
            touching += int((mass[:, 1:] & air[:, :-1]).sum() + (mass[:, :-1] & air[:, 1:]).sum())
            edge += int((mass[:, 1:] ^ mass[:, :-1]).sum())
        shares[growth] = touching / edge
    assert shares["submucosal"] < 0.5 * shares["mucosal"]


def _painted(seed: int, growth: str) -> Canvas:
    """A recurrence that bulges into the airway, on an ordinary grid."""
    rng = np.random.default_rng(seed)
    examination = sample_examination(rng, MATRIX)
    recurrence = Recurrence(Kind.ADVANCED, "rT3", "left nasopharynx", (9.0, 4.0, 2.0), 40.0, growth)
    patient = Patient(recurrence, nodal=False, cohort="internal")
    return patient.paint(examination.axes(), np.random.default_rng(seed))[0]


@pytest.mark.parametrize("matrix", [MATRIX, 320])
def test_the_mask_lies_in_the_stored_image(matrix: int) -> None:
    """On T1WIC an advanced recurrence is brighter inside its mask than muscle-like tissue about it."""
    case = generate_case(24, label=1, kind=Kind.ADVANCED, matrix=matrix, roles=[Role.T1WI, Role.T1WIC])
    assert case.lesion is not None
    mask = case.lesion.voxels > 0.5
    assert mask.shape == case.volumes[Role.T1WIC].shape
    assert np.array_equal(case.lesion.affine, case.volumes[Role.T1WIC].affine)
    gain = {r: float(np.median(v.voxels[mask]) / np.percentile(v.voxels, 95)) for r, v in case.volumes.items()}
    shifted = np.roll(mask, matrix // 4, axis=1)
    other = {r: float(np.median(v.voxels[shifted]) / np.percentile(v.voxels, 95)) for r, v in case.volumes.items()}
    assert gain[Role.T1WIC] / gain[Role.T1WI] > 1.15 * other[Role.T1WIC] / other[Role.T1WI]


def test_cohorts_differ_in_their_scanners() -> None:
    rng = np.random.default_rng(5)
    drawn = {cohort: [sample_examination(rng, None, cohort) for _ in range(300)] for cohort in COHORTS}
    share = {cohort: np.mean([e.field_strength == 3.0 for e in many]) for cohort, many in drawn.items()}
    assert share["external"] > share["internal"] + 0.1
    assert {e.matrix for e in drawn["external"]} == {256, 288, 320, 512}
    assert min(e.thickness for e in drawn["external"]) < min(e.thickness for e in drawn["internal"])


def test_fat_comes_back_where_the_field_is_disturbed() -> None:
    """Saturation fails near air: with the field switched off the same fat is dark."""
    external = generate_case(8, "external", label=0, matrix=MATRIX, roles=[Role.T2WI])
    tissues = sample_tissues(np.random.default_rng(3), 1.5)
    labels = np.full((4, 32, 32), Tissue.FAT, np.uint8)
    still = np.zeros((2, 32, 32), np.float32)
    settings = replace(
        external.acquisitions[Role.T2WI], noise=0.0, gain=1000.0, ghost=0.0, bias=(0.0,) * 6, susceptibility=1.0
    )
    disturbed = still.copy()
    disturbed[:, :16] = 1.0
    grain = np.zeros(labels.shape, np.float32)
    image = acquire(Head(labels, grain, disturbed), tissues, settings, np.random.default_rng(0))
    assert image[:, 4:12, 4:28].mean() > 4 * image[:, 20:28, 4:28].mean()


def test_a_sagittal_series_shows_the_same_head_in_the_same_frame() -> None:
    """At the same points of the patient both are bright and dark alike; 10 mm aside in any direction less so."""
    case = generate_case(12, label=0, matrix=MATRIX, roles=[Role.T1WI], sagittal="beside")
    assert case.sagittal is not None
    sagittal, axial = case.sagittal[0], case.volumes[Role.T1WI]
    assert (sagittal.plane, axial.plane) == ("sagittal", "axial")
    assert sagittal.frame_of_reference_uid == axial.frame_of_reference_uid
    indices = np.argwhere(np.ones(axial.shape, bool))[::97].astype(np.float64)
    here = axial.voxels[tuple(indices.astype(int).T)]
    alike = []
    for aside in ((0, 0, 0), (10, 0, 0), (-10, 0, 0), (0, 10, 0), (0, -10, 0), (0, 0, 10), (0, 0, -10)):
        there = np.rint(sagittal.to_indices(axial.to_patient(indices) + np.array(aside))).astype(int)
        inside = ((there >= 0) & (there < np.array(sagittal.shape))).all(axis=1)
        alike.append(float(np.corrcoef(here[inside], sagittal.voxels[tuple(there[inside].T)])[0, 1]))
    assert alike[0] > 0.75
    assert alike[0] > max(alike[1:]) + 0.15
    instead = generate_case(12, label=0, matrix=MATRIX, roles=[Role.T1WI], sagittal="instead")
    assert instead.volumes[Role.T1WI].voxels.tobytes() == sagittal.voxels.tobytes()
    assert instead.truth == case.truth


def test_defects_are_what_they_say() -> None:
    whole = generate_case(50, label=1, matrix=MATRIX, roles=[Role.T2WI])
    made = {d: generate_case(50, label=1, matrix=MATRIX, roles=[Role.T2WI], defect=d) for d in Defect}
    assert [case.truth.defect for case in made.values()] == [d.value for d in Defect]
    assert {case.truth.kind for case in made.values()} == {whole.truth.kind}, "the same patient"
    outside = [v.voxels[:, : MATRIX // 10].mean() / v.voxels.mean() for v in
               (whole.volumes[Role.T2WI], made[Defect.MOTION].volumes[Role.T2WI])]  # fmt: skip
    assert outside[1] > 1.5 * outside[0], "ghosts lie in the air before the face"
    short = made[Defect.COVERAGE]
    middle = short.volumes[Role.T2WI].to_indices(np.array(short.examination.isocentre))
    assert not 0 <= middle[0] <= short.examination.slices - 1
    assert made[Defect.GAP].left_out
    assert made[Defect.CUT_OFF].examination.field_of_view <= 150
