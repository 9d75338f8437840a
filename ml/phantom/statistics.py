"""Figures that say how alike two sets of axial T2 slices are: intensity, texture, size of lesions. NumPy and SciPy only.

The real slices that may be had are JPEG without pixel size (`ml.phantom.compare`), so every figure is relative: intensities
to the head's own 95th percentile, lengths to the head's width, which is about 150 mm in an adult.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml.phantom.canvas import Field

WIDTH = 150.0
"""mm: an adult head's width at the level of the nasopharynx, rounded; turns relative lengths into rough millimetres."""
SIZE = 192
"""Pixels along the head's width on which texture is measured."""


def _words(words: str) -> float:
    """A field that carries the words a table shows for it."""
    value: float = field(metadata={"words": words})
    return value


@dataclass(frozen=True)
class SliceFigures:
    """One slice. Intensities relative to the head's 95th percentile; texture on a grid of `SIZE` pixels a head's width."""

    p10: float = _words("10th percentile")
    median: float = _words("median")
    p75: float = _words("75th percentile")
    deviation: float = _words("standard deviation")
    dark: float = _words("share below a fifth (air, bone, flow voids)")
    bright: float = _words("share above 1.25 (fluid)")
    edges: float = _words("mean gradient per pixel")
    fine: float = _words("texture finer than 1 pixel (deviation)")
    middle: float = _words("texture of 1 to 4 pixels (deviation)")
    length: float = _words("head's length / width")


def head_of_slice(image: Field) -> NDArray[np.bool_]:
    """The head in one slice (rows, columns), its cavities filled."""
    bright = image > 0.12 * np.percentile(image, 98)
    closed = ndimage.binary_closing(np.pad(bright, 12), iterations=4)[12:-12, 12:-12]
    labels, count = ndimage.label(ndimage.binary_fill_holes(closed))
    if count == 0:
        return np.zeros(image.shape, bool)
    sizes = ndimage.sum_labels(labels > 0, labels, range(1, count + 1))
    return np.asarray(labels == 1 + int(np.argmax(sizes)))


def figures_of(image: Field) -> SliceFigures:
    """Figures of one slice (rows, columns), pixels square."""
    head = head_of_slice(image)
    rows, columns = np.nonzero(head.any(axis=1))[0], np.nonzero(head.any(axis=0))[0]
    if not len(rows):
        raise ValueError("No head was found in the slice; expected an axial slice with air around it.")
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    zoom = SIZE / len(columns)
    small = ndimage.zoom(image[box].astype(np.float32), zoom, order=1)
    inside = ndimage.zoom(head[box].astype(np.float32), zoom, order=0) > 0.5
    small = small / max(float(np.percentile(small[inside], 95)), 1e-6)
    core = ndimage.binary_erosion(inside, iterations=4)
    once, often = ndimage.gaussian_filter(small, 1.0), ndimage.gaussian_filter(small, 4.0)
    gradient = np.hypot(*np.gradient(small))
    values = small[inside]
    p10, median, p75 = (float(v) for v in np.percentile(values, (10, 50, 75)))
    return SliceFigures(
        p10=p10,
        median=median,
        p75=p75,
        deviation=float(values.std()),
        dark=float((values < 0.2).mean()),
        bright=float((values > 1.25).mean()),
        edges=float(gradient[core].mean()),
        fine=float((small - once)[core].std()),
        middle=float((once - often)[core].std()),
        length=len(rows) / len(columns),
    )


def lesion_diameter(mask: NDArray[np.bool_], head: NDArray[np.bool_]) -> float:
    """Longest side of the lesion's box in this slice in mm, taking the head's width for `WIDTH`; 0 without one."""
    if not mask.any():
        return 0.0
    sides = [np.ptp(np.nonzero(mask.any(axis=axis))[0]) + 1 for axis in (0, 1)]
    width = np.ptp(np.nonzero(head.any(axis=0))[0]) + 1
    return float(max(sides)) / float(width) * WIDTH


def lesion_intensity(image: Field, mask: NDArray[np.bool_]) -> tuple[float, float]:
    """The lesion's mean relative to the head's 95th percentile, and the deviation within it relative to its mean."""
    values = image[mask]
    top = float(np.percentile(image[head_of_slice(image)], 95))
    mean = float(values.mean())
    return mean / max(top, 1e-6), float(values.std()) / max(mean, 1e-6)
