"""The guard in a bundle: written, read, refused when damaged; headers read as the phantom made them; words and speed."""

import json
from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np
import pytest
import torch

from ml.bundle import DESCRIPTION, Bundle, BundleRefused, write_bundle
from ml.guard import Acquired, Guard, HeaderRange, acquired, acquired_as
from ml.guard.statistics import NAMES, WORDS, statistics, thumb
from ml.material.observing import acquired_of, observe
from ml.networks import build_network
from ml.phantom.case import ROLES, Case, generate_case
from ml.phantom.dicom import write_study
from ml.prediction import Predictor
from ml.preprocessing import Preprocessing
from ml.screening import UNGATED, UNGUARDED, Screening
from ml.series.role import Role
from ml.survey import survey
from ml.training.guarding import set_safeguards, upper_limit
from ml.volume import load_series
from tests.ml.test_bundle import MANIFEST
from tests.ml.test_networks import SMALL, fill
from tests.safeguards import CROP, FITTED, MATRIX, safeguards, screenings


@pytest.fixture(scope="module")
def case() -> Case:
    return generate_case(8401, matrix=MATRIX)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    kept = safeguards()[Role.T2WI]
    manifest = replace(MANIFEST, preprocessing=CROP, guard=kept.guard, quality=kept.quality)
    write_bundle(tmp_path / "bundle", fill(build_network(SMALL), 1), manifest)
    return tmp_path / "bundle"


def test_a_bundle_keeps_what_was_fitted(folder: Path, case: Case) -> None:
    read, made = Bundle.load(folder).screening.guard, screenings()[Role.T2WI].guard
    assert read is not None
    assert made is not None
    prepared = CROP.apply(case.volumes[Role.T2WI])
    seen = survey(case.volumes[Role.T2WI], prepared)
    values = read.statistics(prepared, seen)
    np.testing.assert_array_equal(values, made.statistics(prepared, seen))
    assert read.distances(values) == made.distances(values) > 0
    assert (read.trained, read.calibrated, set(read.others)) == (FITTED, FITTED, {"T1WI", "T1WIC"})
    # So few calibration cases cannot promise 1 %.
    assert read.rate == pytest.approx(6 / (FITTED + 1), abs=1e-4)


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("guard", {"version": 2}),
        ("guard", {"version": 1, "statistics": list(NAMES)}),
        ("quality", {"version": 1, "gates": {}}),
        ("guard", []),
    ],
)
def test_damaged_safeguards_are_refused_with_the_bundle(folder: Path, entry: str, value: object) -> None:
    path = folder / DESCRIPTION
    path.write_text(json.dumps({**json.loads(path.read_text()), entry: value}))
    with pytest.raises(BundleRefused, match=r"guard|quality"):
        Bundle.load(folder)


def test_a_bundle_of_before_loads_and_says_that_nothing_was_compared(folder: Path, case: Case) -> None:
    path = folder / DESCRIPTION
    path.write_text(json.dumps({k: v for k, v in json.loads(path.read_text()).items() if k not in ("guard", "quality")}))
    read = Predictor(Bundle.load(folder)).predict(case.volumes[Role.T1WI])
    assert read.guards == ()
    assert {UNGUARDED, UNGATED} <= set(read.notes)


def test_the_predictor_hands_back_what_is_unusual(folder: Path, case: Case) -> None:
    predictor = Predictor(Bundle.load(folder))
    sound = predictor.predict(case.volumes[Role.T2WI], one=acquired_of(case, Role.T2WI))
    assert sound.guards == ()
    wrong = predictor.predict(case.volumes[Role.T1WI], one=acquired_of(case, Role.T1WI))
    assert 0 < wrong.score < 1
    assert "The image looks like T1WI and not like the sequence its network was trained on." in wrong.guards
    assert any("weighting T1 (training T2)" in words and "TE" in words for words in wrong.guards)


@pytest.mark.parametrize("sagittal", ["none", "instead"])
def test_headers_say_what_the_phantom_was_acquired_with(tmp_path: Path, sagittal: str) -> None:
    case = generate_case(8201, "external", matrix=MATRIX, sagittal=sagittal)  # type: ignore[arg-type]
    for role in ROLES:
        source = load_series(write_study(case, tmp_path / role, [role]))
        read, made = acquired_as(source), acquired_of(case, role)
        assert read.names == made.names
        assert read.numbers == pytest.approx(made.numbers, rel=1e-3)


def test_recognition_of_the_whole_study_tells_of_contrast_better_than_one_header(case: Case, tmp_path: Path) -> None:
    source = load_series(write_study(case, tmp_path, [Role.T1WI]))
    assert acquired_as(source).names["contrast"] == "before a contrast agent"
    assert acquired_as(source, Role.T1WIC).names["contrast"] == "after a contrast agent"


def test_ranges_of_headers() -> None:
    seen = [Acquired({"echo_time": te}, {"manufacturer": "GE", "plane": "axial"}) for te in (8.0, 15.0)]
    trained = HeaderRange.of(seen)
    assert trained == HeaderRange.from_json(json.loads(json.dumps(trained.to_json())))
    assert trained.unusual(Acquired({"echo_time": 17.0}, {"plane": "axial"})) == ([], [])
    assert trained.unusual(Acquired()) == ([], [])
    grave, slight = trained.unusual(Acquired({"echo_time": 91.0, "inversion_time": 900.0}, {"manufacturer": "Canon"}))
    assert grave == ["TE 91 ms (training 8 to 15)", "TI 900 ms (training none)"]
    assert slight == ["manufacturer Canon (training GE)"]


def test_statistics_have_names_and_do_not_depend_on_the_crops_resolution(case: Case) -> None:
    volume = case.volumes[Role.T1WI]
    average = screenings()[Role.T1WI].guard.average  # type: ignore[union-attr]
    found = []
    for shape, spacing in (((16, 48, 48), (5.0, 2.3, 2.3)), ((16, 96, 96), (5.0, 1.15, 1.15))):
        prepared = Preprocessing(shape=shape, spacing=spacing).apply(volume)
        assert thumb(prepared).shape == average.shape
        found.append(statistics(prepared, survey(volume, prepared), average))
    assert len(found[0]) == len(NAMES) == len(WORDS)
    for name in ("air", "p50", "likeness", "symmetry", "width"):
        n = NAMES.index(name)
        assert found[0][n] == pytest.approx(found[1][n], rel=0.25), name


def test_limits_are_split_conformal() -> None:
    scores = np.arange(1.0, 200.0)
    assert upper_limit(scores, 0.01) == 198.0
    assert upper_limit(scores, 0.5) == 100.0
    assert upper_limit(scores[:50], 0.01) == 50.0  # too few for 1 %: the highest


def test_too_few_cases_make_no_guard(case: Case) -> None:
    volume = case.volumes[Role.T1WI]
    one = observe(volume, CROP.apply(volume), acquired(volume))
    with pytest.raises(ValueError, match="at least 20 of each"):
        set_safeguards({Role.T1WI: [one] * 19}, {Role.T1WI: [one] * 40})


def test_guard_and_gates_cost_a_few_milliseconds(case: Case) -> None:
    """The bound is 10 ms of CPU for a series; the median of several, since others use this machine too."""
    volume = generate_case(8202, roles=[Role.T1WI], matrix=512).volumes[Role.T1WI]
    prepared = Preprocessing(shape=(24, 128, 128), spacing=(5.0, 1.2, 1.2)).apply(volume)
    kept = screenings()[Role.T1WI]
    screening = Screening(kept.guard, replace(kept.gates, limits={**kept.gates.limits}))  # type: ignore[type-var, union-attr]
    spent = []
    for _ in range(9):
        began = process_time()
        screening.look(volume, prepared)
        spent.append(process_time() - began)
    assert np.median(spent) < 0.010


def test_a_guard_of_other_statistics_is_refused() -> None:
    kept = dict(safeguards()[Role.T1WI].guard)
    with pytest.raises(ValueError, match="statistics"):
        Guard.from_json({**kept, "statistics": ["air"]})
