"""Small DICOM objects made for these tests: images in several encodings, a float map, a one-bit segmentation, a report."""

from io import BytesIO

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    RLELossless,
)

MR = "1.2.840.10008.5.1.4.1.1.4"
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"
SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
PARAMETRIC_MAP = "1.2.840.10008.5.1.4.1.1.30"
REPORT = "1.2.840.10008.5.1.4.1.1.88.22"
SYNTAXES = (
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
    RLELossless,
    JPEG2000Lossless,
)


def base(sop_class: str, study: str, series: str, number: int) -> Dataset:
    """The attributes that every object of a made study has; UIDs are told by the series and the number."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = sop_class
    dataset.SOPInstanceUID = f"{series}.{number}"
    dataset.StudyInstanceUID = study
    dataset.SeriesInstanceUID = series
    dataset.PatientName = "Li^Wei=李^伟"
    dataset.PatientID = "P-0007"
    dataset.PatientBirthDate = "19700203"
    dataset.PatientSex = "F"
    dataset.StudyDate, dataset.StudyTime = "20261123", "101500"
    dataset.AccessionNumber = "ACC7"
    dataset.StudyID = "7"
    dataset.StudyDescription = "Nasopharynx 鼻咽"
    dataset.ReferringPhysicianName = "Chen^Yu"
    dataset.Modality = "MR"
    dataset.SeriesNumber = int(series.rsplit(".", 1)[1])
    dataset.SeriesDescription = "t2_tse_tra"
    dataset.SeriesDate, dataset.SeriesTime = "20261123", "101900"
    dataset.InstanceNumber = number
    dataset.Manufacturer = "Test"
    return dataset


def pixels_of(number: int, rows: int = 64, columns: int = 50) -> np.ndarray:
    """(rows, columns) uint16, different for every number."""
    return (np.arange(rows * columns, dtype=np.uint16).reshape(rows, columns) * 7 + number * 1000).astype(np.uint16)


def image(study: str, series: str, number: int, frames: np.ndarray | None = None) -> Dataset:
    """An MR image, or an enhanced one of several frames (frames, rows, columns) uint16."""
    multi = frames is not None
    dataset = base(ENHANCED_MR if multi else MR, study, series, number)
    values = pixels_of(number) if frames is None else frames
    if multi:
        dataset.NumberOfFrames = values.shape[0]
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M"]
    dataset.Rows, dataset.Columns = values.shape[-2:]
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 16, 15, 0
    dataset.PixelSpacing = [1.5, 1.5]
    dataset.ImagePositionPatient = [0, 0, number * 4]
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.EchoTime, dataset.RepetitionTime = 91, 4000
    dataset.add_new(0x00091001, "OB", bytes(range(256)) * 8)
    dataset.add_new(0x00090010, "LO", "TEST PRIVATE")
    dataset.PixelData = values.tobytes()
    dataset["PixelData"].VR = "OW"
    return dataset


def float_map(study: str, series: str, values: np.ndarray) -> Dataset:
    """A Parametric Map of float32 values (frames, rows, columns)."""
    dataset = base(PARAMETRIC_MAP, study, series, 1)
    dataset.NumberOfFrames, dataset.Rows, dataset.Columns = values.shape
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = 32
    dataset.FloatPixelData = values.astype("<f4").tobytes()
    return dataset


def segmentation(study: str, series: str, masks: np.ndarray) -> Dataset:
    """A binary segmentation of (frames, rows, columns) zeros and ones, one bit a pixel, frames not aligned to octets."""
    dataset = base(SEGMENTATION, study, series, 1)
    dataset.Modality = "SEG"
    dataset.NumberOfFrames, dataset.Rows, dataset.Columns = masks.shape
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 1, 1, 0, 0
    packed = np.packbits(masks.reshape(-1).astype(np.uint8), bitorder="little").tobytes()
    dataset.PixelData = packed + b"\0" * (len(packed) % 2)
    dataset["PixelData"].VR = "OB"
    return dataset


def report(study: str, series: str) -> Dataset:
    """An object without pixels."""
    dataset = base(REPORT, study, series, 1)
    dataset.Modality = "SR"
    dataset.ValueType = "CONTAINER"
    return dataset


def encode(dataset: Dataset, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """The whole file in a transfer syntax."""
    uid = UID(syntax)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    if uid in {RLELossless, JPEG2000Lossless}:
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.compress(uid, generate_instance_uid=False)
    elif uid == ExplicitVRBigEndian and "PixelData" in dataset:
        dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").byteswap().tobytes()
    dataset.file_meta.TransferSyntaxUID = uid
    out = BytesIO()
    little, implicit = uid != ExplicitVRBigEndian, uid == ImplicitVRLittleEndian
    dataset.save_as(out, implicit_vr=implicit, little_endian=little, enforce_file_format=True)
    return out.getvalue()
