"""Preparing one study for its networks: ours against SimpleITK's filters, which give the same numbers.

The peer starts from `sitk.Image`s already in memory and is given the crop's place, as ours is given the nasopharynx: finding
it is ours alone and stands apart in the table. Per series: the region the crop reads, BinShrink against aliasing, one linear
Resample onto the crop's grid, then percentile, division and clipping by NumPy on the same sample of voxels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
import SimpleITK as sitk  # noqa: N813 - its own usual name
from numpy.typing import NDArray

from benchmarks.turns import take_turns
from ml.nasopharynx import find_nasopharynx
from ml.preprocessing import SAMPLE, Preprocessing
from ml.resampling import bounding_box
from ml.volume import Affine, Volume

TOLERANCE, LEAST_RATIO = 1e-4, 3.0
OUTSIDE = -1.0
"""Written where the crop leaves the images; MR values are not negative."""


@dataclass(frozen=True)
class PreparingComparison:
    """One crop size: median seconds for all series of the study, how far the two are apart, and the search's seconds."""

    crop: str
    series: int
    peer: float
    ours: float
    search: float
    difference: float

    @property
    def ratio(self) -> float:
        """How many times faster ours is."""
        return self.peer / self.ours

    @property
    def holds(self) -> bool:
        """Fast enough and equal enough."""
        return self.ratio >= LEAST_RATIO and self.difference <= TOLERANCE


def compare(crop: str, how: Preprocessing, volumes: Sequence[Volume], rounds: int, threads: int) -> PreparingComparison:
    """Both ways in turn on the same volumes."""
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(threads)
    centres = [find_nasopharynx(volume) for volume in volumes]
    images = [as_image(volume) for volume in volumes]

    def ours() -> list[NDArray[np.float32]]:
        return [how.apply(volume, centre).voxels for volume, centre in zip(volumes, centres, strict=True)]

    affines = [how.apply(volume, centre).affine for volume, centre in zip(volumes, centres, strict=True)]

    def peer() -> list[NDArray[np.float32]]:
        together = zip(images, volumes, affines, strict=True)
        return [prepare_with_simpleitk(how, image, volume.affine, affine) for image, volume, affine in together]

    def search() -> None:
        for volume in volumes:
            find_nasopharynx(volume)

    difference = max(float(np.abs(a - b).max()) for a, b in zip(ours(), peer(), strict=True))
    seconds = take_turns({"peer": peer, "ours": ours, "search": search}, rounds)
    return PreparingComparison(
        crop, len(volumes), *(median(seconds[name]) for name in ("peer", "ours", "search")), difference=difference
    )


def as_image(volume: Volume) -> sitk.Image:
    """SimpleITK's image of a volume: axes (column, row, slice), LPS."""
    image = sitk.GetImageFromArray(volume.voxels)
    _place(image, volume.affine)
    return image


def _place(image: sitk.Image, affine: Affine) -> None:
    columns = affine[:3, [2, 1, 0]]
    spacing = np.linalg.norm(columns, axis=0)
    image.SetSpacing(spacing.tolist())
    image.SetDirection((columns / spacing).flatten().tolist())
    image.SetOrigin(affine[:3, 3].tolist())


def prepare_with_simpleitk(how: Preprocessing, image: sitk.Image, source: Affine, crop: Affine) -> NDArray[np.float32]:
    """The network's input (D, H, W) on the grid `crop`, (4, 4) to LPS mm, of an image whose own affine is `source`."""
    to_source = np.linalg.inv(source) @ crop
    steps = np.abs(to_source[:3, :3]).max(axis=1)
    factors = [max(1, int(step + 1e-6)) for step in steps]
    box = bounding_box(to_source, how.shape, image.GetSize()[::-1], margin=max(factors) + 1)
    size = [int(edge.stop - edge.start) for edge in box]
    region = sitk.RegionOfInterest(image, size[::-1], [int(edge.start) for edge in box][::-1])
    reduced = sitk.BinShrink(region, factors[::-1])
    grid = sitk.Image(how.shape[::-1], sitk.sitkFloat32)
    _place(grid, crop)
    sampled = sitk.GetArrayFromImage(sitk.Resample(reduced, grid, sitk.Transform(), sitk.sitkLinear, OUTSIDE))
    covered = sampled != OUTSIDE
    inside = sampled[covered][:: max(1, sampled.size // SAMPLE)]
    head = inside[inside > 0.1 * np.percentile(inside, 99)]
    reference = np.float32(np.percentile(head, how.percentile))
    scaled: NDArray[np.float32] = np.clip(np.where(covered, sampled, 0) / reference, 0, how.ceiling).astype(np.float32)
    return scaled
