"""Maps and lesions made so that every figure is known beforehand."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from ml.evaluation.localisation import Spot, localisation, localise

# Cells of 20 × 10 × 10 mm; the lesion's voxels are 5 × 2 × 2 mm. Both grids begin at the same corner of the same box.
CELLS, VOXELS = (4, 8, 8), (16, 40, 40)


def grid(spacing: tuple[float, float, float]) -> np.ndarray:
    """Index to LPS mm (slices up, rows back, columns left) for a box whose corner is the origin."""
    affine = np.zeros((4, 4))
    for axis, (row, mm) in enumerate(zip((2, 1, 0), spacing, strict=True)):
        affine[row, axis], affine[row, 3] = mm, mm / 2
    affine[3, 3] = 1
    return affine


MAP, MASK = grid((20, 10, 10)), grid((5, 2, 2))


def cell_of(*index: int, value: float = 2.0) -> np.ndarray:
    cells = np.full(CELLS, -1.0, np.float32)
    cells[index] = value
    return cells


def lesion(*box: slice) -> np.ndarray:
    mask = np.zeros(VOXELS, bool)
    mask[box] = True
    return mask


# The voxels of cell (1, 2, 3), whole.
ONE_CELL = lesion(slice(4, 8), slice(10, 15), slice(15, 20))


def test_a_peak_inside_hits_and_chance_is_a_cell_at_random() -> None:
    spot = localise(cell_of(1, 2, 3), MAP, ONE_CELL, MASK)
    assert (spot.hit, spot.within_10_mm, spot.within_one_cell) == (True, True, True)
    assert spot.chance["hit"] == 1 / 256
    # The lesion fills its cell: from the next cell's centre it lies half a cell off, from the one after more than one.
    assert spot.chance["within_one_cell"] == 27 / 256
    # Centres of neighbours: 6 mm beside the nearest voxel centre in the plane, 12.5 mm over it between slices.
    assert spot.chance["within_10_mm"] == 9 / 256
    assert spot.chance["energy"] == pytest.approx(1 / 256)


def test_energy_of_one_lit_cell_is_what_interpolation_leaves_in_it() -> None:
    """A lit cell interpolates to a tent: along each axis three quarters of its energy lie in the cell itself.

    The lesion's voxels sample the tent: 1/n of the sum over n midpoints, n = 4, 5, 5.
    """
    spot = localise(cell_of(1, 2, 3), MAP, ONE_CELL, MASK)
    share = {n: float(np.mean([1 - abs((i + 0.5) / n - 0.5) for i in range(n)])) for n in (4, 5)}
    assert spot.energy == pytest.approx(share[4] * share[5] * share[5])
    assert spot.energy == pytest.approx(0.75**3, rel=0.03)


def test_a_flat_map_has_chance_energy_wherever_the_lesion_lies() -> None:
    for box in ((slice(0, 3), slice(0, 9), slice(31, 40)), (slice(5, 9), slice(11, 20), slice(3, 12))):
        spot = localise(np.full(CELLS, 3.0, np.float32), MAP, lesion(*box), MASK)
        assert spot.energy == pytest.approx(spot.chance["energy"])


@pytest.mark.parametrize(
    ("peak", "hit", "near", "beside"),
    [
        ((1, 2, 4), False, True, True),  # the next column: 6 mm
        ((2, 2, 3), False, False, True),  # the next slice of cells: 12.5 mm, yet one cell
        ((1, 2, 5), False, False, False),  # two columns on: 16 mm
        ((3, 7, 7), False, False, False),
    ],
)
def test_near_in_mm_and_near_in_cells_are_two_things(
    peak: tuple[int, int, int], hit: bool, near: bool, beside: bool
) -> None:
    spot = localise(cell_of(*peak), MAP, ONE_CELL, MASK)
    assert (spot.hit, spot.within_10_mm, spot.within_one_cell) == (hit, near, beside)
    assert spot.energy is not None
    assert spot.energy < 0.2


def test_scale_and_negative_cells_change_nothing() -> None:
    rng = np.random.default_rng(3)
    cells = rng.normal(size=CELLS).astype(np.float32)
    first = localise(cells, MAP, ONE_CELL, MASK)
    second = localise(np.maximum(cells, 0) * 40, MAP, ONE_CELL, MASK)
    assert first.energy == pytest.approx(second.energy)
    assert first.hit == second.hit


def test_a_lesion_outside_the_crop_is_never_reached() -> None:
    far = MASK.copy()
    far[:3, 3] += 500
    spot = localise(cell_of(1, 2, 3), MAP, ONE_CELL, far)
    assert (spot.hit, spot.within_10_mm, spot.within_one_cell, spot.energy) == (False, False, False, 0.0)
    assert set(spot.chance.values()) == {0.0}


def test_a_silent_map_reaches_nothing_and_has_no_energy() -> None:
    spot = localise(np.full(CELLS, -1.0, np.float32), MAP, ONE_CELL, MASK)
    assert (spot.hit, spot.energy) == (False, None)


def test_random_maps_come_out_at_chance() -> None:
    rng = np.random.default_rng(11)
    mask = lesion(slice(2, 12), slice(5, 25), slice(10, 30))
    spots = [localise(rng.random(CELLS).astype(np.float32), MAP, mask, MASK) for _ in range(400)]
    found = localisation(spots)
    for name in ("hit", "within_10_mm", "within_one_cell"):
        share = getattr(found, name)
        assert share.low < found.chance[name] < share.high, name
    assert found.energy.low < found.chance["energy"] < found.energy.high


def test_sums_count_silent_maps_as_misses_and_leave_them_out_of_energy() -> None:
    spots = [
        localise(cell_of(1, 2, 3), MAP, ONE_CELL, MASK),
        localise(cell_of(1, 2, 3), MAP, ONE_CELL, MASK),
        localise(cell_of(3, 7, 7), MAP, ONE_CELL, MASK),
        localise(np.zeros(CELLS, np.float32), MAP, ONE_CELL, MASK),
    ]
    found = localisation(spots)
    assert (found.cases, found.without_peak, found.hit.count, found.hit.n) == (4, 1, 2, 4)
    assert found.energy.n == 3
    assert found.energy.value == pytest.approx(2 / 3 * spots[0].energy)


def test_a_spot_survives_json() -> None:
    spot = localise(cell_of(1, 2, 3), MAP, ONE_CELL, MASK)
    assert Spot.from_json(json.loads(json.dumps(asdict(spot)))) == spot


def test_what_cannot_be_judged_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        localise(cell_of(0, 0, 0), MAP, np.zeros(VOXELS, bool), MASK)
    with pytest.raises(ValueError, match="no numbers"):
        localise(np.full(CELLS, np.nan, np.float32), MAP, ONE_CELL, MASK)
    with pytest.raises(ValueError, match="no case"):
        localisation([])
