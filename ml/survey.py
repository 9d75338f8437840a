"""A coarse look at a series about the nasopharynx: where the head ends, what lies outside it, whether an edge cuts it.

Sampled at about 5 mm from the source's own voxels, in patient order: axes (z upwards, y backwards, x leftwards). Both the
guard and the quality gates read it, so a series is surveyed once. No torch here; about 3 ms a series.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml.preprocessing import NetworkInput
from ml.volume import Volume

CELL = 5.0
"""mm between samples, as near as whole voxels allow."""
HALF_HEIGHT = 25.0
"""mm above and below the crop's middle that are looked at."""
TISSUE = 0.15
"""Of the 90th percentile: darker is air, bone or noise."""
FEWEST = 40
"""Cells of background below which nothing is said of ghosts."""


@dataclass(frozen=True, eq=False)
class Survey:
    """What was seen. Lengths in mm; `ghost` in per cent of the tissue's median, None where no background can be seen."""

    width: float
    """Of the head from right to left, median over the slices."""
    length: float
    """From front to back."""
    ahead: float
    """From the head's front to the crop's middle."""
    aside: float
    """From the middle between the head's sides to the crop's middle, whichever side."""
    cut: float
    """Longest edge of tissue that a border of the images cuts off, mean over the slices."""
    ghost: float | None
    above: float
    """mm of images above the crop's middle."""
    below: float


def survey(volume: Volume, prepared: NetworkInput) -> Survey:
    """Look at the slices about the middle of the crop that `prepared` was cut to."""
    middle = prepared.affine[:3, :3] @ ((np.array(prepared.voxels.shape) - 1) / 2) + prepared.affine[:3, 3]
    values, cells, place = _about(volume, middle)
    around = max(1, round(HALF_HEIGHT / cells[0]))
    height = int(np.clip(round(place[0]), 0, len(values) - 1))
    slab = values[max(height - around, 0) : height + around + 1]
    head = _head(slab)
    spans = [_span(head, axis) * cells[axis] for axis in (1, 2)]
    lengths = [float(np.median(span[:, 1] - span[:, 0])) if len(span) else 0.0 for span in spans]
    front = float(np.median(spans[0][:, 0])) if len(spans[0]) else 0.0
    centre = float(np.median(spans[1].mean(axis=1))) if len(spans[1]) else 0.0
    return Survey(
        width=lengths[1],
        length=lengths[0],
        ahead=float(place[1] * cells[1]) - front,
        aside=abs(float(place[2] * cells[2]) - centre),
        cut=_cut(head, cells),
        ghost=_ghost(slab, head),
        above=float((len(values) - 0.5 - place[0]) * cells[0]),
        below=float((place[0] + 0.5) * cells[0]),
    )


def _about(
    volume: Volume, middle: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.float64]]:
    """Every n-th voxel (z, y, x), the cell's lengths in mm, and where the point `middle` (LPS mm) lies in cells."""
    cosines = np.eye(3)[::-1] @ volume.axes
    axes = _one_to_one(np.abs(cosines))
    spacing = np.array(volume.spacing)[axes]
    strides = np.maximum(np.rint(CELL / spacing).astype(int), 1)
    place = volume.to_indices(middle)[axes]
    values = np.transpose(volume.voxels, axes)
    for axis in range(3):
        if cosines[axis, axes[axis]] < 0:
            place[axis] = values.shape[axis] - 1 - place[axis]
            values = np.flip(values, axis)
    values = values[:: strides[0], :: strides[1], :: strides[2]]
    return np.ascontiguousarray(values), spacing * strides, place / strides


def _one_to_one(cosines: NDArray[np.float64]) -> list[int]:
    """For each patient axis the volume's axis along it, none used twice."""
    free, chosen = [0, 1, 2], []
    for axis in range(3):
        best = max(free, key=lambda n: cosines[axis, n])
        free.remove(best)
        chosen.append(best)
    return chosen


def _head(slab: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The largest connected tissue of each slice, airways inside it included, (z, y, x)."""
    bright = float(np.percentile(slab, 90))
    tissue = slab > max(TISSUE * bright, 1e-6)
    structure = np.zeros((3, 3, 3), bool)
    structure[1] = ndimage.generate_binary_structure(2, 1)
    labels, count = ndimage.label(tissue, structure)
    if count == 0:
        return tissue
    of_plane = [int(np.bincount(plane.ravel())[1:].argmax()) + 1 if plane.any() else -1 for plane in labels]
    largest: NDArray[np.bool_] = np.equal(labels, np.array(of_plane)[:, None, None])
    # Filled along both in-plane axes: between the first and the last tissue of a line lies the head.
    return _between(largest, 1) & _between(largest, 2)


def _between(mask: NDArray[np.bool_], axis: int) -> NDArray[np.bool_]:
    forwards = np.logical_or.accumulate(mask, axis=axis)
    backwards = np.flip(np.logical_or.accumulate(np.flip(mask, axis), axis=axis), axis)
    between: NDArray[np.bool_] = forwards & backwards
    return between


def _span(head: NDArray[np.bool_], axis: int) -> NDArray[np.float64]:
    """First and last cell of the head along an in-plane axis, (slices with a head, 2)."""
    lines: NDArray[np.bool_] = np.logical_or.reduce(head, axis=3 - axis)
    lines = lines[lines.any(axis=1)]
    if not len(lines):
        return np.zeros((0, 2))
    last = lines.shape[1] - np.argmax(lines[:, ::-1], axis=1)
    return np.stack([np.argmax(lines, axis=1), last], axis=1).astype(np.float64)


def _cut(head: NDArray[np.bool_], cells: NDArray[np.float64]) -> float:
    """Of the four borders beside, before and behind the head, the longest mean edge of tissue on it, mm."""
    sides = [(head[:, edge].mean(axis=0).sum() * cells[2]) for edge in (0, -1)]
    sides += [(head[:, :, edge].mean(axis=0).sum() * cells[1]) for edge in (0, -1)]
    return float(max(sides))


def _ghost(slab: NDArray[np.float32], head: NDArray[np.bool_]) -> float | None:
    """Signal before and behind the head against that beside it (or the reverse), per cent of the tissue's median.

    The ghosting ratio of the ACR's phantom test (MRI Quality Control Manual 2015), on the head: ghosts of moving tissue
    lie along one direction only, noise on all sides.
    """
    wide = ndimage.binary_dilation(head, ndimage.generate_binary_structure(2, 2)[None], iterations=2)
    rows, columns = wide.any(axis=2, keepdims=True), wide.any(axis=1, keepdims=True)
    along, beside = columns & ~rows, rows & ~columns
    # Concave outlines (neck, nose) leave air inside the box: it belongs to the direction it opens to.
    along = along | (columns & ~_between(wide, 1) & ~wide)
    beside = (beside | (rows & ~_between(wide, 2) & ~wide)) & ~along
    if along.sum() < FEWEST or beside.sum() < FEWEST or not head.any():
        return None
    level = float(np.median(slab[head]))
    return 100.0 * abs(float(slab[along].mean()) - float(slab[beside].mean())) / max(level, 1e-6)
