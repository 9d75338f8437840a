"""Made-up heads whose only finding is a bright ball: what a network has to look at is known."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ml.architecture import DenseNetSpec, ResNetSpec

SHAPE, SPACING = (8, 32, 32), (5.0, 4.0, 4.0)
AFFINE = np.diag([*SPACING, 1.0])
STRIDES = {"depth_strides": (1, 1, 2, 1, 1), "plane_strides": (2, 1, 2, 1, 1)}
TOY_DENSENET = DenseNetSpec(init_features=8, growth_rate=6, block_config=(2, 2, 2, 2), bn_size=2, **STRIDES)
TOY_RESNET = ResNetSpec(widths=(8, 8, 12, 16), block_config=(1, 1, 1, 1), **STRIDES)


@dataclass(frozen=True, eq=False)
class Toys:
    """voxels (N, D, H, W) float16, labels (N,) uint8 in turn 0 and 1, and the ball's mask of each case, bright or not."""

    voxels: np.ndarray
    labels: np.ndarray
    masks: list[np.ndarray]

    def positives(self, count: int) -> list[tuple[Tensor, np.ndarray]]:
        """The first `count` positive cases: network input (1, 1, D, H, W) and mask."""
        chosen = np.flatnonzero(self.labels)[:count]
        return [(torch.from_numpy(self.voxels[n].astype(np.float32))[None, None], self.masks[n]) for n in chosen]


def toys(cases: int, seed: int) -> Toys:
    """Round heads in air, with three dark balls each for company and a bright one in every second."""
    rng = np.random.default_rng(seed)
    z, y, x = np.indices(SHAPE)

    def ball(radius: float) -> np.ndarray:
        centre = rng.uniform(2, 6), rng.uniform(7, 25), rng.uniform(7, 25)
        return ((z - centre[0]) * 1.25) ** 2 + (y - centre[1]) ** 2 + (x - centre[2]) ** 2 < radius**2

    labels = (np.arange(cases) % 2).astype(np.uint8)
    voxels, masks = np.zeros((cases, *SHAPE), np.float16), []
    for number, label in enumerate(labels):
        head = ((y - 15.5) ** 2 + (x - 15.5) ** 2 < 14.5**2) * (0.5 + 0.1 * rng.normal(size=SHAPE))
        for _ in range(3):
            head[ball(2.5)] -= 0.3
        masks.append(ball(3.5))
        head[masks[-1]] += 0.7 * label
        voxels[number] = head
    return Toys(voxels, labels, masks)
