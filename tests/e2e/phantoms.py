"""Synthetic examinations written as DICOM for the end-to-end tests."""

from dataclasses import dataclass
from pathlib import Path

import pydicom

from ml.__main__ import main


@dataclass(frozen=True)
class Examination:
    """One synthetic study on disk."""

    folder: Path

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.rglob("*.dcm"))

    @property
    def uid(self) -> str:
        return str(pydicom.dcmread(self.files[0], stop_before_pixels=True).StudyInstanceUID)

    @property
    def patient_id(self) -> str:
        return str(pydicom.dcmread(self.files[0], stop_before_pixels=True).PatientID)

    def series(self, number: int) -> list[Path]:
        """The files of one series, by Series Number."""
        return [path for path in self.files if pydicom.dcmread(path, stop_before_pixels=True).SeriesNumber == number]


def make_examination(folder: Path, *, first: int, roles: str = "T1WI,T2WI") -> Examination:
    """The synthetic patient after the first `first` ones of a cohort that the demo does not use."""
    words = ["phantom", "--cases", "1", "--first", str(first), "--seed", "7001", "--roles", roles, "--out", str(folder)]
    assert main(words) == 0
    return Examination(folder / f"{first + 1:03d}")
