"""The sanity checks of Adebayo et al. (NeurIPS 2018) for every method that is offered, at toy size.

Reduced by default to one architecture and fewer cases (`EVIDENCE=full`: both, all). `python -m ml sanity` is the same in
full, on a bundle and synthetic cases; docs/heatmaps.md shows what it printed.
"""

import os

import numpy as np
import pytest
import torch

from ml import attribution
from ml.appraisal.sanity import (
    PASSES_BELOW,
    LabelCheck,
    cascade,
    cascade_similarity,
    compare_labels,
    first_part,
    fit_by_heart,
    permuted,
    shown_map,
    similarity,
)
from ml.architecture import NetworkSpec
from ml.attribution import attribute
from ml.evaluation.localisation import localisation, localise
from ml.explanation import Method
from ml.heatmap import Heatmap
from ml.networks import DarndestNetwork, build_network
from tests.ml.toys import AFFINE, SHAPE, SPACING, TOY_DENSENET, TOY_RESNET, toys

Trio = tuple[DarndestNetwork, DarndestNetwork, DarndestNetwork]


FULL = os.environ.get("EVIDENCE") == "full"
CASES, COMPARED, WINDOWS = (48, 4, 120) if FULL else (32, 2, 60)
pytestmark = pytest.mark.evidence


@pytest.fixture(
    scope="module", params=[TOY_DENSENET, TOY_RESNET] if FULL else [TOY_DENSENET], ids=lambda spec: spec.architecture
)
def trio(request: pytest.FixtureRequest) -> Trio:
    """Networks that know their labels by heart: true ones, the same from another start, permuted ones."""
    torch.set_num_threads(1)
    made, spec = toys(CASES, 1), request.param
    first = fit_by_heart(spec, made.voxels, made.labels, seed=0)
    second = fit_by_heart(spec, made.voxels, made.labels, seed=1)
    third = fit_by_heart(spec, made.voxels, permuted(made.labels, 5), seed=2, most_epochs=150)
    assert min(one.accuracy for one in (first, second, third)) >= 0.9
    return first.network, second.network, third.network


@pytest.fixture(autouse=True)
def _few_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Occlusion with larger windows, as these heads are small: a third of the passes, or a sixth."""
    monkeypatch.setattr(attribution, "MOST_WINDOWS", WINDOWS)


@pytest.mark.parametrize("method", list(Method))
def test_random_weights_change_the_map(trio: Trio, method: Method) -> None:
    inputs = [x for x, _ in toys(12, 9).positives(2)]
    last = first_part(trio[0])
    (whole,) = cascade_similarity(trio[0], inputs, method, draws=3, spacing=SPACING, only=(last,))
    assert whole.part == last
    assert whole.similarity < PASSES_BELOW


@pytest.mark.parametrize("method", list(Method))
def test_random_labels_change_the_map(trio: Trio, method: Method) -> None:
    """Similarity alone decides, as in the paper: a network with random labels may well look at the ball, it stands out."""
    check = compare_labels(trio, [x for x, _ in toys(12, 9).positives(COMPARED)], method, SPACING)
    assert check.passed, check


@pytest.mark.parametrize("method", list(Method))
def test_true_labels_put_energy_into_the_lesion(trio: Trio, method: Method) -> None:
    """How far above chance differs by method and architecture (Grad-CAM's cells are coarse); that it is above does not."""
    cases = toys(12, 9).positives(4)
    found = localisation([_spot(shown_map(trio[0], x, method, SPACING), mask) for x, mask in cases])
    assert found.energy.low is not None
    assert found.energy.low > found.chance["energy"]


def _spot(cells: np.ndarray, mask: np.ndarray) -> object:
    heatmap = Heatmap.from_activation(cells, 1.0, AFFINE, SHAPE)
    return localise(heatmap.evidence, heatmap.affine, mask, AFFINE)


def test_a_map_of_the_image_alone_would_fail() -> None:
    """Edges, brightness, or whatever looks at the input and not at the network, stay as they are: similarity 1."""
    image = toys(2, 3).voxels[1].astype(np.float32)
    assert similarity(image, image) == pytest.approx(1)
    assert not LabelCheck("edges", to_true_labels=1.0, to_permuted_labels=1.0).passed
    assert not LabelCheck("weak", to_true_labels=0.9, to_permuted_labels=0.6).passed


def test_similarity_is_spearmans() -> None:
    from scipy.stats import spearmanr

    rng = np.random.default_rng(2)
    first, second = rng.random((3, 4, 5)).astype(np.float32), rng.random((3, 4, 5)).astype(np.float32)
    first[first < 0.4] = 0
    assert similarity(first, second) == pytest.approx(spearmanr(first.ravel(), second.ravel()).statistic)
    assert similarity(first, np.zeros_like(first)) == 0
    with pytest.raises(ValueError, match="cannot be compared"):
        similarity(first, second[:2])


@pytest.mark.parametrize("spec", [TOY_DENSENET, TOY_RESNET], ids=lambda spec: spec.architecture)
def test_the_cascade_goes_from_the_head_to_the_first_weights(spec: NetworkSpec) -> None:
    torch.manual_seed(4)
    network = build_network(spec).eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    steps = [(part, {n: v.clone() for n, v in changed.state_dict().items()}) for part, changed in cascade(network, 1)]
    assert steps[0][0] == "head"
    assert steps[-1][0] == first_part(network)
    same = [sum(torch.equal(state[n], before[n]) for n in before if n.endswith("weight")) for _, state in steps]
    assert same == sorted(same, reverse=True)
    weights = [n for n in before if n.endswith("weight") and before[n].ndim > 1]
    assert not any(torch.equal(steps[-1][1][name], before[name]) for name in weights)
    assert all(torch.equal(value, network.state_dict()[name]) for name, value in before.items()), "the network itself stays"


def test_integrated_gradients_add_up_to_the_logits_rise(trio: Trio) -> None:
    x, _ = toys(12, 9).positives(1)[0]
    raw = attribute(trio[0], x, Method.INTEGRATED_GRADIENTS, SPACING)
    with torch.inference_mode():
        rise = float(trio[0](x)[0, 0] - trio[0](torch.zeros_like(x))[0, 0])
    assert raw.shape == (4, 13, 13)
    assert float(raw.sum()) == pytest.approx(rise, rel=0.1, abs=0.3)
