"""The fused backbone computes what the network's own does."""

import pytest
import torch

from ml.architecture import COMPACT, COMPACT_RESNET, NetworkSpec
from ml.fused import FusedBackbone
from ml.heatmap import explain_features, grad_cam
from ml.networks import build_network
from tests.ml.test_networks import SMALL, SMALL_RESNET, fill


@pytest.mark.parametrize(
    "spec", [SMALL, COMPACT, SMALL_RESNET, COMPACT_RESNET], ids=lambda spec: f"{spec.architecture}-{sum(spec.block_config)}"
)
def test_scores_and_heatmaps_equal_the_networks_own(spec: NetworkSpec) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(5)
    network = fill(build_network(spec), 4)
    network.class_layers.out.weight.data.add_(0.1)
    x = torch.randn(2, 1, 24, 64, 64)
    with torch.inference_mode():
        own, fused = network.backbone(x), FusedBackbone(network)(x)
    torch.testing.assert_close(fused, own, rtol=0, atol=2e-6 * float(own.abs().max()))
    (logits, maps), (wanted, raw) = explain_features(network.head, fused), grad_cam(network, x)
    torch.testing.assert_close(torch.sigmoid(logits), torch.sigmoid(wanted), rtol=0, atol=1e-5)
    torch.testing.assert_close(maps, raw, rtol=0, atol=1e-4 * float(raw.max()))


@pytest.mark.parametrize("spec", [SMALL, SMALL_RESNET], ids=lambda spec: spec.architecture)
def test_up_to_an_earlier_place_too(spec: NetworkSpec) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(5)
    network = fill(build_network(spec), 4)
    x = torch.randn(2, 1, 24, 64, 64)
    for place in spec.places[:-1]:
        front, tail = network.cut(place)
        with torch.inference_mode():
            own, fused = front(x), FusedBackbone(network, place)(x)
            torch.testing.assert_close(tail(own), network(x))
        torch.testing.assert_close(fused, own, rtol=0, atol=2e-6 * float(own.abs().max()))


def test_the_networks_weights_are_left_alone() -> None:
    network = fill(build_network(SMALL), 4)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    with torch.inference_mode():
        FusedBackbone(network)(torch.randn(1, 1, 24, 64, 64))
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_a_network_in_training_is_not_folded() -> None:
    with pytest.raises(ValueError, match="training mode"):
        FusedBackbone(build_network(SMALL))
