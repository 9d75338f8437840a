"""3D DenseNet with anisotropic depth strides, split as backbone (features) and head (score).

Parameters carry the names of MONAI's DenseNet, so weights move between the two in both directions; a test holds the outputs
equal. Stock strides halve depth five times and leave nothing of 24 slices; ours keep a quarter of them (PLATFORM: Networks).
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import torch
from torch import Tensor, nn

DENSENET = "densenet3d"


@dataclass(frozen=True)
class NetworkSpec:
    """What it takes to build one network; goes into bundle.json as it stands. The defaults are DenseNet121."""

    architecture: str = DENSENET
    init_features: int = 64
    growth_rate: int = 32
    block_config: tuple[int, ...] = (6, 12, 24, 16)
    bn_size: int = 4
    in_channels: int = 1
    depth_strides: tuple[int, ...] = (1, 2, 2, 1, 1)
    """Stride over slices of stem, first pool and each transition; in the plane all of them halve."""

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        if self.architecture != DENSENET:
            raise ValueError(f"Architecture {self.architecture!r} is unknown; expected {DENSENET!r}.")
        object.__setattr__(self, "block_config", tuple(int(n) for n in self.block_config))
        object.__setattr__(self, "depth_strides", tuple(int(n) for n in self.depth_strides))
        wanted = len(self.block_config) + 1
        if len(self.depth_strides) != wanted or not set(self.depth_strides) <= {1, 2}:
            raise ValueError(
                f"depth_strides is {self.depth_strides}; expected {wanted} values of 1 or 2: stem, pool and one for each "
                f"transition between {len(self.block_config)} blocks."
            )
        counts = (self.init_features, self.growth_rate, self.bn_size, self.in_channels, *self.block_config)
        if min(counts) < 1:
            raise ValueError(f"Every count of a network must be at least 1; found {counts}.")

    @property
    def feature_channels(self) -> int:
        """Channels that the backbone hands to the head."""
        channels = self.init_features
        for layers in self.block_config[:-1]:
            channels = (channels + layers * self.growth_rate) // 2
        return channels + self.block_config[-1] * self.growth_rate

    def to_json(self) -> dict[str, Any]:
        """Plain values for bundle.json."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "NetworkSpec":
        """Read back what `to_json` wrote; unknown names are refused."""
        unknown = set(values) - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(f"The network's description has unknown entries {sorted(unknown)}.")
        return cls(**values)


COMPACT = NetworkSpec(init_features=16, growth_rate=8, block_config=(4, 6, 8, 6))
"""0.23 M parameters: what the shipped demonstration bundles use."""


class DenseLayer(nn.Module):
    """Norm, ReLU, 1×1×1, norm, ReLU, 3×3×3; its output is appended to its input along channels."""

    def __init__(self, in_channels: int, growth_rate: int, bn_size: int) -> None:
        super().__init__()
        width = bn_size * growth_rate
        self.layers = nn.Sequential(
            OrderedDict(
                norm1=nn.BatchNorm3d(in_channels),
                relu1=nn.ReLU(inplace=True),
                conv1=nn.Conv3d(in_channels, width, kernel_size=1, bias=False),
                norm2=nn.BatchNorm3d(width),
                relu2=nn.ReLU(inplace=True),
                conv2=nn.Conv3d(width, growth_rate, kernel_size=3, padding=1, bias=False),
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, D, H, W) to (N, C + growth, D, H, W)."""
        return torch.cat([x, self.layers(x)], dim=1)


def _dense_block(layers: int, in_channels: int, growth_rate: int, bn_size: int) -> nn.Sequential:
    return nn.Sequential(
        OrderedDict(
            (f"denselayer{n + 1}", DenseLayer(in_channels + n * growth_rate, growth_rate, bn_size)) for n in range(layers)
        )
    )


def _transition(in_channels: int, out_channels: int, depth_stride: int) -> nn.Sequential:
    stride = (depth_stride, 2, 2)
    return nn.Sequential(
        OrderedDict(
            norm=nn.BatchNorm3d(in_channels),
            relu=nn.ReLU(inplace=True),
            conv=nn.Conv3d(in_channels, out_channels, kernel_size=1, bias=False),
            pool=nn.AvgPool3d(kernel_size=stride, stride=stride),
        )
    )


def _features(spec: NetworkSpec) -> nn.Sequential:
    stem, pool, *transitions = spec.depth_strides
    features: OrderedDict[str, nn.Module] = OrderedDict(
        conv0=nn.Conv3d(spec.in_channels, spec.init_features, 7, stride=(stem, 2, 2), padding=3, bias=False),
        norm0=nn.BatchNorm3d(spec.init_features),
        relu0=nn.ReLU(inplace=True),
        pool0=nn.MaxPool3d(kernel_size=3, stride=(pool, 2, 2), padding=1),
    )
    channels = spec.init_features
    for n, layers in enumerate(spec.block_config, start=1):
        features[f"denseblock{n}"] = _dense_block(layers, channels, spec.growth_rate, spec.bn_size)
        channels += layers * spec.growth_rate
        if n < len(spec.block_config):
            features[f"transition{n}"] = _transition(channels, channels // 2, transitions[n - 1])
            channels //= 2
    features["norm5"] = nn.BatchNorm3d(channels)
    return nn.Sequential(features)


class DarndestNetwork(nn.Module):
    """One sequence's network: (N, 1, D, H, W) to logits (N, 1). `features` is the backbone, `class_layers` the head.

    The head's ReLU is not in place: it would overwrite the activations that Grad-CAM reads.
    """

    def __init__(self, spec: NetworkSpec) -> None:
        super().__init__()
        self.spec = spec
        self.features = _features(spec)
        self.class_layers = nn.Sequential(
            OrderedDict(
                relu=nn.ReLU(inplace=False),
                pool=nn.AdaptiveAvgPool3d(1),
                flatten=nn.Flatten(1),
                out=nn.Linear(spec.feature_channels, 1),
            )
        )
        self.apply(_initialise)

    @property
    def backbone(self) -> nn.Sequential:
        """(N, 1, D, H, W) to normalised activations (N, C, D/4, H/32, W/32) with the default strides and four blocks."""
        return self.features

    @property
    def head(self) -> nn.Sequential:
        """Activations to logits (N, 1)."""
        return self.class_layers

    def forward(self, x: Tensor) -> Tensor:
        """Logits; the score is their sigmoid."""
        logits: Tensor = self.class_layers(self.features(x))
        return logits


def _initialise(module: nn.Module) -> None:
    """He's initialisation of convolutions; a zero bias for the last layer."""
    if isinstance(module, nn.Conv3d):
        nn.init.kaiming_normal_(module.weight)
    elif isinstance(module, nn.Linear):
        nn.init.zeros_(module.bias)


def build_network(spec: NetworkSpec) -> DarndestNetwork:
    """A fresh network in training mode; seed torch beforehand for reproducible weights."""
    return DarndestNetwork(spec)
