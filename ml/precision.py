"""Half precision on a GPU, only where it leaves the score: checked when a network is loaded, on probe inputs."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

import torch
from torch import Tensor, nn

FULL = "float32"
HALF = "float16"
"""float16 rather than bfloat16: three more bits of the fraction, and normed activations stay far from its limits."""
TOLERANCE = 1e-3
PROBES = 4

Backbone = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Chosen:
    """The backbone to use, its precision, and why it is not half precision where it is not."""

    backbone: Backbone
    precision: str
    reason: str = ""


def halved(backbone: Backbone, device: str, dtype: torch.dtype = torch.float16) -> Backbone:
    """The same backbone under autocast; its activations come back as float32."""
    kind = device.split(":")[0]

    def reduced(x: Tensor) -> Tensor:
        with torch.autocast(kind, dtype=dtype):
            return backbone(x).float()

    return reduced


def choose_precision(plain: Backbone, reduced: Backbone, head: nn.Module, probes: Tensor) -> Chosen:
    """`reduced` where its scores lie within 1e-3 of `plain`'s for every probe (N, 1, D, H, W), else `plain` and why."""
    with torch.inference_mode():
        apart = torch.cat([(_score(head, plain(x)) - _score(head, reduced(x))).abs() for x in probes.split(1)])
    worst = float(apart.max())
    if worst <= TOLERANCE:  # NaN is not
        return Chosen(reduced, HALF)
    found = f"scores were {worst:.1e} apart" if isfinite(worst) else "scores were not finite"
    return Chosen(plain, FULL, f"half precision is off: {found} on probe inputs, {TOLERANCE:g} is allowed")


def probe_inputs(shape: tuple[int, int, int], device: str) -> Tensor:
    """Inputs (PROBES, 1, D, H, W) like prepared images: smooth bodies of 0 to about 1.5 in air, and fine texture; the same
    ones every time, and no random numbers of anyone else's are used up.
    """
    generator = torch.Generator().manual_seed(0)
    coarse = torch.rand((PROBES, 1, *(max(2, n // 8) for n in shape)), generator=generator)
    smooth = nn.functional.interpolate(coarse, size=shape, mode="trilinear", align_corners=True)
    texture = torch.randn((PROBES, 1, *shape), generator=generator) * 0.1
    return ((smooth - 0.3) * 2 + texture).clamp(0, 2).to(device)


def _score(head: nn.Module, features: Tensor) -> Tensor:
    scores: Tensor = torch.sigmoid(head(features).float()).flatten()
    return scores
