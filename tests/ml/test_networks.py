"""The network against MONAI's own blocks, and its shapes."""

import pytest
import torch
from monai.networks.nets import DenseNet, DenseNet121
from torch import nn

from ml.networks import COMPACT, NetworkSpec, build_network

SMALL = NetworkSpec(init_features=8, growth_rate=4, block_config=(2, 2, 2, 2), bn_size=2)


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def with_our_strides(network: nn.Module, spec: NetworkSpec) -> nn.Module:
    """MONAI's DenseNet with the strides of `spec`, and without the in-place ReLU that spoils captum's activations."""
    strides = [(d, p, p) for d, p in zip(spec.depth_strides, spec.plane_strides, strict=True)]
    network.features.conv0.stride, network.features.pool0.stride = strides[0], strides[1]
    for n, stride in enumerate(strides[2:], start=1):
        pool = network.features.get_submodule(f"transition{n}.pool")
        pool.kernel_size = pool.stride = stride
    network.class_layers.relu.inplace = False
    return network


def fill(network: nn.Module, seed: int) -> nn.Module:
    """Random weights and running statistics, so that no term cancels."""
    generator = torch.Generator().manual_seed(seed)
    for name, value in network.state_dict().items():
        if "running_var" in name:
            value.uniform_(0.5, 1.5, generator=generator)
        elif value.dtype.is_floating_point and value.ndim == 1:
            value.normal_(0.1, 0.2, generator=generator)
    return network.eval()


@pytest.mark.parametrize("plane_strides", [(2, 2, 2, 2, 2), (2, 2, 2, 1, 1)])
def test_outputs_equal_monais_in_both_directions(plane_strides: tuple[int, ...]) -> None:
    spec = NetworkSpec(**{**SMALL.to_json(), "plane_strides": plane_strides})
    torch.manual_seed(3)
    ours = fill(build_network(spec), 1)
    peer = DenseNet(3, 1, 1, init_features=8, growth_rate=4, block_config=(2, 2, 2, 2), bn_size=2)
    peer = with_our_strides(peer, spec).eval()
    peer.load_state_dict(ours.state_dict())
    x = torch.randn(2, 1, 24, 64, 64, generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        torch.testing.assert_close(ours(x), peer(x), rtol=0, atol=1e-6)
        again = build_network(spec).eval()
        again.load_state_dict(peer.state_dict())
        torch.testing.assert_close(again(x), peer(x), rtol=0, atol=1e-6)


def test_the_full_size_has_densenet121s_parameters() -> None:
    with torch.device("meta"):
        ours, peer = build_network(NetworkSpec()).state_dict(), DenseNet121(3, 1, 1).state_dict()
    assert {name: tensor.shape for name, tensor in ours.items()} == {name: tensor.shape for name, tensor in peer.items()}
    assert sum(p.numel() for p in build_network(COMPACT).parameters()) < 250_000


@pytest.mark.parametrize(
    ("spec", "size", "activations"),
    [(SMALL, (24, 64, 64), (6, 2, 2)), (SMALL, (24, 128, 96), (6, 4, 3)), (COMPACT, (24, 64, 64), (6, 8, 8))],
)
def test_a_quarter_of_the_slices_is_kept(spec: NetworkSpec, size: tuple[int, ...], activations: tuple[int, ...]) -> None:
    network = build_network(spec).eval()
    with torch.inference_mode():
        features = network.backbone(torch.zeros(1, 1, *size))
        assert features.shape == (1, spec.feature_channels, *activations)
        assert network.head(features).shape == (1, 1)


def test_a_description_survives_json_and_refuses_what_cannot_be_built() -> None:
    assert NetworkSpec.from_json(COMPACT.to_json()) == COMPACT
    for wrong, words in [
        ({"architecture": "resnet"}, "'resnet' is unknown"),
        ({"depth_strides": [1, 2]}, "expected 5 values"),
        ({"plane_strides": [2, 2, 2, 2, 3]}, "of 1 or 2"),
        ({"growth_rate": 0}, "at least 1"),
        ({"dropout": 0.1}, r"unknown entries \['dropout'\]"),
    ]:
        with pytest.raises(ValueError, match=words):
            NetworkSpec.from_json({**COMPACT.to_json(), **wrong})
