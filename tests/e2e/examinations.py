"""Many small examinations out of a few phantoms: the same pixels under new names, each as a scanner would send it."""

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pydicom
from pydicom.uid import generate_uid

from ml.phantom.case import generate_case
from ml.phantom.dicom import write_study

MATRIX = 128


@dataclass(frozen=True)
class Slice:
    """One instance as a file, and its data set, which is what C-STORE carries."""

    sop_instance_uid: str
    file: bytes

    @property
    def data_set(self) -> bytes:
        return data_set_of(self.file)


@dataclass(frozen=True)
class Sent:
    """One examination: its series, each of slices in order."""

    number: int
    uid: str
    series: tuple[tuple[Slice, ...], ...]


def data_set_of(file: bytes) -> bytes:
    """What stands behind the file meta information."""
    return file[144 + int.from_bytes(file[140:144], "little") :]


def phantoms(folder: Path, count: int) -> list[list[list[Path]]]:
    """So many phantom patients as files, by patient and series."""
    made = []
    for seed in range(count):
        write_study(generate_case(5000 + seed, matrix=MATRIX), folder / str(seed))
        series = sorted(path for path in (folder / str(seed)).iterdir() if path.is_dir())
        made.append([sorted(one.glob("*.dcm")) for one in series])
    return made


def examination(number: int, phantom: Sequence[Sequence[Path]]) -> Sent:
    """A new patient with the phantom's pixels: every other one with contrast, two of three dated today."""
    study, frame = generate_uid(), generate_uid()
    today = f"{dt.date.today():%Y%m%d}" if number % 3 else ""
    series = []
    for paths in phantom if number % 2 else phantom[:2]:
        uid = generate_uid()
        slices = []
        for path in paths:
            dataset = pydicom.dcmread(path)
            dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.FrameOfReferenceUID = study, uid, frame
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
            dataset.PatientID, dataset.AccessionNumber = f"KILL-{number:04d}", f"K{number:04d}-{study[-8:]}"
            dataset.StudyDate = today or dataset.StudyDate
            buffer = io.BytesIO()
            dataset.save_as(buffer, enforce_file_format=True)
            slices.append(Slice(dataset.SOPInstanceUID, buffer.getvalue()))
        series.append(tuple(slices))
    return Sent(number, study, tuple(series))
