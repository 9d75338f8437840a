"""The backbone's arithmetic with the work left out that inference does not need.

Norms that follow a convolution are folded into its weights, each dense block writes into one buffer instead of copying its
growing input layer by layer, and transitions pool before their 1×1×1 convolution (both are linear, so they commute). On a
CPU every convolution goes to oneDNN, channels last: left to itself torch takes its slow path for all but the largest (14
instead of 3.5 ms for 128 channels of 6 × 16 × 16). The same numbers up to float32 rounding; a test holds scores and
heatmaps to the network's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.architecture import LAST, ResNetSpec
from ml.networks import BasicBlock, DarndestNetwork, DenseLayer

LAYOUT = torch.channels_last_3d
ONE = (1, 1, 1)


@dataclass(frozen=True, eq=False)
class FoldedNorm:
    """A norm in eval mode as x * scale + shift, both (1, C, 1, 1, 1)."""

    scale: Tensor
    shift: Tensor

    @classmethod
    def of(cls, norm: nn.BatchNorm3d) -> "FoldedNorm":
        assert norm.running_mean is not None
        assert norm.running_var is not None
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        shift = norm.bias - norm.running_mean * scale
        return cls(scale.view(1, -1, 1, 1, 1), shift.view(1, -1, 1, 1, 1))

    def __call__(self, x: Tensor) -> Tensor:
        return torch.addcmul(self.shift, x, self.scale)


@dataclass(frozen=True, eq=False)
class FoldedConvolution:
    """A convolution, with the norm that follows it folded into weight and bias where there is one."""

    weight: Tensor
    bias: Tensor | None
    stride: tuple[int, ...]
    padding: tuple[int, ...]

    @classmethod
    def of(cls, convolution: Any, norm: nn.BatchNorm3d | None = None) -> "FoldedConvolution":
        weight, bias = convolution.weight.detach(), None
        if norm is not None:
            affine = FoldedNorm.of(norm)
            weight, shift = weight * affine.scale.view(-1, 1, 1, 1, 1), affine.shift.flatten()
            bias = shift if convolution.bias is None else shift + convolution.bias * affine.scale.flatten()
        return cls(weight.contiguous(memory_format=LAYOUT), bias, convolution.stride, convolution.padding)

    def __call__(self, x: Tensor) -> Tensor:
        if x.device.type == "cpu" and torch.backends.mkldnn.is_available():
            result: Tensor = torch.mkldnn_convolution(x, self.weight, self.bias, self.padding, self.stride, ONE, 1)
            return result
        return functional.conv3d(x, self.weight, self.bias, self.stride, self.padding)


class FoldedLayer:
    """One dense layer: reads the channels so far, returns the new ones."""

    def __init__(self, layer: DenseLayer) -> None:
        parts: Any = layer.layers
        self.norm = FoldedNorm.of(parts.norm1)
        self.narrow = FoldedConvolution.of(parts.conv1, parts.norm2)
        self.wide = FoldedConvolution.of(parts.conv2)

    def __call__(self, x: Tensor) -> Tensor:
        return self.wide(functional.relu_(self.narrow(functional.relu_(self.norm(x)))))


class FoldedTransition:
    """Norm, ReLU, pool, 1×1×1."""

    def __init__(self, transition: Any) -> None:
        self.norm = FoldedNorm.of(transition.norm)
        self.pool = transition.pool
        self.narrow = FoldedConvolution.of(transition.conv)

    def __call__(self, x: Tensor) -> Tensor:
        return self.narrow(self.pool(functional.relu_(self.norm(x))))


class FoldedBlock:
    """One residual block; every norm is folded into the convolution before it."""

    def __init__(self, block: BasicBlock) -> None:
        self.first = FoldedConvolution.of(block.conv1, block.bn1)
        self.second = FoldedConvolution.of(block.conv2, block.bn2)
        self.shortcut = None if block.downsample is None else FoldedConvolution.of(block.downsample[0], block.downsample[1])  # type: ignore[arg-type]  # nn.Sequential names no types
        self.rectified = block.rectified

    def __call__(self, x: Tensor) -> Tensor:
        shortcut = x if self.shortcut is None else self.shortcut(x)
        y = self.second(functional.relu_(self.first(x))).add_(shortcut)
        return functional.relu_(y) if self.rectified else y


class FoldedDenseNet:
    """DenseNet's: stem, pool, the first dense blocks with transitions between them; behind all of them the last norm."""

    def __init__(self, features: Any, blocks: int, *, whole: bool) -> None:
        self.stem = FoldedConvolution.of(features.conv0, features.norm0)
        self.pool = features.pool0
        counts = range(1, blocks + 1)
        self.blocks = [[FoldedLayer(layer) for layer in features.get_submodule(f"denseblock{n}").children()] for n in counts]
        self.transitions = [FoldedTransition(features.get_submodule(f"transition{n}")) for n in counts[:-1]]
        self.last = FoldedNorm.of(features.norm5) if whole else None

    def __call__(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = _grow(self.blocks[0], self.pool(functional.relu_(x)))
        for transition, block in zip(self.transitions, self.blocks[1:], strict=True):
            x = _grow(block, transition(x))
        return x if self.last is None else self.last(x)


class FoldedResNet:
    """ResNet's: stem, pool, the first stages of residual blocks."""

    def __init__(self, features: Any, stages: int) -> None:
        self.stem = FoldedConvolution.of(features.conv1, features.bn1)
        self.pool = features.maxpool
        self.blocks = [
            FoldedBlock(block) for n in range(1, stages + 1) for block in features.get_submodule(f"layer{n}").children()
        ]

    def __call__(self, x: Tensor) -> Tensor:
        x = self.pool(functional.relu_(self.stem(x)))
        for block in self.blocks:
            x = block(x)
        return x


Folded = FoldedDenseNet | FoldedResNet


@torch.no_grad()
def fold(network: DarndestNetwork, place: str = LAST) -> Folded:
    """The weights of a network in eval mode up to `place` (`spec.places`), norms folded into them; copies."""
    if network.training:
        raise ValueError("The network is in training mode; its norms cannot be folded. Call eval() first.")
    stages = network.spec.places.index(place) + 1
    if isinstance(network.spec, ResNetSpec):
        return FoldedResNet(network.features, stages)
    return FoldedDenseNet(network.features, stages, whole=place == LAST)


def tensors_of(part: object) -> Iterator[Tensor]:
    """Every tensor that a folded part holds, however deep."""
    if isinstance(part, Tensor):
        yield part
    elif isinstance(part, list):
        for one in part:
            yield from tensors_of(one)
    elif type(part).__module__ == __name__:
        for one in vars(part).values():
            yield from tensors_of(one)


class FusedBackbone:
    """Callable like the first part of `network.cut(place)` under inference mode; holds copies: later changes do not show."""

    def __init__(self, network: DarndestNetwork, place: str = LAST) -> None:
        """Fold the weights of a network in eval mode, up to `place`."""
        self.folded = fold(network, place)
        self.mebibytes = sum(value.nbytes for value in tensors_of(self.folded)) / 2**20

    def __call__(self, x: Tensor) -> Tensor:
        """(N, 1, D, H, W) to the activations at the place, (N, C, d, h, w)."""
        return self.folded(x.contiguous(memory_format=LAYOUT))


def _grow(block: list[FoldedLayer], x: Tensor) -> Tensor:
    """Run a dense block inside one buffer that already has room for every layer's channels."""
    channels = x.shape[1]
    room = channels + sum(layer.wide.weight.shape[0] for layer in block)
    buffer = torch.empty((x.shape[0], room, *x.shape[2:]), dtype=x.dtype, device=x.device, memory_format=LAYOUT)
    buffer[:, :channels] = x
    for layer in block:
        new = layer(buffer[:, :channels])
        buffer[:, channels : channels + new.shape[1]] = new
        channels += new.shape[1]
    return buffer
