"""Volume: voxels with their place in the patient, one frozen type for every image the tactic touches. No torch here.

Axis order is (slices, rows, columns) everywhere. The affine maps (slice k, row i, column j, 1) to millimetres in DICOM's
patient system LPS: x to the patient's left, y to the back, z to the head (PS3.3 C.7.6.2.1.1).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.errors import InvalidDicomError
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from ml import decoding
from ml.unreadable import UNREADABLE

Affine = NDArray[np.float64]
PLANES = ("sagittal", "coronal", "axial")
LEAST_SLICES = 8
WIDEST_FILLED = 5.0
"""mm between two slices up to which a missing image is filled in from its neighbours: the networks' own slice distance."""
MOST_FILLED = 0.1
SEND_AGAIN = "Send the whole series again, or choose another one for this role."
CHOOSE_ANOTHER = "Choose another series for this role."
MOST_VOXELS = 256 * 1024 * 1024
"""Of a series: a thousand slices of 512 x 512."""
OBLIQUE_COSINE = 0.8
"""A slice normal counts as axial, sagittal or coronal up to about 37 degrees from that axis."""


class VolumeRefused(ValueError):  # noqa: N818 - a refusal, named like the others here
    """A series that cannot be read as one volume, or not by this network: why, and what would help, in a reader's words."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True, eq=False)
class Volume:
    """Voxels, float32 (slices, rows, columns), and the affine, float64 (4, 4), to LPS mm in `frame_of_reference_uid`.

    `notes` say in words what reading it had to do, so that a result can show it.
    """

    voxels: NDArray[np.float32]
    affine: Affine
    frame_of_reference_uid: str
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse shapes and matrices that no image has."""
        if self.voxels.ndim != 3 or min(self.voxels.shape) < 1:
            raise ValueError(f"Voxels have shape {self.voxels.shape}; expected (slices, rows, columns), none empty.")
        if self.voxels.dtype != np.float32:
            raise ValueError(f"Voxels are {self.voxels.dtype}; expected float32.")
        if self.affine.shape != (4, 4) or not np.array_equal(self.affine[3], (0, 0, 0, 1)):
            raise ValueError("The affine must be a 4 x 4 matrix whose last row is 0 0 0 1.")
        if not np.isfinite(self.affine).all() or abs(np.linalg.det(self.affine[:3, :3])) < 1e-9:
            raise ValueError("The affine cannot be inverted: two of its axes are parallel or empty.")

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns."""
        slices, rows, columns = self.voxels.shape
        return slices, rows, columns

    @property
    def spacing(self) -> tuple[float, float, float]:
        """Distance between slices, between rows, between columns, mm."""
        slices, rows, columns = np.linalg.norm(self.affine[:3, :3], axis=0)
        return float(slices), float(rows), float(columns)

    @property
    def axes(self) -> NDArray[np.float64]:
        """Unit vectors (3, 3) in LPS, one a column: towards the next slice, the next row, the next column."""
        axes: NDArray[np.float64] = self.affine[:3, :3] / np.linalg.norm(self.affine[:3, :3], axis=0)
        return axes

    @property
    def normal(self) -> NDArray[np.float64]:
        """Unit normal of the slices, (3,) in LPS: row direction x column direction."""
        normal: NDArray[np.float64] = np.cross(self.axes[:, 2], self.axes[:, 1])
        return normal / np.linalg.norm(normal)

    @property
    def plane(self) -> str:
        """axial, sagittal, coronal or oblique, by the slices' normal."""
        return plane_of(self.normal)

    def to_patient(self, indices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Voxel indices (..., 3) as (slice, row, column) to LPS mm (..., 3)."""
        points: NDArray[np.float64] = np.asarray(indices, np.float64) @ self.affine[:3, :3].T + self.affine[:3, 3]
        return points

    def to_indices(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """LPS mm (..., 3) to fractional voxel indices (..., 3) as (slice, row, column)."""
        inverse = np.linalg.inv(self.affine)
        indices: NDArray[np.float64] = np.asarray(points, np.float64) @ inverse[:3, :3].T + inverse[:3, 3]
        return indices


def plane_of(normal: NDArray[np.float64]) -> str:
    """The body plane whose normal is nearest to `normal` (3,), or oblique."""
    nearest = int(np.argmax(np.abs(normal)))
    return PLANES[nearest] if abs(normal[nearest]) >= OBLIQUE_COSINE else "oblique"


@dataclass(frozen=True)
class SourcePlane:
    """One plane as received: `slice` in the volume, `dataset` index, `frame` number from 1, place and directions in LPS."""

    slice: int
    dataset: int
    frame: int
    position: tuple[float, float, float]
    orientation: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class SeriesVolume:
    """One DICOM series as a Volume, with what it was read from.

    Slices ascend along row x column normal. `datasets` are headers without pixel data: one a slice in that order, or the
    one multi-frame instance; `paths` likewise. `planes` lists every plane that the series really has, in slice order: the
    slice it became, and its source. Slices of the volume that no plane became were filled in.
    """

    volume: Volume
    paths: tuple[Path, ...]
    datasets: tuple[pydicom.Dataset, ...]
    planes: tuple[SourcePlane, ...]


@dataclass(frozen=True, eq=False)
class _Frame:
    """One plane as its headers place it: position (3,), row and column directions (2, 3), spacing (rows, columns) mm."""

    source: int
    number: int
    position: NDArray[np.float64]
    directions: NDArray[np.float64]
    spacing: tuple[float, float]
    slope: float
    intercept: float


def load_series(paths: Sequence[Path]) -> SeriesVolume:
    """Read one series of classic MR images or one enhanced multi-frame MR image, any transfer syntax.

    Rescale slope and intercept are applied. VolumeRefused where the images do not make one evenly spaced stack.
    """
    datasets = [_read(Path(path)) for path in paths]
    frames = [frame for source, dataset in enumerate(datasets) for frame in _frames(source, dataset)]
    if len(frames) < LEAST_SLICES:
        raise VolumeRefused(
            f"The series has {len(frames)} {'image' if len(frames) == 1 else 'images'}; "
            f"at least {LEAST_SLICES} slices are needed.",
            SEND_AGAIN,
        )
    frame_of_reference = _one_geometry(datasets, frames)
    normal = np.cross(*frames[0].directions)
    frames.sort(key=lambda frame: float(normal @ frame.position))
    slices = _slices(frames, normal)
    voxels, notes = _decode(datasets, frames, slices)
    order = list(dict.fromkeys(frame.source for frame in frames))
    for dataset in datasets:
        dataset.pop("PixelData", None)
    return SeriesVolume(
        volume=Volume(voxels, _affine(frames, slices), frame_of_reference, notes),
        paths=tuple(Path(paths[source]) for source in order),
        datasets=tuple(datasets[source] for source in order),
        planes=tuple(_plane(frame, k, order) for frame, k in zip(frames, slices, strict=True)),
    )


def _plane(frame: _Frame, k: int, order: Sequence[int]) -> SourcePlane:
    x, y, z = (float(mm) for mm in frame.position)
    return SourcePlane(k, order.index(frame.source), frame.number, (x, y, z), tuple(frame.directions.ravel().tolist()))


def _is_bare(path: Path) -> bool:
    """Whether a file begins with an element: some exports lack the preamble, and the archive keeps them as they came."""
    with path.open("rb") as file:
        return file.read(2) in {b"\x08\0", b"\0\x08", b"\x02\0"}


def _read(path: Path) -> pydicom.Dataset:
    try:
        dataset = pydicom.dcmread(path, force=_is_bare(path))
    except (InvalidDicomError, OSError, EOFError) as error:
        raise VolumeRefused(f"An image of the series cannot be read ({error}).", SEND_AGAIN) from error
    if "TransferSyntaxUID" not in dataset.file_meta:
        implicit, little = dataset.original_encoding
        native = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian if little else ExplicitVRBigEndian
        dataset.file_meta.TransferSyntaxUID = native
    try:
        rows, columns = int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0)
        coloured = dataset.get("SamplesPerPixel") not in {None, 1}
    except UNREADABLE as error:
        raise VolumeRefused("The images do not say how many rows and columns they have.", SEND_AGAIN) from error
    if "PixelData" not in dataset or min(rows, columns) < 1:
        raise VolumeRefused("The series holds objects without pixels.", CHOOSE_ANOTHER)
    if coloured:
        raise VolumeRefused("The series holds colour images; the networks read grey ones.", CHOOSE_ANOTHER)
    if decoding.decoded_bytes(dataset) > decoding.MOST_DECODED:
        raise VolumeRefused("An image of the series is larger than any that the networks read.", CHOOSE_ANOTHER)
    return dataset


def _frames(source: int, dataset: pydicom.Dataset) -> Iterator[_Frame]:
    """Where each plane of one instance lies: its own attributes, or the functional groups of a multi-frame image."""
    try:
        if "PerFrameFunctionalGroupsSequence" not in dataset:
            if int(dataset.get("NumberOfFrames", 1) or 1) > 1:
                raise VolumeRefused("The image has several frames without places in the patient.", CHOOSE_ANOTHER)
            yield _frame(source, 1, dataset, dataset, dataset, dataset)
            return
        shared = dataset.get("SharedFunctionalGroupsSequence", [pydicom.Dataset()])[0]
        for number, own in enumerate(dataset.PerFrameFunctionalGroupsSequence, start=1):
            yield _frame(
                source,
                number,
                _group(own, shared, "PlanePositionSequence"),
                _group(own, shared, "PlaneOrientationSequence"),
                _group(own, shared, "PixelMeasuresSequence"),
                _group(own, shared, "PixelValueTransformationSequence"),
            )
    except VolumeRefused:
        raise
    except UNREADABLE as error:
        raise VolumeRefused(
            "The images do not say where they lie in the patient (position, orientation or pixel spacing is missing or "
            "damaged).",
            CHOOSE_ANOTHER,
        ) from error


def _group(own: pydicom.Dataset, shared: pydicom.Dataset, name: str) -> pydicom.Dataset:
    items = own.get(name) or shared.get(name)
    return items[0] if items else pydicom.Dataset()


def _frame(
    source: int, number: int, position: pydicom.Dataset, orientation: pydicom.Dataset, measures: pydicom.Dataset,
    transformation: pydicom.Dataset,
) -> _Frame:  # fmt: skip
    place = np.array(position.ImagePositionPatient, np.float64).reshape(3)
    directions = np.array(orientation.ImageOrientationPatient, np.float64).reshape(2, 3)
    rows, columns = (float(mm) for mm in measures.PixelSpacing)
    if not np.isfinite([*place, *directions.flat, rows, columns]).all():
        raise ValueError("A position, an orientation or a spacing is not a finite number.")
    lengths = np.linalg.norm(directions, axis=1)
    if abs(lengths - 1).max() > 0.01 or abs(directions[0] @ directions[1]) > 0.01:
        raise VolumeRefused("The images' orientation is damaged: rows and columns are not at right angles.", CHOOSE_ANOTHER)
    if min(rows, columns) <= 0:
        raise VolumeRefused(f"The pixel spacing is {rows} x {columns} mm; expected lengths above 0.", CHOOSE_ANOTHER)
    slope, intercept = _rescale(transformation)
    return _Frame(source, number, place, directions / lengths[:, None], (rows, columns), slope, intercept)


def _rescale(transformation: pydicom.Dataset) -> tuple[float, float]:
    """Slope and intercept, 1 and 0 where nothing is said; VolumeRefused where they are no numbers."""
    try:
        # pydicom decodes on access, so a slope that is no number raises in `get`.
        slope = float(transformation.get("RescaleSlope") or 1)
        intercept = float(transformation.get("RescaleIntercept") or 0)
    except UNREADABLE:
        slope = intercept = float("nan")
    if not np.isfinite([slope, intercept]).all():
        raise VolumeRefused("The images' rescale slope or intercept is no finite number.", CHOOSE_ANOTHER)
    return slope, intercept


def _one_geometry(datasets: Sequence[pydicom.Dataset], frames: Sequence[_Frame]) -> str:
    """The frame of reference that all planes share; VolumeRefused where size, orientation, spacing or frame differ."""
    sizes = {(int(dataset.Rows), int(dataset.Columns)) for dataset in datasets}
    if len(sizes) > 1:
        listed = ", ".join(f"{rows} x {columns}" for rows, columns in sorted(sizes))
        raise VolumeRefused(f"The series mixes images of different sizes ({listed}).", CHOOSE_ANOTHER)
    first = frames[0]
    if any(np.abs(frame.directions - first.directions).max() > 0.01 for frame in frames):
        raise VolumeRefused("The series mixes orientations, as a localiser does.", CHOOSE_ANOTHER)
    if any(np.abs(np.subtract(frame.spacing, first.spacing)).max() > 0.001 * max(first.spacing) for frame in frames):
        raise VolumeRefused("The series mixes pixel spacings.", CHOOSE_ANOTHER)
    references = {str(dataset.get("FrameOfReferenceUID", "")) for dataset in datasets}
    if len(references) > 1 or "" in references:
        found = "no frame of reference" if references == {""} else "more than one frame of reference"
        raise VolumeRefused(f"The series has {found}; a heatmap could not be laid on it.", CHOOSE_ANOTHER)
    return references.pop()


def _slices(frames: Sequence[_Frame], normal: NDArray[np.float64]) -> list[int]:
    """Which slice of an evenly spaced volume each of the sorted frames is; VolumeRefused where they make none."""
    steps = np.diff(np.stack([frame.position for frame in frames]) @ normal)
    typical = float(np.median(steps))
    repeated = int((steps < 0.01).sum())
    if repeated:
        raise VolumeRefused(
            f"{repeated} of {len(frames)} images lie where another one lies: several echoes, phases or repetitions in one "
            "series.",
            CHOOSE_ANOTHER,
        )
    counts = np.maximum(np.round(steps / typical).astype(int), 1)
    widest = int(steps.argmax())
    missing = int((counts - 1).sum())
    if missing and (steps[widest] > WIDEST_FILLED + 0.1 or missing > MOST_FILLED * len(frames)):
        raise VolumeRefused(
            f"There are gaps between slices: {missing} {'image is' if missing == 1 else 'images are'} missing, and slices "
            f"{widest + 1} and {widest + 2} are {steps[widest]:.1f} mm apart where others are {typical:.1f} mm.",
            SEND_AGAIN,
        )
    return [0, *(int(k) for k in np.cumsum(counts))]


def _affine(frames: Sequence[_Frame], slices: Sequence[int]) -> Affine:
    """The affine of sorted frames; VolumeRefused where one lies off its place."""
    positions = np.stack([frame.position for frame in frames])
    step = (positions[-1] - positions[0]) / slices[-1]
    ideal = positions[0] + np.array(slices)[:, None] * step
    stray = float(np.linalg.norm(positions - ideal, axis=1).max())
    if stray > max(0.2 * float(np.linalg.norm(step)), 0.3):
        raise VolumeRefused(f"The slices are not evenly spaced: one lies {stray:.1f} mm from its place.", CHOOSE_ANOTHER)
    rows, columns = frames[0].spacing
    affine = np.eye(4)
    affine[:3, 0] = step
    affine[:3, 1] = frames[0].directions[1] * rows
    affine[:3, 2] = frames[0].directions[0] * columns
    affine[:3, 3] = positions[0]
    return affine


def _decode(
    datasets: Sequence[pydicom.Dataset], frames: Sequence[_Frame], slices: Sequence[int]
) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Voxels (slices, rows, columns), rescaled, missing slices filled in from their neighbours, and a note that says so."""
    decoded: dict[int, NDArray[np.generic]] = {}
    shape = (slices[-1] + 1, int(datasets[0].Rows), int(datasets[0].Columns))
    if math.prod(shape) > MOST_VOXELS:
        raise VolumeRefused(f"The series has {shape[0]} slices of {shape[1]} x {shape[2]}: too large.", CHOOSE_ANOTHER)
    voxels = np.empty(shape, np.float32)
    for place, frame in zip(slices, frames, strict=True):
        if frame.source not in decoded:
            decoded = {frame.source: _pixels(datasets[frame.source])}
        found = decoded[frame.source]
        if frame.number > len(found):
            raise VolumeRefused(f"The image describes frame {frame.number} but holds {len(found)} frames.", SEND_AGAIN)
        with np.errstate(over="ignore", invalid="ignore"):
            voxels[place] = found[frame.number - 1] * np.float32(frame.slope) + np.float32(frame.intercept)
        if not np.isfinite(voxels[place]).all():
            raise VolumeRefused("The images hold values that are no finite numbers.", CHOOSE_ANOTHER)
    if all(dataset.get("PhotometricInterpretation") == "MONOCHROME1" for dataset in datasets):
        voxels[list(slices)] = voxels[list(slices)].max() - voxels[list(slices)]
    notes = []
    for lower, upper in pairwise(slices):
        for k in range(lower + 1, upper):
            part = np.float32((k - lower) / (upper - lower))
            voxels[k] = (1 - part) * voxels[lower] + part * voxels[upper]
            notes.append(f"slice {k + 1} is missing and was filled in from its neighbours")
    return voxels, tuple(notes)


def _pixels(dataset: pydicom.Dataset) -> NDArray[np.generic]:
    """All frames of one instance, (frames, rows, columns)."""
    try:
        pixels: NDArray[np.generic] = dataset.pixel_array
    except (*UNREADABLE, RuntimeError) as error:
        raise VolumeRefused(f"The pixels of an image cannot be decoded ({error}).", SEND_AGAIN) from error
    return pixels.reshape(-1, int(dataset.Rows), int(dataset.Columns))
