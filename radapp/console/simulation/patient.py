"""A phantom examination as its scanner would send it: today, slice by slice, with or without promises in its headers."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset

from ml.phantom.case import generate_case
from ml.phantom.dicom import SERIES_NUMBERS, write_study
from ml.series import Role

UNENHANCED = (Role.T1WI, Role.T2WI)
ENHANCED = (Role.T1WIC,)


class Evidence(StrEnum):
    """By what a series of this examination can be known to be complete; nothing else is given away."""

    HEADERS = "headers"
    MPPS = "mpps"
    RELEASED = "released"
    QUIET = "quiet"


@dataclass(frozen=True)
class Patient:
    """One examination, on this machine's disk until it is sent."""

    study_uid: str
    accession_number: str
    label: int
    slices: dict[Role, list[Path]]
    evidence: Evidence

    def read(self, role: Role) -> list[Dataset]:
        """The slices of a series in the order of their numbers."""
        found: list[Dataset] = [pydicom.dcmread(path) for path in self.slices[role]]
        if self.evidence is Evidence.HEADERS:
            for dataset in found:
                promise(dataset, len(found))
        return found


@contextmanager
def examined(seed: int, label: int, evidence: Evidence) -> Iterator[Patient]:
    """Make the patient of this seed; the files are gone afterwards."""
    case = generate_case(seed, label=label)
    with tempfile.TemporaryDirectory(prefix="simulated-scanner-") as folder:
        write_study(case, Path(folder), date=dt.datetime.now(tz=dt.UTC).date())
        slices = {role: sorted((Path(folder) / f"{number:03d}").glob("*.dcm")) for role, number in SERIES_NUMBERS.items()}
        first = pydicom.dcmread(slices[Role.T1WI][0], stop_before_pixels=True)
        yield Patient(str(first.StudyInstanceUID), str(first.AccessionNumber), label, slices, evidence)


def promise(dataset: Dataset, count: int) -> None:
    """State how many slices the series has, in the way of the manufacturer that the phantom names."""
    maker = str(dataset.Manufacturer).upper()
    if maker.startswith("GE"):
        dataset.private_block(0x0021, "GEMS_RELA_01", create=True).add_new(0x4F, "SS", count)
    elif maker.startswith("PHILIPS"):
        dataset.private_block(0x2001, "Philips Imaging DD 001", create=True).add_new(0x18, "SL", count)
    else:
        dataset.ImagesInAcquisition = str(count)
