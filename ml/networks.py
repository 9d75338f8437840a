"""3D DenseNet and 3D ResNet with anisotropic strides, split as backbone (features) and head (score).

Parameters carry the names of MONAI's DenseNet and, below `features`, of its ResNet, so weights move between the two in both
directions; a test holds the outputs equal. Stock strides halve depth five times and leave nothing of 24 slices; ours keep a
quarter of them (PLATFORM: Networks). Both backbones stop before the last ReLU, which the head applies: so Grad-CAM reads the
same place of either.
"""

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.architecture import COMPACT, LAST, DenseNetSpec, NetworkSpec, ResNetSpec

__all__ = ["COMPACT", "DarndestNetwork", "DenseNetSpec", "NetworkSpec", "ResNetSpec", "build_network"]


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


def _transition(in_channels: int, out_channels: int, stride: tuple[int, int, int]) -> nn.Sequential:
    return nn.Sequential(
        OrderedDict(
            norm=nn.BatchNorm3d(in_channels),
            relu=nn.ReLU(inplace=True),
            conv=nn.Conv3d(in_channels, out_channels, kernel_size=1, bias=False),
            pool=nn.AvgPool3d(kernel_size=stride, stride=stride),
        )
    )


def _dense_features(spec: DenseNetSpec) -> nn.Sequential:
    strides = spec.strides
    features: OrderedDict[str, nn.Module] = OrderedDict(
        conv0=nn.Conv3d(spec.in_channels, spec.init_features, 7, stride=strides[0], padding=3, bias=False),
        norm0=nn.BatchNorm3d(spec.init_features),
        relu0=nn.ReLU(inplace=True),
        pool0=nn.MaxPool3d(kernel_size=3, stride=strides[1], padding=1),
    )
    channels = spec.init_features
    for n, layers in enumerate(spec.block_config, start=1):
        features[f"denseblock{n}"] = _dense_block(layers, channels, spec.growth_rate, spec.bn_size)
        channels += layers * spec.growth_rate
        if n < len(spec.block_config):
            features[f"transition{n}"] = _transition(channels, channels // 2, strides[n + 1])
            channels //= 2
    features["norm5"] = nn.BatchNorm3d(channels)
    return nn.Sequential(features)


class BasicBlock(nn.Module):
    """Two 3×3×3 convolutions beside a shortcut. Its last ReLU is left out of a network's last block (`rectified`)."""

    def __init__(self, in_channels: int, channels: int, stride: tuple[int, int, int], rectified: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv3d(in_channels, channels, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm3d(channels)
        self.conv2 = nn.Conv3d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm3d(channels)
        self.downsample: nn.Sequential | None = None
        self.rectified = rectified
        if max(stride) > 1 or in_channels != channels:
            # The bias is as superfluous before a norm as it looks; MONAI's default has it, and weights shall move.
            self.downsample = nn.Sequential(nn.Conv3d(in_channels, channels, 1, stride=stride), nn.BatchNorm3d(channels))

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, D, H, W) to (N, channels, D, H, W), smaller by the stride."""
        shortcut = x if self.downsample is None else self.downsample(x)
        y = functional.relu(self.bn1(self.conv1(x)), inplace=True)
        y = self.bn2(self.conv2(y)) + shortcut
        return functional.relu(y, inplace=True) if self.rectified else y


def _residual_features(spec: ResNetSpec) -> nn.Sequential:
    strides = spec.strides
    features: OrderedDict[str, nn.Module] = OrderedDict(
        conv1=nn.Conv3d(spec.in_channels, spec.widths[0], 7, stride=strides[0], padding=3, bias=False),
        bn1=nn.BatchNorm3d(spec.widths[0]),
        act=nn.ReLU(inplace=True),
        maxpool=nn.MaxPool3d(kernel_size=3, stride=strides[1], padding=1),
    )
    channels = spec.widths[0]
    for n, (blocks, width) in enumerate(zip(spec.block_config, spec.widths, strict=True), start=1):
        stage = []
        for k in range(blocks):
            stride = strides[n] if n > 1 and k == 0 else (1, 1, 1)
            last = n == len(spec.block_config) and k == blocks - 1
            stage.append(BasicBlock(channels, width, stride, rectified=not last))
            channels = width
        features[f"layer{n}"] = nn.Sequential(*stage)
    return nn.Sequential(features)


def _features(spec: NetworkSpec) -> nn.Sequential:
    if isinstance(spec, DenseNetSpec):
        return _dense_features(spec)
    if isinstance(spec, ResNetSpec):
        return _residual_features(spec)
    raise TypeError(f"No network is built from {type(spec).__name__}.")


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
        """(N, 1, D, H, W) to activations before the last ReLU, (N, C, D/4, H/32, W/32) with the default strides."""
        return self.features

    @property
    def head(self) -> nn.Sequential:
        """Activations to logits (N, 1)."""
        return self.class_layers

    def cut(self, place: str = LAST) -> tuple[nn.Sequential, nn.Sequential]:
        """The network cut at `place` (one of `spec.places`): input to activations, and from there to logits (N, 1).

        Both parts share this network's modules and its mode. ValueError where there is no such place.
        """
        if place not in self.spec.places:
            raise ValueError(f"The network has no place {place!r}; expected one of {', '.join(self.spec.places)}.")
        if place == LAST:
            return self.features, self.class_layers
        parts = list(self.features.named_children())
        end = [name for name, _ in parts].index(place) + 1
        tail = [*parts[end:], *self.class_layers.named_children()]
        front, back = nn.Sequential(OrderedDict(parts[:end])), nn.Sequential(OrderedDict(tail))
        return front.train(self.training), back.train(self.training)

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
