"""Where the nasopharynx lies, found in the image itself: the network's crop is laid around it.

A robust estimate, not a segmentation: the crop is 12 to 15 cm wide and needs the place within about 15 mm. Two facts are
weighed: where it lies in a head (behind the face by two fifths of the head's length, 15 cm below the vertex), and the
midline airway that ends there against the soft tissue in front of the clivus. No torch here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml.resampling import inside_source, reduce_blocks, resample
from ml.volume import Volume, VolumeRefused

CELL = 4.0
"""mm: the search grid is isotropic and laid along the patient's axes."""
BEHIND_FACE = 0.40
"""Of the head's length from front to back."""
BELOW_VERTEX = 150.0
BELOW_TOP = 62.0
"""mm below the first slice, where the vertex is not in the images: protocols for this region start above the sella."""
FARTHEST_BELOW = 20.0
"""mm below the lowest slice where it may still be expected: heads differ by about as much."""
WIDEST = 1000.0
"""mm that images of a head may span; beyond, a spacing or a position is wrong."""
MOST_TISSUE = 0.95
"""Of what the images show; a head has air around it and within (0.36 to 0.60 in the phantom and a real head)."""
MIDLINE_HALF_WIDTH = 10.0
TISSUE_BEHIND = 20.0
NO_HEAD = "No head was found in the images."
CHOOSE_ANOTHER = "Give this role to a series that shows the head from the sella to the second cervical vertebra."


@dataclass(frozen=True)
class _Search:
    """The head on the search grid, axes (z upwards, y backwards, x leftwards), `origin` (z, y, x) in LPS mm."""

    values: NDArray[np.float32]
    covered: NDArray[np.bool_]
    origin: NDArray[np.float64]

    def position(self, axis: int, index: float) -> float:
        """LPS mm of an index along axis 0 (z), 1 (y) or 2 (x)."""
        return float(self.origin[axis] + CELL * index)


def find_nasopharynx(volume: Volume) -> NDArray[np.float64]:
    """The nasopharynx's centre, (3,) LPS mm; VolumeRefused where there is no head to be seen."""
    search = _on_search_grid(volume)
    head = _head_mask(search)
    middle = _midline(head)
    prior_z, prior_y = _prior(search, head)
    z, y = _refine(search, head, middle, (prior_z, prior_y))
    return np.array([search.position(2, middle), search.position(1, y), search.position(0, z)])


def _on_search_grid(volume: Volume) -> _Search:
    factors = [max(1, round(CELL / spacing)) for spacing in volume.spacing]
    factors = [min(factor, length) for factor, length in zip(factors, volume.shape, strict=True)]
    reduced, scale = reduce_blocks(volume.voxels, (factors[0], factors[1], factors[2]))
    corners = volume.to_patient(np.array([[k, i, j] for k in (0, volume.shape[0] - 1) for i in (0, volume.shape[1] - 1)
                                          for j in (0, volume.shape[2] - 1)], dtype=np.float64))  # fmt: skip
    low, high = corners.min(axis=0), corners.max(axis=0)
    if (high - low).max() > WIDEST:
        raise VolumeRefused(f"The images span {(high - low).max():.0f} mm; at most {WIDEST:.0f} mm can be a head.",
                            CHOOSE_ANOTHER)  # fmt: skip
    counts = np.maximum(np.floor((high - low) / CELL).astype(int) + 1, 1)
    shape = (int(counts[2]), int(counts[1]), int(counts[0]))
    grid = np.zeros((4, 4))
    grid[[2, 1, 0], range(3)] = CELL
    grid[:3, 3], grid[3, 3] = low, 1
    to_source = np.linalg.inv(volume.affine @ scale) @ grid
    return _Search(
        values=resample(reduced, to_source, shape), covered=inside_source(to_source, shape, reduced.shape), origin=low[::-1]
    )


def _head_mask(search: _Search) -> NDArray[np.bool_]:
    """The solid head, airways and sinuses included, (z, y, x)."""
    bright = float(np.percentile(search.values[search.covered], 98)) if search.covered.any() else 0.0
    if bright <= 0:
        raise VolumeRefused(NO_HEAD, CHOOSE_ANOTHER)
    tissue = search.values > 0.12 * bright
    labels, count = ndimage.label(tissue)
    if count == 0:
        raise VolumeRefused(NO_HEAD, CHOOSE_ANOTHER)
    largest = labels == 1 + int(np.argmax(ndimage.sum_labels(tissue, labels, range(1, count + 1))))
    disc = ndimage.iterate_structure(ndimage.generate_binary_structure(2, 1), 4)[None]
    padded = np.pad(largest, ((0, 0), (6, 6), (6, 6)))
    closed = ndimage.binary_closing(padded, disc)[:, 6:-6, 6:-6]
    solid = _fill_planes(closed)
    width, length = (CELL * np.ptp(np.nonzero(solid.any(axis=axes))[0]) for axes in ((0, 1), (0, 2)))
    if width < 80 or length < 100:
        raise VolumeRefused(f"The largest thing in the images is {width:.0f} mm wide and {length:.0f} mm long, no head.",
                            CHOOSE_ANOTHER)  # fmt: skip
    if tissue[search.covered].mean() > MOST_TISSUE:
        raise VolumeRefused("The images show no air around or within a head: they are even, or noise.", CHOOSE_ANOTHER)
    return solid


def _fill_planes(closed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Fill the holes of every plane along z: all that its border cannot be reached from. One pass, not one per plane."""
    within_plane = np.zeros((3, 3, 3), bool)
    within_plane[1] = ndimage.generate_binary_structure(2, 1)
    labels, count = ndimage.label(~closed, within_plane)
    outside = np.zeros(count + 1, bool)
    for edge in (labels[:, 0], labels[:, -1], labels[:, :, 0], labels[:, :, -1]):
        outside[np.unique(edge)] = True
    outside[0] = False
    filled: NDArray[np.bool_] = ~outside[labels]
    return filled


def _midline(head: NDArray[np.bool_]) -> float:
    """Index along x of the middle of the head: the median over lines through it from right to left."""
    filled = head.any(axis=2)
    first = head.argmax(axis=2)[filled]
    last = head.shape[2] - 1 - head[:, :, ::-1].argmax(axis=2)[filled]
    wide = last - first >= 0.6 * np.percentile(last - first, 95)
    return float(np.median((first[wide] + last[wide]) / 2))


def _prior(search: _Search, head: NDArray[np.bool_]) -> tuple[float, float]:
    """Index along z and y where anatomy alone expects it."""
    area = head.sum(axis=(1, 2))
    seen = np.nonzero(area > 0.02 * area.max())[0]
    bottom, top = int(seen[0]), int(seen[-1])
    if _vertex_seen(search, head):
        below = BELOW_VERTEX
        missing = below - CELL * (top - bottom)
        if missing > FARTHEST_BELOW:
            raise VolumeRefused(f"The images end about {missing:.0f} mm above the nasopharynx.", CHOOSE_ANOTHER)
    else:
        bottom, top = _covered_range(search, head)
        below = min(BELOW_TOP, 0.5 * CELL * (top - bottom))
    z = max(top - below / CELL, float(bottom))
    # The skull's length, not the nose's tip nor the neck: the longest sections within 7 cm above.
    rows = [np.nonzero(head[k].any(axis=1))[0] for k in range(round(z), min(top, round(z + 70 / CELL)) + 1)]
    rows = [row for row in rows if len(row)]
    if not rows:
        raise VolumeRefused(NO_HEAD, CHOOSE_ANOTHER)
    back = float(np.percentile([row[-1] for row in rows], 90))
    front = float(np.median([row[0] for row in rows]))
    return z, front + BEHIND_FACE * (back - front)


def _vertex_seen(search: _Search, head: NDArray[np.bool_]) -> bool:
    """Whether most of the head ends upwards in air that the images still show, and not at their edge."""
    columns = head.any(axis=0)
    above = head.shape[0] - np.argmax(head[::-1], axis=0)
    y, x = np.nonzero(columns & (above < head.shape[0]))
    open_air = search.covered[above[y, x], y, x]
    return float(open_air.sum()) > 0.5 * float(columns.sum())


def _covered_range(search: _Search, head: NDArray[np.bool_]) -> tuple[int, int]:
    """Lowest and highest index along z that the images show in the middle of the head; they may be tilted."""
    y, x = (np.nonzero(head.any(axis=axes))[0] for axes in ((0, 2), (0, 1)))
    middle = search.covered[:, *(slice(*np.percentile(n, (35, 65)).round().astype(int)) for n in (y, x))]
    middle = middle.reshape(len(middle), -1)
    middle = middle[:, middle.any(axis=0)]
    lowest, highest = middle.argmax(axis=0), len(middle) - 1 - middle[::-1].argmax(axis=0)
    return int(np.median(lowest)), int(np.median(highest))


def _refine(search: _Search, head: NDArray[np.bool_], middle: float, prior: tuple[float, float]) -> tuple[float, float]:
    """Move from the prior to the midline airway with soft tissue behind it; indices along z and y."""
    half = round(MIDLINE_HALF_WIDTH / CELL)
    columns = slice(max(round(middle) - half, 0), round(middle) + half + 1)
    values, solid = search.values[:, :, columns], head[:, :, columns]
    tissue = float(np.median(search.values[head]))
    air = np.where(solid, np.clip(1 - values / (0.5 * tissue), 0, 1), 0).mean(axis=2)
    blurred = ndimage.gaussian_filter(air, 6.0 / CELL)
    shift = round(TISSUE_BEHIND / CELL)
    behind = np.pad(blurred, ((0, 0), (0, shift)), mode="edge")[:, shift:]
    z, y = np.meshgrid(*(CELL * np.arange(n) for n in air.shape), indexing="ij")
    distance = ((z - CELL * prior[0]) / 22) ** 2 + ((y - CELL * prior[1]) / 14) ** 2
    evidence = np.clip(blurred - behind, 0, None) * np.exp(-0.5 * distance) * search.covered[:, :, columns].any(axis=2)
    if evidence.max() < 0.02:
        return prior
    weight = evidence * (evidence > 0.6 * evidence.max())
    found = ndimage.center_of_mass(weight)
    return float(found[0]), float(found[1])
