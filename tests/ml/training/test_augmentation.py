"""Random affines: still without ranges, the same for the same case, in millimetres, mirrored where asked."""

from dataclasses import replace

import numpy as np
import torch

from ml.training.augmentation import draw_batch, vary_batch, vary_case
from ml.training.recipe import RECIPES

SPACING = (5.0, 2.3, 2.3)
STILL = {"rotation": 0.0, "scaling": 0.0, "translation": 0.0, "mirror": False}
FAST = RECIPES["fast"]


def vary(x: torch.Tensor, **changes: object) -> torch.Tensor:
    """A batch varied by the `fast` recipe with some settings changed."""
    recipe = replace(FAST, **changes)  # type: ignore[arg-type]
    return vary_batch(x, draw_batch(recipe, 1, range(len(x))), recipe, SPACING)


def test_without_ranges_nothing_changes() -> None:
    x = torch.rand(2, 1, 4, 8, 8)
    assert torch.allclose(vary(x, **STILL), x, atol=1e-5)
    voxels = np.random.default_rng(1).random((4, 8, 8)).astype(np.float32)
    paper = replace(RECIPES["paper"], **STILL)  # type: ignore[arg-type]
    np.testing.assert_allclose(vary_case(voxels, paper, 0, 0, SPACING), voxels, atol=1e-5)


def test_the_mirror_flips_left_and_right() -> None:
    x = torch.rand(8, 1, 4, 8, 8)
    varied = vary(x, **{**STILL, "mirror": True})
    flipped = [torch.allclose(v, original.flip(-1), atol=1e-5) for v, original in zip(varied, x, strict=True)]
    same = [torch.allclose(v, original, atol=1e-5) for v, original in zip(varied, x, strict=True)]
    assert all(f != s for f, s in zip(flipped, same, strict=True))
    assert any(flipped)
    assert any(same)


def test_a_case_is_varied_by_seed_epoch_and_number_alone() -> None:
    voxels = np.random.default_rng(1).random((8, 16, 16)).astype(np.float32)
    paper = RECIPES["paper"]
    torch.manual_seed(1)
    first = vary_case(voxels, paper, 3, 5, SPACING)
    before = torch.random.get_rng_state()
    again = vary_case(voxels, paper, 3, 5, SPACING)
    assert torch.equal(torch.random.get_rng_state(), before), "the global generator is left alone"
    np.testing.assert_array_equal(first, again)
    for epoch, case in ((4, 5), (3, 6)):
        assert np.abs(vary_case(voxels, paper, epoch, case, SPACING) - first).max() > 0.01
    alone, together = draw_batch(FAST, 2, [7]), draw_batch(FAST, 2, [3, 7])
    assert torch.equal(alone[0], together[1]), "whatever else is in the batch"


def test_a_shift_is_in_millimetres() -> None:
    """A point moves by at most the translation: 7 mm are 1.4 slices and about 3 columns."""
    x = torch.zeros(30, 1, 15, 21, 21)
    x[:, :, 7, 10, 10] = 1
    varied = vary(x, rotation=0.0, scaling=0.0, mirror=False)[:, 0]
    grid = torch.stack(torch.meshgrid(*(torch.arange(n) for n in varied.shape[1:]), indexing="ij"))
    weight = varied / varied.sum(dim=(1, 2, 3), keepdim=True)
    moved = torch.einsum("ndhw,adhw->na", weight, grid.float()) - torch.tensor([7.0, 10, 10])
    millimetres = (moved * torch.tensor(SPACING)).abs().max(dim=0).values
    assert (millimetres <= 7.05).all()
    assert (millimetres > 5).all(), "thirty draws come near the limit"
