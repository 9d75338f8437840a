"""A folder with a folder of DICOM files a case and a truth.csv: from `manage.py export_training_set` or `ml phantom`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ml.material.problems import Problem
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
from ml.phantom.dicom import TRUTH_FILE
from ml.series import Role, choose_by_headers


@dataclass(frozen=True)
class DicomSource:
    """Series are recognised and chosen as in the application; `truth` is another table than truth.csv in the folder."""

    folder: Path
    truth: Path | None = None
    description: str = field(default="folder of DICOM studies", init=False)

    @property
    def table(self) -> Path:
        """Where the truths stand."""
        return self.truth or self.folder / TRUTH_FILE

    def cases(self) -> Sequence[TrainingCase]:
        """One for each row of the truth table."""
        return TruthTable.read(self.table).rows

    def survey(self, case: TrainingCase, roles: Sequence[Role]) -> Survey:
        """Which series the application would take for each role."""
        place = self.folder / case.name
        if not place.is_dir():
            return Survey({}, (Problem(case.name, place, "is no folder", LEAVE_OUT),))
        headers = read_headers(place, case.name)
        found = _recognised(headers)
        problems = list(headers.problems)
        missing = [str(role) for role in roles if role not in found]
        if missing:
            words = f"holds no series that is recognised as {' or '.join(missing)} ({len(headers.by_series)} series)"
            problems.append(Problem(case.name, place, words, LEAVE_OUT))
        return Survey(found, tuple(problems), headers.identity, headers.synthetic)

    def read(self, case: TrainingCase, role: Role, series: FoundSeries) -> ReadSeries:
        """The series' voxels."""
        return load(series)


def _recognised(headers: Headers) -> dict[Role, FoundSeries]:
    chosen = choose_by_headers({uid: [header for _, header in files] for uid, files in headers.by_series.items()})
    return {
        role: FoundSeries(tuple(path for path, _ in headers.by_series[one.uid]), one.fat_saturated, role)
        for role, one in chosen.items()
    }
