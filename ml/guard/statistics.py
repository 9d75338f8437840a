"""What a prepared input looks like, as a short vector of numbers with names a radiologist understands. No torch here.

Taken from the network's own input, after scaling, and from the survey of its source; the same for every crop's size. About
3 ms for 24 × 128 × 128 voxels.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ml.preprocessing import NetworkInput
from ml.resampling import reduce_blocks
from ml.survey import Survey

THUMB = (8, 12, 12)
"""Cells (slices, rows, columns) of the coarse image that stands for the anatomy."""
ZONES = (4, 3, 3)
"""Zones from below upwards, from front to back, and from the patient's right to left (the sides are averaged)."""
AIR = 0.15
"""Darker is air or cortical bone, after scaling."""
PERCENTILES = (10, 25, 50, 75, 90, 99)

Thumb = NDArray[np.float32]

WORDS: Mapping[str, str] = {
    "air": "the share of air and bone",
    **{f"p{p}": f"the {p}th percentile of brightness" for p in PERCENTILES},
    "symmetry": "left-right symmetry",
    "sharpness": "sharpness within the slices",
    "grain": "noise or fine texture",
    "through": "the change from slice to slice",
    "likeness": "likeness to the average training image",
    "width": "the head's width",
    "length": "the head's length",
    "ahead": "the distance from the face to the middle of the region",
    "aside": "the distance from the midline to the middle of the region",
    **{
        f"zone {z}{y}{x}": f"brightness {where_z}, {where_y}, {where_x}"
        for z, where_z in enumerate(("at the lower edge", "below the middle", "above the middle", "at the upper edge"))
        for y, where_y in enumerate(("in front", "in the middle", "behind"))
        for x, where_x in enumerate(("at the sides", "in the midline"))
    },
}
"""Every statistic by name, in the vector's order, as a sentence names it."""
NAMES: tuple[str, ...] = tuple(WORDS)
UNITS: Mapping[str, str] = {"air": "%", "width": "mm", "length": "mm", "ahead": "mm", "aside": "mm"}


def thumb(prepared: NetworkInput) -> Thumb:
    """The input in `THUMB` cells, block means; smaller inputs are repeated up to it first."""
    voxels = prepared.voxels
    for axis, cells in enumerate(THUMB):
        if voxels.shape[axis] < cells:
            voxels = np.repeat(voxels, -(-cells // voxels.shape[axis]), axis=axis)
    depth, height, width = (max(1, n // cells) for n, cells in zip(voxels.shape, THUMB, strict=True))
    # Centred, so that left and right lose the same where the cells do not come out even.
    starts = [(n - cells * f) // 2 for n, cells, f in zip(voxels.shape, THUMB, (depth, height, width), strict=True)]
    centred = voxels[tuple(slice(s, s + c * f) for s, c, f in zip(starts, THUMB, (depth, height, width), strict=True))]
    return reduce_blocks(centred, (depth, height, width))[0]


def statistics(prepared: NetworkInput, seen: Survey, average: Thumb) -> NDArray[np.float64]:
    """The vector, (len(NAMES),) in that order; `average` (8, 12, 12) is the training inputs' mean `thumb`."""
    small = thumb(prepared)
    sample = _sample(prepared.voxels)
    tissue = sample[sample >= AIR]
    levels = np.percentile(tissue, PERCENTILES) if tissue.size else np.zeros(len(PERCENTILES))
    values = {
        "air": 100.0 * float((sample < AIR).mean()),
        **{f"p{p}": float(level) for p, level in zip(PERCENTILES, levels, strict=True)},
        "symmetry": correlation(small, small[:, :, ::-1]),
        **_texture(prepared.voxels),
        "through": float(np.abs(np.diff(small, axis=0)).mean() / max(float(small.mean()), 1e-6)),
        "likeness": correlation(small, average),
        "width": seen.width,
        "length": seen.length,
        "ahead": seen.ahead,
        "aside": seen.aside,
        **_zones(small),
    }
    return np.array([values[name] for name in NAMES])


def correlation(one: Thumb, other: Thumb) -> float:
    """Pearson's r of two images; 0 where one of them is flat."""
    a, b = one - one.mean(), other - other.mean()
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / size if size > 1e-9 else 0.0


def _sample(voxels: NDArray[np.float32]) -> NDArray[np.float32]:
    """About thirty thousand voxels, spread over rows and columns of every slice."""
    step = max(1, round((voxels.size / 30_000) ** 0.5))
    return voxels[:, ::step, ::step].ravel()


def _texture(voxels: NDArray[np.float32]) -> dict[str, float]:
    """Mean gradient and mean curvature within a few slices about the middle, relative to their mean."""
    depth = len(voxels)
    part = voxels[depth // 4 : depth - depth // 4 : max(1, depth // 8)]
    level = max(float(part.mean()), 1e-6)
    down, across = np.diff(part, axis=1), np.diff(part, axis=2)
    gradient = float(np.abs(down).mean() + np.abs(across).mean())
    curvature = float(np.abs(np.diff(down, axis=1)).mean() + np.abs(np.diff(across, axis=2)).mean())
    return {"sharpness": gradient / level, "grain": curvature / max(gradient, 1e-6)}


def _zones(small: Thumb) -> dict[str, float]:
    """Mean of each zone of the coarse image, the two sides together."""
    cells = [n // zones for n, zones in zip(THUMB, ZONES, strict=True)]
    means = small.reshape(ZONES[0], cells[0], ZONES[1], cells[1], ZONES[2], cells[2]).mean(axis=(1, 3, 5))
    sides = (means[..., 0] + means[..., 2]) / 2
    return {
        f"zone {z}{y}{x}": float((sides, means[..., 1])[x][z, y])
        for z in range(ZONES[0])
        for y in range(ZONES[1])
        for x in range(2)
    }
