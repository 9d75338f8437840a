"""Integrated gradients and occlusion by captum on the whole network: many passes, so only for one study on demand.

Both explain the logit, so their unit is log odds. Integrated gradients compare with air (0 in a network's input), occlusion
with a window of mean tissue.
Cost is bounded whatever the input: 32 steps, or at most 350 windows, two in a pass.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np
import torch
from captum.attr import IntegratedGradients, Occlusion
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ml.explanation import EXPLANATIONS, Method
from ml.fused import LAYOUT, FusedBackbone
from ml.heatmap import Heatmap
from ml.networks import DarndestNetwork
from ml.preprocessing import NetworkInput

STEPS = 32
"""Of the path from air to the image, Gauss-Legendre."""
BLOCK_MM = 10.0
WINDOW_MM = 20.0
MOST_WINDOWS = 350
AIR = 0.1
"""Below this share of bright tissue (1 in a network's input) a voxel counts as air."""
AT_ONCE = 2
"""Steps or windows a pass: more gains little on a CPU and costs memory."""

Progress = Callable[[float], None]


def _ignore(_: float) -> None:
    """Nobody wants to know how far it is."""


def explain(network: DarndestNetwork, prepared: NetworkInput, method: Method, progress: Progress = _ignore) -> Heatmap:
    """The map of `method` (one on demand) for one network input, on the method's fixed scale.

    `progress` is told the share done, 0 to 1, before every pass; what it raises ends the work.
    """
    reference = EXPLANATIONS[method].reference
    if reference is None:
        raise ValueError(f"{method} has no scale of its own; it comes with the score (ml.prediction).")
    x = torch.from_numpy(prepared.voxels)[None, None].to(next(network.parameters()).device)
    spacing = np.linalg.norm(prepared.affine[:3, :3], axis=0)
    raw = attribute(network, x, method, (float(spacing[0]), float(spacing[1]), float(spacing[2])), progress)
    return Heatmap.from_activation(raw, reference, prepared.affine, prepared.voxels.shape)


def attribute(
    network: DarndestNetwork,
    x: Tensor,
    method: Method,
    spacing: tuple[float, float, float],
    progress: Progress = _ignore,
) -> NDArray[np.float32]:
    """Raw map (d, h, w) of one input (1, 1, D, H, W) with voxels of `spacing` mm: log odds, positive for recurrence."""
    if network.training:
        raise ValueError("The network is in training mode; call eval() before asking it to explain itself.")
    if method is Method.INTEGRATED_GRADIENTS:
        return _integrated_gradients(network, x, spacing, progress)
    if method is Method.OCCLUSION:
        # Nothing here asks for a gradient, so the backbone may compute as it does for scores.
        backbone = FusedBackbone(network)
        return occlusion(lambda hidden: network.head(backbone(hidden)), x, spacing, progress)
    raise ValueError(f"{method} is not made on demand; expected integrated gradients or occlusion.")


class _Counted:
    """A network's logit (N,), which tells before each pass how many of the expected passes are done."""

    def __init__(self, network: Callable[[Tensor], Tensor], passes: int, progress: Progress) -> None:
        self.network, self.passes, self.progress, self.done = network, passes, progress, 0

    def __call__(self, x: Tensor) -> Tensor:
        self.progress(min(1.0, self.done / self.passes))
        self.done += 1
        return self.network(x)[:, 0]


def _integrated_gradients(
    network: DarndestNetwork, x: Tensor, spacing: tuple[float, float, float], progress: Progress
) -> NDArray[np.float32]:
    """Summed over blocks of about 10 mm: they add up to the logit's rise from air to the image (completeness)."""
    logit = _Counted(network, ceil(STEPS / AT_ONCE), progress)
    wanted = [parameter for parameter in network.parameters() if parameter.requires_grad]
    for parameter in wanted:
        parameter.requires_grad_(False)  # only the input's gradient is asked for
    try:
        found = IntegratedGradients(logit).attribute(
            x.contiguous(memory_format=LAYOUT),
            baselines=0.0,
            n_steps=STEPS,
            method="gausslegendre",
            internal_batch_size=AT_ONCE,
        )
    finally:
        for parameter in wanted:
            parameter.requires_grad_(True)
    return _blocks(found, _counts(x, spacing), total=True)


def occlusion(
    network: Callable[[Tensor], Tensor], x: Tensor, spacing: tuple[float, float, float], progress: Progress = _ignore
) -> NDArray[np.float32]:
    """Raw map (d, h, w) of whatever gives logits (N, 1): windows of about 20 mm are hidden one after another.

    A block has the mean fall over the windows that hid it.
    """
    windows = Windows.over(x.shape[2:], spacing)
    logit = _Counted(network, 1 + ceil(windows.count / AT_ONCE), progress)
    with torch.inference_mode():
        found = Occlusion(logit).attribute(
            x,
            sliding_window_shapes=(1, *windows.size),
            strides=(1, *windows.stride),
            baselines=_tissue(x),
            perturbations_per_eval=AT_ONCE,
        )
    counts = [ceil(length / step) for length, step in zip(x.shape[2:], windows.stride, strict=True)]
    return _blocks(found, counts, total=False)


def _tissue(x: Tensor) -> float:
    """Mean of what is not air: a hole of air would be a finding of its own."""
    tissue = x[x > AIR]
    return float(tissue.mean()) if tissue.numel() else 0.0


@dataclass(frozen=True)
class Windows:
    """How occlusion slides: `size` and `stride` (slices, rows, columns) in voxels, and how many windows that makes."""

    size: tuple[int, int, int]
    stride: tuple[int, int, int]
    count: int

    @classmethod
    def over(cls, shape: tuple[int, ...], spacing: tuple[float, float, float]) -> "Windows":
        """Half a window a step; larger windows, by tenths, until they are no more than MOST_WINDOWS."""
        for tenths in range(10, 1000):
            window = WINDOW_MM * tenths / 10
            size = [min(n, max(2, round(window / mm))) for n, mm in zip(shape, spacing, strict=True)]
            stride = [max(1, n // 2) for n in size]
            steps = [1 + ceil((n - w) / s) for n, w, s in zip(shape, size, stride, strict=True)]
            count = int(np.prod(steps))
            if count <= MOST_WINDOWS:
                return cls((size[0], size[1], size[2]), (stride[0], stride[1], stride[2]), count)
        raise ValueError(f"No window fits an input of {shape} voxels of {spacing} mm.")


def _counts(x: Tensor, spacing: tuple[float, float, float]) -> list[int]:
    """How many blocks of about 10 mm the input has along each axis."""
    return [max(1, round(n * mm / BLOCK_MM)) for n, mm in zip(x.shape[2:], spacing, strict=True)]


def _blocks(values: Tensor, counts: list[int], *, total: bool) -> NDArray[np.float32]:
    """Sums or means over `counts` blocks of (1, 1, D, H, W), which share out the input evenly."""
    pooled = functional.adaptive_avg_pool3d(values.detach(), (counts[0], counts[1], counts[2]))[0, 0]
    if total:
        pooled = pooled * (values[0, 0].numel() / pooled.numel())
    result: NDArray[np.float32] = pooled.float().cpu().numpy()
    return result
