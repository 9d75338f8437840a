"""Synthetic MR slices for measuring archives: like any scanner's in size and header, noise in their pixels."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage

from benchmarks.names import FAMILY, GIVEN

ROOT = "1.2.826.0.1.3680043.10.1337.2000"


@dataclass(frozen=True)
class Slice:
    """One written file. `pixels`: where its pixel bytes begin."""

    study: str
    series: str
    instance: str
    path: Path
    pixels: int
    frame_bytes: int


@dataclass(frozen=True)
class Cohort:
    """How many of what. `first`: number of the first study, so that cohorts do not meet."""

    studies: int
    series: int
    slices: int
    size: int = 256
    first: int = 0


def write(cohort: Cohort, folder: Path) -> list[Slice]:
    """Write a cohort's files; the same each time."""
    return list(_written(cohort, folder))


def _written(cohort: Cohort, folder: Path) -> Iterator[Slice]:
    rng = np.random.default_rng(cohort.first + 1)
    for study in range(cohort.first, cohort.first + cohort.studies):
        pixels = rng.integers(0, 4096, (cohort.slices, cohort.size, cohort.size), dtype=np.uint16)
        for series in range(cohort.series):
            target = folder / f"{study}" / f"{series}"
            target.mkdir(parents=True, exist_ok=True)
            for number in range(cohort.slices):
                dataset = _header(study, series, number, cohort.size)
                dataset.PixelData = (pixels[number] + series).tobytes()
                dataset["PixelData"].VR = "OW"
                path = target / f"{number}.dcm"
                dataset.save_as(path, enforce_file_format=True)
                frame = cohort.size * cohort.size * 2
                size = path.stat().st_size
                yield Slice(
                    dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.SOPInstanceUID, path, size - frame, frame
                )


def _header(study: int, series: int, number: int, size: int) -> Dataset:
    rng = random.Random(study)
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = MRImageStorage
    dataset.StudyInstanceUID = f"{ROOT}.{100000 + study}"
    dataset.SeriesInstanceUID = f"{dataset.StudyInstanceUID}.{100 + series}"
    dataset.SOPInstanceUID = f"{dataset.SeriesInstanceUID}.{10000 + number}"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
    dataset.StudyDate = dataset.SeriesDate = dataset.ContentDate = f"20{rng.randint(15, 25)}{rng.randint(1, 12):02d}10"
    dataset.StudyTime = dataset.SeriesTime = dataset.ContentTime = f"{rng.randint(7, 18):02d}1500"
    dataset.AccessionNumber, dataset.Modality, dataset.Manufacturer = f"ACC{study:07d}", "MR", "SYNTH"
    dataset.StudyDescription = "MR nasopharynx"
    dataset.SeriesDescription = ("t1_tse_tra", "t2_tse_tra", "t1_tse_fs_ce")[series % 3]
    dataset.PatientName = f"{rng.choice(FAMILY)}^{rng.choice(GIVEN)}"
    dataset.PatientID, dataset.PatientBirthDate, dataset.PatientSex = f"SYN{study:06d}", "19600615", rng.choice("MF")
    dataset.BodyPartExamined, dataset.PatientPosition = "HEADNECK", "HFS"
    dataset.ScanningSequence, dataset.SequenceVariant, dataset.ScanOptions, dataset.MRAcquisitionType = (
        "SE",
        "SK",
        "FS",
        "2D",
    )
    dataset.SliceThickness, dataset.SpacingBetweenSlices, dataset.RepetitionTime, dataset.EchoTime = "4", "5", "4000", "99"
    dataset.MagneticFieldStrength, dataset.EchoTrainLength, dataset.FlipAngle = "1.5", "15", "150"
    dataset.StudyID, dataset.SeriesNumber, dataset.InstanceNumber = "1", str(series + 1), str(number + 1)
    dataset.ImagePositionPatient = ["-120", "-120", str(-60 + 5 * number)]
    dataset.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    dataset.FrameOfReferenceUID = f"{dataset.StudyInstanceUID}.999"
    dataset.SliceLocation = str(-60 + 5 * number)
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows = dataset.Columns = size
    dataset.PixelSpacing = [f"{240 / size:.6g}"] * 2
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    dataset.WindowCenter, dataset.WindowWidth = "2048", "4096"
    return dataset
