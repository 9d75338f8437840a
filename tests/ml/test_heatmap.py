"""Grad-CAM in one pass equals captum's on the whole network; heatmaps lie where the evidence lies."""

import numpy as np
import pytest
import torch
from captum.attr import LayerAttribution, LayerGradCam

from ml.architecture import ARCHITECTURES, NetworkSpec
from ml.heatmap import Heatmap, grad_cam
from ml.networks import build_network
from ml.preprocessing import Preprocessing
from ml.resampling import resample
from ml.volume import Volume
from tests.ml.heads import AXIAL, SAGITTAL, head
from tests.ml.test_networks import SMALL, SMALL_RESNET, fill

AIRWAY = (6.0, -25.0, 14.0)


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.mark.parametrize("name", [*ARCHITECTURES, "densenet-small", "resnet-small"])
def test_one_pass_equals_captum_on_the_whole_network(name: str) -> None:
    spec = {**ARCHITECTURES, "densenet-small": SMALL, "resnet-small": SMALL_RESNET}[name]
    torch.manual_seed(5)
    network = fill(build_network(spec), 4)
    # So that some cells speak for recurrence, whatever the seed.
    network.class_layers.out.weight.data.add_(0.1)
    x = torch.randn(2, 1, 24, 64, 64)
    logits, maps = grad_cam(network, x)
    whole = LayerGradCam(network, list(network.features)[-1]).attribute(x, target=0, relu_attributions=True)[:, 0].detach()
    assert whole.max() > 0
    torch.testing.assert_close(maps, whole, rtol=0, atol=1e-6 * float(whole.max()))
    with torch.inference_mode():
        torch.testing.assert_close(logits, network(x)[:, 0], rtol=0, atol=1e-6)


@pytest.mark.parametrize("spec", [SMALL, SMALL_RESNET], ids=lambda spec: spec.architecture)
def test_at_the_end_of_an_earlier_block_too(spec: NetworkSpec) -> None:
    torch.manual_seed(5)
    network = fill(build_network(spec), 4)
    x = torch.randn(2, 1, 24, 64, 64)
    for place in spec.places[:-1]:
        strongest = 0.0
        for _ in range(2):
            # With either sign of the head: what speaks against recurrence with one speaks for it with the other.
            network.class_layers.out.weight.data.neg_()
            logits, maps = grad_cam(network, x, place)
            module = network.features.get_submodule(place)
            whole = LayerGradCam(network, module).attribute(x, target=0, relu_attributions=True)[:, 0].detach()
            torch.testing.assert_close(maps, whole, rtol=0, atol=1e-7 + 2e-6 * float(whole.max()))
            with torch.inference_mode():
                torch.testing.assert_close(logits, network(x)[:, 0], rtol=0, atol=1e-5)
            strongest = max(strongest, float(whole.max()))
        assert strongest > 0, place


def test_an_unknown_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no place 'layer9'; expected one of denseblock1"):
        grad_cam(fill(build_network(SMALL), 4), torch.zeros(1, 1, 24, 64, 64), "layer9")


def test_a_network_in_training_is_not_explained() -> None:
    with pytest.raises(ValueError, match="training mode"):
        grad_cam(build_network(SMALL), torch.zeros(1, 1, 24, 64, 64))


def test_cells_lie_where_captums_interpolation_puts_them() -> None:
    raw = np.random.default_rng(0).random((6, 8, 8)).astype(np.float32)
    heatmap = Heatmap.from_activation(raw, 1.0, np.eye(4), (24, 64, 64))
    interpolated = LayerAttribution.interpolate(torch.from_numpy(raw)[None, None], (24, 64, 64), "trilinear")[0, 0].numpy()
    np.testing.assert_allclose(
        resample(heatmap.values, np.linalg.inv(heatmap.affine), (24, 64, 64)), interpolated, atol=1e-5
    )


def test_one_fixed_scale_for_all_studies() -> None:
    raw = np.array([[[0.5, -3.0], [2.0, 4.0]]], np.float32)
    heatmap = Heatmap.from_activation(raw, 2.0, np.eye(4), (4, 8, 8))
    np.testing.assert_allclose(heatmap.values, [[[0.25, 0], [1, 1]]])
    # Two cells reach the top of the scale; the peak is the stronger one, cell (0, 1, 1).
    assert heatmap.peak == (1.5, 5.5, 5.5)
    assert heatmap.cell_size == (4, 4, 4)
    silent = Heatmap.from_activation(-np.abs(raw), 2.0, np.eye(4), (4, 8, 8))
    assert silent.peak is None
    assert not silent.values.any()


@pytest.mark.parametrize(
    ("axes", "shape", "spacing"),
    [(AXIAL, (28, 120, 110), (5.5, 2.0, 2.0)), (SAGITTAL, (90, 100, 120), (2.0, 2.0, 2.0))],
    ids=["axial", "sagittal"],
)
def test_the_peak_comes_back_to_its_place_in_the_patient(
    axes: np.ndarray, shape: tuple[int, int, int], spacing: tuple[float, float, float]
) -> None:
    volume = head(AIRWAY, axes, shape, spacing)
    prepared = Preprocessing().apply(volume, np.array(AIRWAY))
    raw = np.zeros((6, 8, 8), np.float32)
    raw[4, 5, 2] = 3.0
    heatmap = Heatmap.from_activation(raw, 4.0, prepared.affine, prepared.voxels.shape)
    # Cell (4, 5, 2) is centred on voxel (17.5, 43.5, 19.5) of a crop centred on the airway: up, back, to the right.
    expected = np.array(AIRWAY) + np.array([(19.5 - 31.5) * 2.3, (43.5 - 31.5) * 2.3, (17.5 - 11.5) * 5.0])
    np.testing.assert_allclose(heatmap.peak, expected, atol=1e-6)
    values = heatmap.on_grid(volume)
    assert values.shape == volume.shape
    # Up to half a voxel beside the cell's centre on each axis.
    assert 0.75 * (1 - 2.75 / 20) * (1 - 1 / 18.4) ** 2 - 1e-6 <= values.max() <= 0.75
    top = volume.to_patient(np.array(np.unravel_index(values.argmax(), values.shape), float))
    assert (np.abs(top - expected) <= np.array(spacing).max() / 2 + 1e-6).all()


def test_outside_the_crop_a_heatmap_is_zero() -> None:
    volume = head(AIRWAY, AXIAL, (28, 120, 110), (5.5, 2.0, 2.0))
    prepared = Preprocessing().apply(volume, np.array(AIRWAY))
    heatmap = Heatmap.from_activation(np.ones((6, 8, 8), np.float32), 1.0, prepared.affine, prepared.voxels.shape)
    values, covered = heatmap.on_grid(volume), heatmap.covers(volume)
    np.testing.assert_allclose(values[covered], 1, atol=1e-6)
    assert not values[~covered].any()
    millimetres = covered.sum() * np.prod(volume.spacing)
    assert millimetres == pytest.approx(120 * 147.2 * 147.2, rel=0.05)


def test_another_grid_in_the_same_patient_sees_the_same_heatmap() -> None:
    axial = head(AIRWAY, AXIAL, (28, 120, 110), (5.5, 2.0, 2.0))
    sagittal = head(AIRWAY, SAGITTAL, (90, 100, 120), (2.0, 2.0, 2.0))
    prepared = Preprocessing().apply(axial, np.array(AIRWAY))
    raw = np.random.default_rng(7).random((6, 8, 8)).astype(np.float32)
    heatmap = Heatmap.from_activation(raw, 1.0, prepared.affine, prepared.voxels.shape)
    values = heatmap.on_grid(sagittal)
    for point in np.array(AIRWAY) + np.random.default_rng(8).uniform(-40, 40, (50, 3)):
        k, i, j = np.round(sagittal.to_indices(point)).astype(int)
        place = sagittal.to_patient(np.array([k, i, j], float))
        one = Volume(np.zeros((1, 1, 1), np.float32), _at(place), "1.2")
        assert heatmap.on_grid(one)[0, 0, 0] == pytest.approx(values[k, i, j], abs=1e-5)


def _at(place: np.ndarray) -> np.ndarray:
    affine = np.eye(4)
    affine[:3, 3] = place
    return affine
