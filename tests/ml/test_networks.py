"""The network against MONAI's own blocks, and its shapes."""

import json
from dataclasses import replace

import pytest
import torch
from monai.networks.nets import DenseNet, DenseNet121, ResNet, resnet34
from torch import nn

from ml.architecture import (
    ARCHITECTURES,
    COMPACT,
    COMPACT_RESNET,
    DENSENET121,
    RESNET34,
    DenseNetSpec,
    NetworkSpec,
    ResNetSpec,
)
from ml.networks import build_network

SMALL = DenseNetSpec(init_features=8, growth_rate=4, block_config=(2, 2, 2, 2), bn_size=2)
SMALL_RESNET = ResNetSpec(widths=(4, 6, 8, 8), block_config=(1, 2, 1, 1))


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
    spec = DenseNetSpec(**{**SMALL.to_json(), "plane_strides": plane_strides})
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
        ours, peer = build_network(DENSENET121).state_dict(), DenseNet121(3, 1, 1).state_dict()
    assert {name: tensor.shape for name, tensor in ours.items()} == {name: tensor.shape for name, tensor in peer.items()}
    assert sum(p.numel() for p in build_network(COMPACT).parameters()) < 250_000


def resnet_with_our_strides(network: nn.Module, spec: NetworkSpec) -> nn.Module:
    """MONAI's ResNet with the strides of `spec`."""
    network.conv1.stride, network.maxpool.stride = spec.strides[0], spec.strides[1]
    for n, stride in enumerate(spec.strides[2:], start=2):
        first = network.get_submodule(f"layer{n}.0")
        first.conv1.stride = first.downsample[0].stride = stride
    return network


def as_monais_resnet(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Our names of a ResNet's parameters to MONAI's."""
    return {name.removeprefix("features.").replace("class_layers.out", "fc"): value for name, value in state.items()}


RESNETS = [
    replace(RESNET34, widths=(4, 8, 16, 32)),
    replace(RESNET34, widths=(4, 8, 16, 32), depth_strides=(2,) * 5),
    replace(COMPACT_RESNET, block_config=(2, 1, 1, 2)),
    RESNET34,
]


@pytest.mark.parametrize("spec", RESNETS, ids=["anisotropic", "stock", "compact", "full size"])
def test_resnet_equals_monais(spec: ResNetSpec) -> None:
    torch.manual_seed(3)
    ours = fill(build_network(spec), 1)
    peer = ResNet("basic", list(spec.block_config), list(spec.widths), n_input_channels=1, num_classes=1)
    peer = resnet_with_our_strides(peer, spec).eval()
    peer.load_state_dict(as_monais_resnet(ours.state_dict()))
    x = torch.randn(1, 1, 32, 32, 32, generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        expected = peer(x)
        assert expected.abs().min() > 1e-3, "an output of nothing would prove nothing"
        torch.testing.assert_close(ours(x), expected, rtol=1e-5, atol=1e-5)


def test_the_full_size_has_resnet34s_parameters() -> None:
    with torch.device("meta"):
        ours = as_monais_resnet(build_network(RESNET34).state_dict())
        peer = resnet34(spatial_dims=3, n_input_channels=1, num_classes=1).state_dict()
    assert {name: tensor.shape for name, tensor in ours.items()} == {name: tensor.shape for name, tensor in peer.items()}
    assert sum(p.numel() for p in build_network(COMPACT_RESNET).parameters()) < 420_000


@pytest.mark.parametrize(
    ("spec", "size", "activations"),
    [
        (SMALL, (24, 64, 64), (6, 2, 2)),
        (SMALL, (24, 128, 96), (6, 4, 3)),
        (SMALL_RESNET, (24, 128, 96), (6, 4, 3)),
        (COMPACT, (24, 64, 64), (6, 8, 8)),
        (COMPACT, (20, 48, 48), (5, 6, 6)),
        (COMPACT_RESNET, (20, 48, 48), (5, 6, 6)),
    ],
)
def test_a_quarter_of_the_slices_is_kept(spec: NetworkSpec, size: tuple[int, ...], activations: tuple[int, ...]) -> None:
    network = build_network(spec).eval()
    with torch.inference_mode():
        features = network.backbone(torch.zeros(1, 1, *size))
        assert features.shape == (1, spec.feature_channels, *activations)
        assert network.head(features).shape == (1, 1)


def test_a_description_survives_json_and_refuses_what_cannot_be_built() -> None:
    for spec in ARCHITECTURES.values():
        assert NetworkSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec
    for wrong, words in [
        ({"architecture": "resnet"}, "'resnet' is unknown"),
        ({"depth_strides": [1, 2]}, "expected 5 values"),
        ({"plane_strides": [2, 2, 2, 2, 3]}, "of 1 or 2"),
        ({"growth_rate": 0}, "at least 1"),
        ({"architecture": "resnet3d"}, "unknown entries .*growth_rate"),
        ({"dropout": 0.1}, r"unknown entries \['dropout'\]"),
    ]:
        with pytest.raises(ValueError, match=words):
            NetworkSpec.from_json({**COMPACT.to_json(), **wrong})
    with pytest.raises(ValueError, match="one for each of 4 stages"):
        ResNetSpec(widths=(8, 16))


def test_bundles_of_the_first_version_still_load() -> None:
    """As 0.1.0 wrote them."""
    stored = {
        "architecture": "densenet3d", "block_config": [4, 6, 8, 6], "bn_size": 4, "depth_strides": [1, 2, 2, 1, 1],
        "growth_rate": 8, "in_channels": 1, "init_features": 16, "plane_strides": [2, 2, 2, 1, 1],
    }  # fmt: skip
    assert NetworkSpec.from_json(stored) == COMPACT
