"""Random affines of network inputs, each drawn from seed, epoch and case alone.

So the same case in the same epoch is varied in the same way whatever the number of devices, and a resumed run repeats it.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ml.training.recipe import Recipe

DRAWS = 7
"""Numbers one case's affine is made of."""


def case_seed(seed: int, epoch: int, case: int) -> int:
    """A seed of its own for each case of each epoch, 0 to 2^62 - 1."""
    return int(np.random.SeedSequence([seed, epoch, case]).generate_state(1, np.uint64)[0] >> 2)


def vary_case(
    voxels: NDArray[np.float32], recipe: Recipe, epoch: int, case: int, spacing: tuple[float, float, float]
) -> NDArray[np.float32]:
    """TorchIO's RandomAffine of one volume (D, H, W) with `spacing` in mm: rotations about all axes, in millimetres."""
    import torchio

    affine = np.diag([*spacing, 1.0])
    image = torchio.ScalarImage(tensor=torch.from_numpy(np.ascontiguousarray(voxels))[None], affine=affine)
    move = torchio.RandomAffine(scales=recipe.scaling, degrees=recipe.rotation, translation=recipe.translation)
    # TorchIO draws from torch's global generator; whoever else draws from it shall not notice.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(case_seed(recipe.seed, epoch, case))
        varied = move(image).data[0]
        if recipe.mirror and float(torch.rand(())) < 0.5:
            varied = varied.flip(-1)
    result: NDArray[np.float32] = varied.numpy().astype(np.float32, copy=False)
    return result


def draw_batch(recipe: Recipe, epoch: int, cases: Sequence[int]) -> Tensor:
    """Uniform numbers (cases, DRAWS) from 0 to 1 for `vary_batch`."""
    generators = [torch.Generator().manual_seed(case_seed(recipe.seed, epoch, case)) for case in cases]
    return torch.stack([torch.rand(DRAWS, generator=generator) for generator in generators])


def vary_batch(x: Tensor, draws: Tensor, recipe: Recipe, spacing: tuple[float, float, float]) -> Tensor:
    """A random affine of each volume of a batch (N, 1, D, H, W), trilinear, zero outside.

    Rotation only in the axial plane, where voxels are square; a whole batch in one call, on its own device.
    """
    depth, height, width = x.shape[2:]
    signed = draws * 2 - 1
    angle = torch.deg2rad(signed[:, 0] * recipe.rotation)
    scale, deep = 1 + signed[:, 1] * recipe.scaling, 1 + signed[:, 2] * recipe.scaling
    flip = torch.where(draws[:, 3] < (0.5 if recipe.mirror else 0.0), -1.0, 1.0)
    theta = torch.zeros(len(x), 3, 4)
    theta[:, 0, 0], theta[:, 0, 1] = torch.cos(angle) * scale * flip, -torch.sin(angle) * scale
    theta[:, 1, 0], theta[:, 1, 1] = torch.sin(angle) * scale * flip, torch.cos(angle) * scale
    theta[:, 2, 2] = deep
    # The grid runs from -1 to 1, so a shift of one voxel is 2 / length.
    for row, (length, mm) in enumerate(((width, spacing[2]), (height, spacing[1]), (depth, spacing[0]))):
        theta[:, row, 3] = signed[:, 4 + row] * recipe.translation * 2 / (length * mm)
    grid = functional.affine_grid(theta.to(x), list(x.shape), align_corners=False)
    return functional.grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
