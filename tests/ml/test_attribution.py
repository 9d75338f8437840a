"""Maps on demand: bounded cost, progress, fixed scale, and what is refused."""

import numpy as np
import pytest
import torch

from ml.attribution import MOST_WINDOWS, Windows, attribute, explain, occlusion
from ml.explanation import EXPLANATIONS, ON_DEMAND, Method
from ml.networks import build_network
from ml.preprocessing import NetworkInput
from tests.ml.test_networks import fill
from tests.ml.toys import AFFINE, SHAPE, SPACING, TOY_DENSENET, toys


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def prepared() -> NetworkInput:
    return NetworkInput(toys(2, 3).voxels[1].astype(np.float32), AFFINE, resampled=False)


@pytest.mark.parametrize("method", ON_DEMAND)
def test_a_map_is_on_its_fixed_scale_and_says_how_far_it_is(method: Method) -> None:
    network = fill(build_network(TOY_DENSENET), 4)
    told: list[float] = []
    given = prepared()
    heatmap = explain(network, given, method, told.append)
    assert told[0] == 0
    assert told == sorted(told)
    assert 0.85 <= told[-1] <= 1
    x = torch.from_numpy(given.voxels)[None, None]
    raw = attribute(network, x, method, SPACING)
    reference = EXPLANATIONS[method].reference
    np.testing.assert_allclose(heatmap.evidence, np.maximum(raw, 0) / reference, atol=1e-6)
    assert all(parameter.requires_grad for parameter in network.parameters())


@pytest.mark.parametrize("method", ON_DEMAND)
def test_whoever_is_told_can_stop_it(method: Method) -> None:
    def stop(share: float) -> None:
        if share > 0.3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        explain(fill(build_network(TOY_DENSENET), 4), prepared(), method, stop)


@pytest.mark.parametrize(
    ("shape", "spacing"),
    [
        ((20, 48, 48), (5, 2.3, 2.3)),
        ((24, 128, 128), (5, 1.7, 1.7)),
        ((24, 256, 256), (5, 0.9, 0.9)),
        ((2, 2, 2), (1, 1, 1)),
    ],
)
def test_windows_overlap_and_are_never_too_many(shape: tuple[int, ...], spacing: tuple[float, float, float]) -> None:
    windows = Windows.over(shape, spacing)
    assert 1 <= windows.count <= MOST_WINDOWS
    assert all(1 <= stride <= size <= n for stride, size, n in zip(windows.stride, windows.size, shape, strict=True))


def test_hiding_what_the_logit_stands_on_is_what_occlusion_finds() -> None:
    """A network that reads brightness alone: its logit falls most where the brightest window is hidden."""

    class Brightness(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.mean(dim=(2, 3, 4)) * 100

    x = torch.full((1, 1, *SHAPE), 0.3)
    x[..., 2:6, 4:9, 20:25] = 1.5
    raw = occlusion(Brightness(), x, SPACING)
    peak = np.unravel_index(int(raw.argmax()), raw.shape)
    centre = (np.array(peak) + 0.5) * np.array(SHAPE) / np.array(raw.shape)
    np.testing.assert_allclose(centre, [4, 6.5, 22.5], atol=2.5)


def test_grad_cam_and_networks_in_training_are_refused() -> None:
    network = build_network(TOY_DENSENET)
    with pytest.raises(ValueError, match="training mode"):
        explain(network, prepared(), Method.OCCLUSION)
    with pytest.raises(ValueError, match="comes with the score"):
        explain(network.eval(), prepared(), Method.GRAD_CAM)
