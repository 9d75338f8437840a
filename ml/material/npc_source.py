"""The public data set's layout: `NNN/{T1WI,T2WI,CE-T1WI}` of DICOM slices, and `NNN/ROI-{T1,T2,CE-T1}.nii` masks beside.

Li et al., "A dataset of primary nasopharyngeal carcinoma MRI with multi-modalities segmentation", arXiv 2404.03253 (2024),
Sci Data 2025;12:1450; CC BY 4.0. All its patients have a tumour: whoever trains on it adds cases without, in the same layout
and says so in a truth table, or by empty masks.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nibabel
import numpy as np
from nibabel.filebasedimages import ImageFileError

from ml.material.problems import DataRefused, Problem
from ml.material.sources import (
    LEAVE_OUT,
    FoundSeries,
    Headers,
    ReadSeries,
    Survey,
    TrainingCase,
    TruthTable,
    load,
    read_headers,
)
from ml.phantom.case import Case
from ml.phantom.dicom import write_study
from ml.resampling import resample
from ml.series import Role, read_facts, recognise

FOLDERS = {Role.T1WI: "T1WI", Role.T2WI: "T2WI", Role.T1WIC: "CE-T1WI"}
MASKS = {Role.T1WI: "ROI-T1", Role.T2WI: "ROI-T2", Role.T1WIC: "ROI-CE-T1"}
INNER = ("MRI-Segments", "data/MRI-Segments")
"""Folders that the data set's own archive unpacks to; either may be left around the patients."""
TRUTH = "truth.csv"


@dataclass(frozen=True)
class NpcSource:
    """Labels from a truth table where there is one, else from the masks: 1 where any of a patient's masks marks a voxel."""

    folder: Path
    truth: Path | None = None
    description: str = field(default="layout of the public NPC data set", init=False)

    @property
    def root(self) -> Path:
        """The folder whose folders are patients."""
        return next((self.folder / inner for inner in INNER if (self.folder / inner).is_dir()), self.folder)

    def cases(self) -> Sequence[TrainingCase]:
        """One for each patient's folder; DataRefused where there is none, or where neither table nor mask tells a label."""
        table = self.truth or next((p for p in (self.folder / TRUTH, self.root / TRUTH) if p.is_file()), None)
        if table is not None:
            return TruthTable.read(table).rows
        folders = self.patients()
        if not folders:
            expected = f"Expected folders such as 001 with {', '.join(FOLDERS.values())} in it."
            raise DataRefused([Problem(None, self.root, "holds no patient", expected)])
        cases, problems = [], []
        for place in folders:
            found = _label(place)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                cases.append(TrainingCase(place.name, place.name, found, "mask"))
        if problems:
            raise DataRefused(problems)
        return cases

    def patients(self) -> list[Path]:
        """The patients' folders: those with a folder of one of the three sequences."""
        return sorted(p for p in self.root.iterdir() if p.is_dir() and any((p / n).is_dir() for n in FOLDERS.values()))

    def survey(self, case: TrainingCase, roles: Sequence[Role]) -> Survey:
        """The folder's name says which sequence it is; headers say whether fat was saturated, and what it looks like.

        All three folders are recognised together, as in the application, whichever `roles` are asked for.
        """
        place = self.root / case.name
        headers = {role: read_headers(place / name, case.name) for role, name in FOLDERS.items() if (place / name).is_dir()}
        problems = [problem for role in roles for problem in _folder_problems(case, place, role, headers.get(role))]
        whole = {role: next(iter(one.by_series.values())) for role, one in headers.items() if len(one.by_series) == 1}
        recognised = recognise([read_facts([header for _, header in files]) for files in whole.values()])
        series = {
            role: FoundSeries(tuple(path for path, _ in files), one.fat_saturated, one.role)
            for (role, files), one in zip(whole.items(), recognised, strict=True)
            if role in roles
        }
        asked = [headers[role] for role in roles if role in headers]
        # The data set's own anonymisation leaves PatientID empty; a number in it is the folder's.
        identity = next((found.identity for found in asked if found.identity), "")
        return Survey(series, tuple(problems), identity, any(found.synthetic for found in asked))

    def read(self, case: TrainingCase, role: Role, series: FoundSeries) -> ReadSeries:
        """The series' voxels."""
        return load(series)


def mask_path(place: Path, role: Role) -> Path | None:
    """A patient's mask of one sequence, `.nii` or `.nii.gz`."""
    return next((p for p in (place / f"{MASKS[role]}{end}" for end in (".nii", ".nii.gz")) if p.is_file()), None)


def _label(place: Path) -> int | Problem:
    paths = [path for role in FOLDERS if (path := mask_path(place, role)) is not None]
    if not paths:
        words = f"has neither a mask ({', '.join(MASKS.values())}.nii) nor a line in a truth table"
        return Problem(place.name, None, words, f"Add the masks, an empty one without tumour, or {TRUTH}.")
    marked = False
    for path in paths:
        try:
            marked = marked or bool(np.any(np.asanyarray(nibabel.Nifti1Image.from_filename(path).dataobj) > 0.5))
        except (ImageFileError, OSError, EOFError, ValueError, zlib.error) as error:
            return Problem(place.name, path, f"cannot be read as NIfTI ({error})", LEAVE_OUT)
    return int(marked)


def _folder_problems(case: TrainingCase, place: Path, role: Role, headers: Headers | None) -> list[Problem]:
    """What is wrong with the folder of one sequence, and with its mask."""
    if headers is None:
        return [Problem(case.name, place / FOLDERS[role], "is missing", LEAVE_OUT)]
    if len(headers.by_series) != 1:
        words = f"holds {len(headers.by_series)} series; expected one" if headers.by_series else "holds no DICOM files"
        return [*headers.problems, Problem(case.name, place / FOLDERS[role], words, LEAVE_OUT)]
    (files,) = headers.by_series.values()
    return list(headers.problems) or _mask_problems(case, place, role, files[0][1].get("Rows"), len(files))


def _mask_problems(case: TrainingCase, place: Path, role: Role, rows: object, slices: int) -> list[Problem]:
    """A mask must have its images' rows and slices; NIfTI counts (columns, rows, slices)."""
    path = mask_path(place, role)
    if path is None:
        return []
    try:
        shape = nibabel.Nifti1Image.from_filename(path).shape
    except (ImageFileError, OSError, EOFError, ValueError, zlib.error) as error:
        return [Problem(case.name, path, f"cannot be read as NIfTI ({error})", LEAVE_OUT)]
    if len(shape) == 3 and shape[2] == slices and shape[1] == rows:
        return []
    words = f"is {' x '.join(map(str, shape))}; its images have {rows} rows and {slices} slices"
    return [Problem(case.name, path, words, LEAVE_OUT)]


def write_patient(case: Case, place: Path) -> None:
    """A synthetic case in the same layout, `place` being its folder: for trying a training run before there are patients.

    ValueError for a case without all three sequences, or one of which a series lacks slices.
    """
    if case.left_out or set(case.volumes) != set(FOLDERS):
        raise ValueError(
            f"The case has {', '.join(case.volumes)} and {len(case.left_out)} missing slices; expected all three."
        )
    for role, folder in FOLDERS.items():
        written = write_study(case, place / folder, [role])
        for path in written:
            path.rename(place / folder / path.name)
        written[0].parent.rmdir()
        volume = case.volumes[role]
        marked = np.zeros(volume.shape, np.uint8)
        if case.lesion is not None:
            to_lesion = np.linalg.inv(case.lesion.affine) @ volume.affine
            share = resample(case.lesion.voxels, to_lesion, volume.shape)
            # A recurrence thinner than the slices marks at least where there is most of it: the mask is the label.
            marked = ((share > 0) & (share >= min(0.5, float(share.max())))).astype(np.uint8)
        # NIfTI counts columns, rows, slices, and points right and forwards where DICOM points left and backwards.
        affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ volume.affine[:, [2, 1, 0, 3]]
        nibabel.Nifti1Image(marked.transpose(2, 1, 0), affine).to_filename(place / f"{MASKS[role]}.nii")
