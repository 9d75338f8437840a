"""The backbone's arithmetic with the work left out that inference does not need.

Norms that follow a convolution are folded into its weights, each dense block writes into one buffer instead of copying its
growing input layer by layer, and transitions pool before their 1×1×1 convolution (both are linear, so they commute). The
same numbers up to float32 rounding; a test holds scores and heatmaps to the network's own.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.networks import DarndestNetwork, DenseLayer


@dataclass(frozen=True, eq=False)
class _Affine:
    """A norm in eval mode as x * scale + shift, both (1, C, 1, 1, 1)."""

    scale: Tensor
    shift: Tensor

    @classmethod
    def of(cls, norm: nn.BatchNorm3d) -> "_Affine":
        assert norm.running_mean is not None
        assert norm.running_var is not None
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        shift = norm.bias - norm.running_mean * scale
        return cls(scale.view(1, -1, 1, 1, 1), shift.view(1, -1, 1, 1, 1))

    def __call__(self, x: Tensor) -> Tensor:
        return torch.addcmul(self.shift, x, self.scale)


@dataclass(frozen=True, eq=False)
class _Folded:
    """A convolution with the norm that follows it: weight and bias."""

    weight: Tensor
    bias: Tensor

    @classmethod
    def of(cls, convolution: nn.Conv3d, norm: nn.BatchNorm3d) -> "_Folded":
        affine = _Affine.of(norm)
        return cls((convolution.weight * affine.scale.view(-1, 1, 1, 1, 1)).contiguous(), affine.shift.flatten())


class _Layer:
    """One dense layer: reads the channels so far, returns the new ones."""

    def __init__(self, layer: DenseLayer) -> None:
        parts: Any = layer.layers
        self.norm = _Affine.of(parts.norm1)
        self.narrow = _Folded.of(parts.conv1, parts.norm2)
        self.wide = parts.conv2.weight.detach()

    def __call__(self, x: Tensor) -> Tensor:
        y = functional.relu_(self.norm(x))
        y = functional.relu_(functional.conv3d(y, self.narrow.weight, self.narrow.bias))
        return functional.conv3d(y, self.wide, padding=1)


class _Transition:
    """Norm, ReLU, pool, 1×1×1."""

    def __init__(self, transition: Any) -> None:
        self.norm = _Affine.of(transition.norm)
        self.pool = transition.pool
        self.weight = transition.conv.weight.detach()

    def __call__(self, x: Tensor) -> Tensor:
        return functional.conv3d(self.pool(functional.relu_(self.norm(x))), self.weight)


class FusedBackbone:
    """Callable like `network.backbone` under inference mode; holds copies, so later changes of the weights do not show."""

    @torch.no_grad()
    def __init__(self, network: DarndestNetwork) -> None:
        """Fold the weights of a network in eval mode."""
        if network.training:
            raise ValueError("The network is in training mode; its norms cannot be folded. Call eval() first.")
        features: Any = network.features
        self.stem = _Folded.of(features.conv0, features.norm0)
        self.stride, self.padding, self.pool = features.conv0.stride, features.conv0.padding, features.pool0
        counts = range(1, len(network.spec.block_config) + 1)
        self.blocks = [[_Layer(layer) for layer in features.get_submodule(f"denseblock{n}").children()] for n in counts]
        self.transitions = [_Transition(features.get_submodule(f"transition{n}")) for n in counts[:-1]]
        self.last = _Affine.of(features.norm5)

    def __call__(self, x: Tensor) -> Tensor:
        """(N, 1, D, H, W) to normalised activations (N, C, d, h, w)."""
        x = functional.conv3d(x, self.stem.weight, self.stem.bias, stride=self.stride, padding=self.padding)
        x = _grow(self.blocks[0], self.pool(functional.relu_(x)))
        for transition, block in zip(self.transitions, self.blocks[1:], strict=True):
            x = _grow(block, transition(x))
        return self.last(x)


def _grow(block: list[_Layer], x: Tensor) -> Tensor:
    """Run a dense block inside one buffer that already has room for every layer's channels."""
    channels = x.shape[1]
    buffer = x.new_empty((x.shape[0], channels + sum(layer.wide.shape[0] for layer in block), *x.shape[2:]))
    buffer[:, :channels] = x
    for layer in block:
        new = layer(buffer[:, :channels])
        buffer[:, channels : channels + new.shape[1]] = new
        channels += new.shape[1]
    return buffer
