"""Trilinear resampling from one voxel grid to another, in one step and without torch.

Where the two grids' axes run parallel, as they do for crops of a series and for heatmaps on it, one axis is interpolated
after the other; elsewhere scipy interpolates point by point. Both give the same numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import affine_transform

from ml.volume import Affine

Box = tuple[slice, slice, slice]


def resample(
    values: NDArray[np.float32], to_source: Affine, shape: tuple[int, int, int], *, extend: bool = False
) -> NDArray[np.float32]:
    """Values (d, h, w) read at a grid of `shape`; `to_source` (4, 4) maps target index to fractional index into `values`.

    Beyond half a cell outside the source the result is zero; `extend` repeats the border's values there instead.
    """
    matrix = np.where(np.abs(to_source) < 1e-9, 0.0, to_source)
    axes = _parallel_axes(matrix)
    if axes is None:
        return _resample_oblique(values, matrix, shape, extend=extend)
    lines = [
        _Line.along(matrix[source, 3] + matrix[source, axis] * np.arange(shape[axis]), values.shape[source], extend)
        for axis, source in enumerate(axes)
    ]
    return _resample_parallel(np.transpose(values, axes), lines)


def _parallel_axes(matrix: Affine) -> tuple[int, int, int] | None:
    """For each target axis the source axis it runs along, or None where an axis runs across several."""
    linear = np.abs(matrix[:3, :3])
    axes = tuple(int(n) for n in linear.argmax(axis=0))
    off_axis = linear.copy()
    off_axis[axes, range(3)] = 0
    return (axes[0], axes[1], axes[2]) if len(set(axes)) == 3 and off_axis.max() < 1e-6 else None


@dataclass(frozen=True)
class _Line:
    """Linear interpolation along one axis: target n is values[lower[n]] * near[n] + values[upper[n]] * far[n]."""

    lower: NDArray[np.intp]
    upper: NDArray[np.intp]
    near: NDArray[np.float32]
    far: NDArray[np.float32]

    @classmethod
    def along(cls, position: NDArray[np.float64], length: int, extend: bool) -> "_Line":
        """At fractional indices `position` (n,) of an axis of `length`."""
        inside = (position >= -0.5 - 1e-6) & (position <= length - 0.5 + 1e-6)
        position = np.clip(position, 0, length - 1)
        lower = np.minimum(position.astype(np.intp), max(length - 2, 0))
        part = (position - lower).astype(np.float32)
        weight = np.ones_like(part) if extend else inside.astype(np.float32)
        return cls(lower, np.minimum(lower + 1, length - 1), weight * (1 - part), weight * part)


def _resample_parallel(values: NDArray[np.float32], lines: Sequence[_Line]) -> NDArray[np.float32]:
    """One target slice after the other, so that what lies between two steps stays in the processor's cache."""
    slices, rows, columns = lines
    result = np.empty(tuple(len(line.lower) for line in lines), np.float32)
    plane, beyond = (np.empty(values.shape[1:], np.float32) for _ in range(2))
    cut, cut_beyond = (np.empty((len(rows.lower), values.shape[2]), np.float32) for _ in range(2))
    last = np.empty(result.shape[1:], np.float32)
    near, far = rows.near[:, None], rows.far[:, None]
    for k, target in enumerate(result):
        np.multiply(values[slices.lower[k]], slices.near[k], out=plane)
        np.multiply(values[slices.upper[k]], slices.far[k], out=beyond)
        plane += beyond
        # mode="clip" takes without a buffer in between; every index is inside.
        np.take(plane, rows.lower, axis=0, out=cut, mode="clip")
        np.take(plane, rows.upper, axis=0, out=cut_beyond, mode="clip")
        cut *= near
        cut_beyond *= far
        cut += cut_beyond
        np.take(cut, columns.lower, axis=1, out=target, mode="clip")
        np.take(cut, columns.upper, axis=1, out=last, mode="clip")
        target *= columns.near
        last *= columns.far
        target += last
    return result


def _resample_oblique(
    values: NDArray[np.float32], matrix: Affine, shape: tuple[int, int, int], *, extend: bool
) -> NDArray[np.float32]:
    result: NDArray[np.float32] = affine_transform(
        values.astype(np.float32, copy=False),
        matrix[:3, :3],
        matrix[:3, 3],
        shape,
        order=1,
        mode="nearest",
        output=np.float32,
    )
    if not extend:
        result[~inside_source(matrix, shape, values.shape)] = 0
    return result


def inside_source(to_source: Affine, shape: tuple[int, int, int], source: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which points of a grid of `shape` lie inside a source of shape `source`, up to half a cell beyond its centres."""
    inside = np.ones(shape, bool)
    ranges = [np.arange(n).reshape([-1 if a == axis else 1 for a in range(3)]) for axis, n in enumerate(shape)]
    for axis, length in enumerate(source):
        # Axes that do not matter are left out, so that parallel grids cost three lines and not three volumes.
        position = to_source[axis, 3] + sum(
            to_source[axis, n] * ranges[n] for n in range(3) if abs(to_source[axis, n]) > 1e-9
        )
        within = (position >= -0.5 - 1e-6) & (position <= length - 0.5 + 1e-6)
        if not within.all():
            inside &= within
    return inside


def reduce_blocks(values: NDArray[np.float32], factors: tuple[int, int, int]) -> tuple[NDArray[np.float32], Affine]:
    """Mean over whole blocks of `factors` voxels, against aliasing before a coarser grid, and the matrix (4, 4) from
    reduced to original indices. A remainder at the far end that fills no block is left out.
    """
    counts = [length // factor for length, factor in zip(values.shape, factors, strict=True)]
    result = values[tuple(slice(0, count * factor) for count, factor in zip(counts, factors, strict=True))]
    for axis in (2, 1, 0):
        if factors[axis] > 1:
            result = _block_mean(result, axis, factors[axis])
    matrix = np.eye(4)
    matrix[range(3), range(3)] = factors
    matrix[:3, 3] = [(factor - 1) / 2 for factor in factors]
    return result, matrix


def _block_mean(values: NDArray[np.float32], axis: int, factor: int) -> NDArray[np.float32]:
    """Mean of every `factor` neighbours along one axis: adding whole strided views is faster than a reduction over few."""
    before = (slice(None),) * axis
    total = values[(*before, slice(0, None, factor))].astype(np.float32)
    for n in range(1, factor):
        total += values[(*before, slice(n, None, factor))]
    total /= np.float32(factor)
    return total


def bounding_box(to_source: Affine, shape: tuple[int, int, int], source: tuple[int, ...], margin: int) -> Box:
    """The part of a source that a target grid of `shape` reads, with a margin in voxels; empty slices where it misses."""
    corners = np.array([[k, i, j, 1] for k in (0, shape[0] - 1) for i in (0, shape[1] - 1) for j in (0, shape[2] - 1)])
    positions = corners @ to_source[:3].T
    low = np.clip(np.floor(positions.min(axis=0)).astype(int) - margin, 0, source)
    high = np.clip(np.ceil(positions.max(axis=0)).astype(int) + margin + 1, 0, source)
    return slice(low[0], high[0]), slice(low[1], high[1]), slice(low[2], high[2])
