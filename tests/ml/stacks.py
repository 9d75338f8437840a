"""Small DICOM series made for tests: a stack of planes at a chosen place, classic or enhanced multi-frame."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.uid import UID, EnhancedMRImageStorage, ExplicitVRLittleEndian, MRImageStorage, generate_uid

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
OBLIQUE = (0.8, 0.36, -0.48, 0.0, 0.8, 0.6)
FRAME_OF_REFERENCE = "1.2.826.0.1.3680043.10.543.1"
Field = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def blob(centre: tuple[float, float, float], width: float = 8.0) -> Field:
    """A Gaussian of height 1000 at `centre`, LPS mm."""

    def field(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return 1000 * np.exp(-0.5 * ((points - np.array(centre)) ** 2).sum(axis=-1) / width**2)

    return field


def plane_points(
    position: NDArray[np.float64], orientation: tuple[float, ...], spacing: tuple[float, float], size: tuple[int, int]
) -> NDArray[np.float64]:
    """LPS mm of every pixel of a plane, (rows, columns, 3), straight from PS3.3 C.7.6.2.1.1."""
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    i, j = np.meshgrid(np.arange(size[0]), np.arange(size[1]), indexing="ij")
    return position + i[..., None] * spacing[0] * column + j[..., None] * spacing[1] * row


def stack(
    field: Field,
    *,
    orientation: tuple[float, ...] = AXIAL,
    centre: tuple[float, float, float] = (0.0, 0.0, 0.0),
    slices: int = 12,
    size: tuple[int, int] = (40, 44),
    step: float = 5.0,
    spacing: tuple[float, float] = (3.0, 3.0),
) -> list[pydicom.Dataset]:
    """Classic MR images through `field`, centred on `centre`, ascending along row x column normal."""
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    normal = np.cross(row, column)
    corner = np.array(centre) - 0.5 * (
        (slices - 1) * step * normal + (size[0] - 1) * spacing[0] * column + (size[1] - 1) * spacing[1] * row
    )
    study, series = generate_uid(), generate_uid()
    images = []
    for k in range(slices):
        position = corner + k * step * normal
        values = np.round(field(plane_points(position, orientation, spacing, size))).astype(np.uint16)
        image = _image(values, MRImageStorage)
        image.StudyInstanceUID, image.SeriesInstanceUID = study, series
        image.InstanceNumber = k + 1
        image.ImagePositionPatient = [round(float(mm), 6) for mm in position]
        image.ImageOrientationPatient = list(orientation)
        image.PixelSpacing = list(spacing)
        image.SliceThickness = step
        images.append(image)
    return images


def _image(values: NDArray[np.uint16], sop_class: UID) -> pydicom.Dataset:
    image = pydicom.Dataset()
    image.file_meta = pydicom.dataset.FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.SOPClassUID = image.file_meta.MediaStorageSOPClassUID = sop_class
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    image.Modality = "MR"
    image.PatientName, image.PatientID, image.PatientBirthDate, image.PatientSex = "Test^Stack", "T1", "", "O"
    image.StudyDate, image.StudyTime, image.StudyID, image.AccessionNumber = "20261123", "101500", "1", ""
    image.FrameOfReferenceUID = FRAME_OF_REFERENCE
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.Rows, image.Columns = values.shape[-2:]
    image.BitsAllocated = image.BitsStored = 16
    image.HighBit, image.PixelRepresentation = 15, 0
    image.PixelData = values.tobytes()
    return image


def enhanced(images: list[pydicom.Dataset], slope: float = 1.0) -> pydicom.Dataset:
    """The same stack as one enhanced multi-frame image, its frames in the order given."""
    values = np.stack([image.pixel_array for image in images])
    result = _image(values, EnhancedMRImageStorage)
    first = images[0]
    result.StudyInstanceUID, result.SeriesInstanceUID, result.NumberOfFrames = (
        first.StudyInstanceUID,
        first.SeriesInstanceUID,
        len(images),
    )
    shared, orientation, measures, transformation = (pydicom.Dataset() for _ in range(4))
    orientation.ImageOrientationPatient = first.ImageOrientationPatient
    measures.PixelSpacing, measures.SliceThickness = first.PixelSpacing, first.SliceThickness
    transformation.RescaleSlope, transformation.RescaleIntercept, transformation.RescaleType = slope, 0, "US"
    shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = [orientation], [measures]
    shared.PixelValueTransformationSequence = [transformation]
    result.SharedFunctionalGroupsSequence = [shared]
    groups = []
    for image in images:
        group, position = pydicom.Dataset(), pydicom.Dataset()
        position.ImagePositionPatient = image.ImagePositionPatient
        group.PlanePositionSequence = [position]
        groups.append(group)
    result.PerFrameFunctionalGroupsSequence = groups
    return result


def write(images: list[pydicom.Dataset], folder: Path) -> list[Path]:
    """The images as files, in an order that says nothing about their places."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for n, image in enumerate(images):
        path = folder / f"{(n * 7) % 97:03d}-{n}.dcm"
        image.save_as(path, enforce_file_format=True)
        paths.append(path)
    return sorted(paths)
