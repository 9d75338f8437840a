"""A source series' headers as a Parametric Map's writer takes them for granted. No torch here.

highdicom copies patient and study from the source and compares its planes. Scanners and archives are looser than it allows:
several enhanced images in one series, an orientation repeated per frame (Philips), last digits that differ between slices,
names in ISO 2022, dates that are none. What it needs is set from what the volume was read by; the unreadable stays empty.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pydicom
from pydicom.dataelem import DataElement
from pydicom.valuerep import DA, TM

from ml.charset import without_escapes
from ml.unreadable import UNREADABLE
from ml.volume import SeriesVolume

UTF_8 = "ISO_IR 192"
TYPE_2 = (
    "PatientID",
    "PatientName",
    "PatientBirthDate",
    "PatientSex",
    "AccessionNumber",
    "StudyID",
    "StudyDate",
    "StudyTime",
)
SEXES = {"M", "F", "O"}


def source_headers(source: SeriesVolume) -> list[pydicom.Dataset]:
    """One header a slice, in slice order, or one multi-frame header that stands for all enhanced images of the series."""
    if any("PerFrameFunctionalGroupsSequence" in dataset for dataset in source.datasets):
        return [_multi_frame(source)]
    headers = []
    for dataset in source.datasets:
        header = completed(dataset)
        header.ImageOrientationPatient = orientation(source)
        header.SliceThickness = slice_thickness(source)
        headers.append(header)
    return headers


def completed(dataset: pydicom.Dataset) -> pydicom.Dataset:
    """A copy with what is readable and standard, in UTF-8, and every type 2 attribute, be it empty."""
    header = pydicom.Dataset({element.tag: element for element in _readable(dataset)})
    header.file_meta = dataset.file_meta
    for element in list(header):
        if element.VR == "PN" and element.value:
            # A name keeps the bytes it was read from; as text it is written in the map's own character set.
            setattr(header, element.keyword, without_escapes(str(element.value)))
    header.SpecificCharacterSet = UTF_8
    for name in TYPE_2:
        if name not in header:
            setattr(header, name, "")
    for name, kind in (("PatientBirthDate", DA), ("StudyDate", DA), ("StudyTime", TM)):
        if not _is(kind, header[name].value):
            setattr(header, name, "")
    if header.PatientSex not in SEXES:
        header.PatientSex = ""
    return header


def orientation(source: SeriesVolume) -> list[float]:
    """Directions of rows and columns, (6,), to the digit as the source writes them: OHIF shows no map whose own differ.

    It compares them without tolerance (3.13). Normalised ones where the source's are none.
    """
    read = source.planes[0]
    holder = source.datasets[read.dataset]
    for group in (*holder.get("PerFrameFunctionalGroupsSequence", [])[read.frame - 1 : read.frame],
                  *holder.get("SharedFunctionalGroupsSequence", [])):  # fmt: skip
        if "PlaneOrientationSequence" in group:
            holder = group.PlaneOrientationSequence[0]
            break
    try:
        written = [float(value) for value in holder.ImageOrientationPatient]
    except UNREADABLE:
        return list(read.orientation)
    same = len(written) == 6 and np.allclose(written, read.orientation, atol=1e-4)
    return written if same else list(read.orientation)


def spacing(source: SeriesVolume) -> tuple[float, float, float]:
    """Between slices, rows and columns, mm, with no more digits than a DS may have (PS3.5 section 6.2)."""
    slices, rows, columns = (float(f"{mm:.10g}") for mm in source.volume.spacing)
    return slices, rows, columns


def slice_thickness(source: SeriesVolume) -> float:
    """Slice thickness in mm as the source says, else the distance between slices."""
    first = source.datasets[0]
    holders = [first]
    for name in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        if first.get(name) and "PixelMeasuresSequence" in first[name].value[0]:
            holders.append(first[name].value[0].PixelMeasuresSequence[0])
    for holder in holders:
        try:
            thickness = float(holder.get("SliceThickness") or 0)
        except UNREADABLE:
            continue
        if 0 < thickness < float("inf"):
            return thickness
    return spacing(source)[0]


def order_groups_ascending(result: pydicom.Dataset, orientation: Sequence[float]) -> None:
    """Put a finished object's frame groups and their index values into ascending order along row x column.

    The position is the last dimension of its index. The caller puts the pixels into the same order.
    """
    normal = np.cross(orientation[:3], orientation[3:])
    groups = list(result.PerFrameFunctionalGroupsSequence)
    heights = [float(normal @ np.array(g.PlanePositionSequence[0].ImagePositionPatient, float)) for g in groups]
    ordered = [groups[n] for n in np.argsort(heights)]
    for place, group in enumerate(ordered, start=1):
        content = group.FrameContentSequence[0]
        content.DimensionIndexValues = [*np.atleast_1d(content.DimensionIndexValues)[:-1].tolist(), place]
    result.PerFrameFunctionalGroupsSequence = ordered


def refer_to_frames(result: pydicom.Dataset, source: SeriesVolume) -> None:
    """Point every frame of a finished map at its own image and frame, where the source is enhanced.

    `result`'s frames lie in the order of `source.planes`.
    """
    if not any("PerFrameFunctionalGroupsSequence" in dataset for dataset in source.datasets):
        return
    images = []
    for dataset in source.datasets:
        image = pydicom.Dataset()
        image.ReferencedSOPClassUID, image.ReferencedSOPInstanceUID = dataset.SOPClassUID, dataset.SOPInstanceUID
        images.append(image)
    result.SourceImageSequence = images
    result.ReferencedSeriesSequence[0].ReferencedInstanceSequence = images
    for plane, group in zip(source.planes, result.PerFrameFunctionalGroupsSequence, strict=True):
        reference = group.DerivationImageSequence[0].SourceImageSequence[0]
        reference.ReferencedSOPInstanceUID = source.datasets[plane.dataset].SOPInstanceUID
        reference.ReferencedFrameNumber = plane.frame


def _multi_frame(source: SeriesVolume) -> pydicom.Dataset:
    """The first enhanced image's header with every plane of the series in it, and one orientation for all."""
    header = completed(source.datasets[0])
    directions, measures, shared = pydicom.Dataset(), pydicom.Dataset(), pydicom.Dataset()
    directions.ImageOrientationPatient = orientation(source)
    measures.PixelSpacing, measures.SliceThickness = list(spacing(source)[1:]), slice_thickness(source)
    shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = [directions], [measures]
    header.SharedFunctionalGroupsSequence = [shared]
    groups = []
    for plane in source.planes:
        group, position = pydicom.Dataset(), pydicom.Dataset()
        position.ImagePositionPatient = list(plane.position)
        group.PlanePositionSequence = [position]
        groups.append(group)
    header.PerFrameFunctionalGroupsSequence, header.NumberOfFrames = groups, len(groups)
    return header


def _readable(dataset: pydicom.Dataset) -> Iterator[DataElement]:
    for tag in sorted(dataset.keys()):
        try:
            element = dataset[tag]
        except UNREADABLE:
            continue
        if not element.tag.is_private:
            yield element


def _is(kind: Callable[[str], object], value: str) -> bool:
    try:
        kind(value)
    except UNREADABLE:
        return False
    return True
