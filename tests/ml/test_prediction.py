"""Predictor: what it says is what the network says, and it says it again."""

from pathlib import Path

import numpy as np
import pytest
import torch

from ml.bundle import Bundle, write_bundle
from ml.networks import build_network
from ml.prediction import Predictor, set_threads
from ml.preprocessing import Preprocessing
from ml.volume import Volume, VolumeRefused
from tests.ml.heads import AXIAL, SAGITTAL, head
from tests.ml.test_bundle import MANIFEST
from tests.ml.test_networks import SMALL, fill

AIRWAY = (6.0, -25.0, 14.0)


@pytest.fixture(scope="module")
def predictor(tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    set_threads(1)
    torch.manual_seed(0)
    folder: Path = tmp_path_factory.mktemp("bundle") / "T2WI"
    write_bundle(folder, fill(build_network(SMALL), 1), MANIFEST)
    return Predictor(Bundle.load(folder))


def test_the_score_is_the_networks(predictor: Predictor) -> None:
    volume = head(AIRWAY, AXIAL, (28, 120, 110), (5.5, 2.0, 2.0))
    prediction = predictor.predict(volume)
    prepared = Preprocessing().apply(volume)
    torch.manual_seed(0)
    network = fill(build_network(SMALL), 1)
    with torch.inference_mode():
        expected = torch.sigmoid(network(torch.from_numpy(prepared.voxels)[None, None]))
    assert prediction.score == pytest.approx(float(expected), abs=1e-6)
    assert prediction.heatmap.values.shape == (6, 2, 2)
    assert 0 <= prediction.heatmap.values.min() <= prediction.heatmap.values.max() <= 1
    assert prediction.resampled is False
    again = predictor.predict(volume)
    assert again.score == prediction.score
    assert np.array_equal(again.heatmap.values, prediction.heatmap.values)


def test_a_sagittal_series_is_said_to_be_resampled(predictor: Predictor) -> None:
    prediction = predictor.predict(head(AIRWAY, SAGITTAL, (90, 100, 120), (2.0, 2.0, 2.0)))
    assert prediction.resampled is True
    assert "sagittal acquisition, resampled to axial" in prediction.notes


def test_a_shared_centre_moves_the_crop(predictor: Predictor) -> None:
    volume = head(AIRWAY, AXIAL, (28, 120, 110), (5.5, 2.0, 2.0))
    shifted = predictor.predict(volume, centre=np.array(AIRWAY) + np.array([10, 0, 0])).heatmap.affine
    straight = predictor.predict(volume, centre=np.array(AIRWAY)).heatmap.affine
    np.testing.assert_allclose((shifted - straight)[:3, 3], (10, 0, 0), atol=1e-9)


def test_what_cannot_be_assessed_is_refused(predictor: Predictor) -> None:
    with pytest.raises(VolumeRefused, match="No head"):
        predictor.predict(Volume(np.zeros((20, 40, 40), np.float32), np.diag([5.0, 3, 3, 1]), "1.2"))


def test_threads_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        set_threads(0)
