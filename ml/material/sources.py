"""Where training material comes from: one protocol for a folder of DICOM studies, the public data set and the phantom."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pydicom
from pydicom.errors import InvalidDicomError

from ml.guard import Acquired, acquired_as
from ml.material.problems import DataRefused, Problem
from ml.phantom.words import is_synthetic
from ml.series.role import Role
from ml.unreadable import UNREADABLE
from ml.volume import SEND_AGAIN, Volume, VolumeRefused, load_series

LEAVE_OUT = "Mend it, take it out of the truth table, or leave it out with --skip-unusable."


@dataclass(frozen=True)
class TrainingCase:
    """One examination: its name, the patient whose cases stay together, its label, and what the label rests on."""

    name: str
    patient: str
    label: int
    basis: str


@dataclass(frozen=True)
class FoundSeries:
    """The series that a case has for one role, as its headers say; `paths` are its instances.

    `recognised` is what recognition made of it among its whole study, whatever role it is given here; None without one.
    """

    paths: tuple[Path, ...]
    fat_saturated: bool | None
    recognised: Role | None = None


@dataclass(frozen=True)
class Survey:
    """What a case's headers say before a pixel is read. `identity` is the DICOM PatientID, empty where it was taken out."""

    series: Mapping[Role, FoundSeries]
    problems: tuple[Problem, ...] = ()
    identity: str = ""
    synthetic: bool = False


@dataclass(frozen=True, eq=False)
class ReadSeries:
    """One series as read, and what the guard will compare others with."""

    volume: Volume
    acquired: Acquired


class DataSource(Protocol):
    """Cases with labels, what is there of each, and its volumes."""

    @property
    def description(self) -> str:
        """In a few words, without a machine's paths: goes into the bundle."""

    def cases(self) -> Sequence[TrainingCase]:
        """Every case with its label; DataRefused where the labels cannot be read."""

    def survey(self, case: TrainingCase, roles: Sequence[Role]) -> Survey:
        """Look at a case's headers; what is wrong is in `problems`."""

    def read(self, case: TrainingCase, role: Role, series: FoundSeries) -> ReadSeries:
        """One series' voxels and how it was acquired; VolumeRefused says why not."""


@dataclass(frozen=True)
class Headers:
    """The DICOM headers below a folder, by series; files that look like DICOM and cannot be read are problems."""

    by_series: Mapping[str, Sequence[tuple[Path, pydicom.Dataset]]]
    problems: tuple[Problem, ...] = ()

    @property
    def first(self) -> pydicom.Dataset:
        """Any header, empty where there is none."""
        return next((found[0][1] for found in self.by_series.values()), pydicom.Dataset())

    @property
    def identity(self) -> str:
        """PatientID."""
        return str(self.first.get("PatientID", "") or "").strip()

    @property
    def synthetic(self) -> bool:
        """Whether the phantom made it."""
        return is_synthetic(str(self.first.get("PatientName", "")), str(self.first.get("ImageComments", "")))


def read_headers(folder: Path, patient: str) -> Headers:
    """Every DICOM header below `folder`. Other files are skipped, unless they are named like DICOM.

    Names that begin with a dot are some system's own, as the `._0001.dcm` that an archive made on a Mac leaves.
    """
    by_series: dict[str, list[tuple[Path, pydicom.Dataset]]] = defaultdict(list)
    problems = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")):
        try:
            header = pydicom.dcmread(path, stop_before_pixels=True)
        except InvalidDicomError as error:
            if path.suffix.lower() in {".dcm", ".ima"}:
                problems.append(Problem(patient, path, f"cannot be read as DICOM ({error})", LEAVE_OUT))
            continue
        by_series[str(header.get("SeriesInstanceUID", ""))].append((path, header))
    return Headers(by_series, tuple(problems))


def load(series: FoundSeries) -> ReadSeries:
    """A series' volume; where it is refused, the reason names the file that is to blame, if one is."""
    try:
        read = load_series(series.paths)
    except VolumeRefused as error:
        culprit = next(_culprits(series.paths), None)
        where = f" ({culprit[0].name}: {culprit[1]})" if culprit else f" ({series.paths[0].parent.name})"
        raise VolumeRefused(f"{error.reason}{where}", error.remedy) from error
    # As the worker does: the guard compares what it will be told there.
    return ReadSeries(read.volume, acquired_as(read, series.recognised))


def _culprits(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Files that cannot be decoded, or whose geometry is not that of most."""
    geometry: dict[Path, tuple[object, ...]] = {}
    for path in paths:
        try:
            dataset = pydicom.dcmread(path)
            dataset.pixel_array  # noqa: B018 - decoding is the question
        except (InvalidDicomError, RuntimeError, *UNREADABLE) as error:
            yield path, f"its pixels cannot be read, {error}"
            return
        orientation = [round(float(x), 2) for x in dataset.get("ImageOrientationPatient", [])]
        spacing = [round(float(x), 3) for x in dataset.get("PixelSpacing", [])]
        geometry[path] = (dataset.get("Rows"), dataset.get("Columns"), *orientation, *spacing)
    usual = Counter(geometry.values()).most_common(1)[0][0]
    for path, found in geometry.items():
        if found != usual:
            yield path, f"{found[0]} x {found[1]} or its orientation or spacing, where most are {usual[0]} x {usual[1]}"


@dataclass(frozen=True)
class TruthTable:
    """A CSV of truths: `case` (folder's name) and `label` (0 or 1), and `patient` where one has several examinations."""

    path: Path
    rows: Sequence[TrainingCase] = field(default_factory=tuple)

    @classmethod
    def read(cls, path: Path) -> "TruthTable":
        """Read and check; DataRefused names the line that is wrong."""
        expected = "Expected a CSV with the columns case and label (0 or 1), and patient where one has several cases."
        if not path.is_file():
            raise DataRefused([Problem(None, path, "is missing", expected)])
        with path.open(newline="", encoding="utf-8-sig") as file:
            lines = list(csv.DictReader(file))
        if not lines or not {"case", "label"} <= set(lines[0]):
            found = f"has the columns {', '.join(lines[0])}" if lines else "has no rows"
            raise DataRefused([Problem(None, path, found, expected)])
        rows, problems = [], []
        counts = Counter(line["case"] for line in lines)
        for number, line in enumerate(lines, start=2):
            name, label = (line["case"] or "").strip(), (line["label"] or "").strip()
            if not name or label not in {"0", "1"}:
                problems.append(Problem(name or None, path, f"line {number} has the label {label!r}", "Write 0 or 1."))
            elif counts[line["case"]] > 1:
                problems.append(Problem(name, path, f"line {number} repeats this case", "Keep one line a case."))
            else:
                patient = (line.get("patient") or line.get("patient_id") or name).strip()
                rows.append(TrainingCase(name, patient, int(label), path.name))
        if problems:
            raise DataRefused(problems)
        return cls(path, tuple(rows))


def unreadable(case: TrainingCase, error: VolumeRefused, place: Path | None) -> Problem:
    """A refusal of pixels as a problem of the data set."""
    remedy = LEAVE_OUT if error.remedy == SEND_AGAIN else f"{error.remedy} Or leave the case out with --skip-unusable."
    return Problem(case.name, place, error.reason.rstrip("."), remedy)
