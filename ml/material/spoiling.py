"""Series that no network of the tactic should be believed on, made from sound ones: for trying guard and gates on.

Each takes a volume (slices, rows, columns) with the nasopharynx at `middle`, (3,) LPS mm, and a generator of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml.volume import Volume

Spoiler = Callable[[Volume, NDArray[np.float64], np.random.Generator], Volume]
AIR = 0.12
"""Of the 98th percentile: darker is taken for air."""


def negative(volume: Volume, middle: NDArray[np.float64], rng: np.random.Generator) -> Volume:
    """Everything inverted, air bright: a photometric interpretation that was lost."""
    return replace(volume, voxels=volume.voxels.max() - volume.voxels)


def inverted(volume: Volume, middle: NDArray[np.float64], rng: np.random.Generator) -> Volume:
    """Tissue inverted and air left dark: another contrast on the same anatomy."""
    top = np.float32(np.percentile(volume.voxels, 99))
    tissue = volume.voxels > AIR * top
    return replace(volume, voxels=np.where(tissue, np.maximum(1.1 * top - volume.voxels, 0), volume.voxels))


def upside_down(volume: Volume, middle: NDArray[np.float64], rng: np.random.Generator) -> Volume:
    """The stack in the wrong order: the neck where the brain should be."""
    return replace(volume, voxels=np.ascontiguousarray(volume.voxels[::-1]))


def blobs(volume: Volume, middle: NDArray[np.float64], rng: np.random.Generator) -> Volume:
    """No head at all: a head-sized ellipsoid of smooth random brightness, as another body part or a phantom might be."""
    z, y, x = _millimetres(volume, middle)
    inside = (x / rng.uniform(60, 80)) ** 2 + (y / rng.uniform(80, 100)) ** 2 + (z / rng.uniform(120, 200)) ** 2 < 1
    noise = ndimage.gaussian_filter(rng.standard_normal(tuple(max(2, n // 4) for n in volume.shape)), (1.0, 2.5, 2.5))
    factors = [n / m for n, m in zip(volume.shape, noise.shape, strict=True)]
    pattern = ndimage.zoom(noise, factors, order=1, grid_mode=True, mode="nearest")[tuple(map(slice, volume.shape))]
    bright = 0.6 + 0.25 * pattern / max(float(pattern.std()), 1e-6)
    level = float(np.percentile(volume.voxels, 98))
    grain = level * 0.02 * np.abs(rng.standard_normal(volume.shape))
    return replace(volume, voxels=(np.where(inside, np.clip(bright, 0.1, 1.2), 0) * level + grain).astype(np.float32))


def brain_only(volume: Volume, middle: NDArray[np.float64], rng: np.random.Generator) -> Volume:
    """As a brain extraction leaves it: nothing below the skull base, no face, no scalp."""
    z, y, x = _millimetres(volume, middle)
    inside = (z > rng.uniform(2, 12)) & ((x / 62) ** 2 + ((y - 18) / 78) ** 2 < 1)
    return replace(volume, voxels=np.where(inside, volume.voxels, 0).astype(np.float32))


def _millimetres(volume: Volume, middle: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """mm upwards, backwards and leftwards of `middle` along an axial volume's own axes, each ready to broadcast."""
    place = volume.to_indices(middle)
    return [
        (np.arange(n) - place[axis]).reshape([-1 if a == axis else 1 for a in range(3)]) * volume.spacing[axis]
        for axis, n in enumerate(volume.shape)
    ]


SPOILERS: Mapping[str, Spoiler] = {
    "inverted, air bright": negative,
    "inverted tissue": inverted,
    "upside down": upside_down,
    "not a head": blobs,
    "brain alone": brain_only,
}
