"""What keeps an examination out of a study, and what there is to know before it is taken in."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from radapp.archive.models import SequenceRole, Study
from radapp.readerstudies.desk.calibration import Learnt, learnt
from radapp.readerstudies.desk.copying import patient_in
from radapp.readerstudies.models import Case, ReaderStudy
from radapp.readerstudies.protocol import Design

IN_STUDY, NO_IMAGES, INCOMPLETE, NO_T1WIC, CALIBRATED = "in_study", "no_images", "incomplete", "no_t1wic", "calibrated"
UNENHANCED = (SequenceRole.T1WI.value, SequenceRole.T2WI.value)


@dataclass(frozen=True)
class Bar:
    """A word for programs and a sentence."""

    code: str
    detail: str


def is_complete(design: Design) -> bool:
    """Whether an arm shows T1WIC: then every case must have it, else its absence tells the tier (DOMAIN.md)."""
    return any(arm.images == "complete" for arm in design.arms)


def image_bars(examination: Study, found: Sequence[str], design: Design) -> list[Bar]:
    """What its images lack for this design."""
    if examination.images_deleted_at is not None:
        return [Bar(NO_IMAGES, "Its images were deleted.")]
    bars = []
    missing = [role for role in UNENHANCED if role not in found]
    if missing:
        bars.append(Bar(INCOMPLETE, f"It has no {' and no '.join(missing)}."))
    if is_complete(design) and SequenceRole.T1WIC.value not in found:
        bars.append(Bar(NO_T1WIC, "It has no T1WIC, and a complete arm takes only cases that have it."))
    return bars


@dataclass(frozen=True)
class Judge:
    """Everything that bars and notes are told from, read once."""

    study: ReaderStudy
    design: Design
    learnt: Learnt
    taken: Mapping[int, Case]
    patients: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, study: ReaderStudy, design: Design) -> Self:
        """For a study as it stands."""
        cases = list(study.cases.filter(examination__isnull=False))
        patients: dict[str, list[int]] = defaultdict(list)
        for case in cases:
            patients[case.patient].append(case.number)
        return cls(study, design, learnt(), {case.examination_id or 0: case for case in cases}, patients)

    def bars(self, examination: Study, found: Sequence[str]) -> list[Bar]:
        """Why it cannot be a case."""
        if examination.pk in self.taken:
            return [Bar(IN_STUDY, f"It is case {self.taken[examination.pk].number} already.")]
        return image_bars(examination, found, self.design) + self.calibration_bars(examination)

    def calibration_bars(self, examination: Study) -> list[Bar]:
        """Whether its patient is barred because the networks know them."""
        if not self.learnt.knows(examination):
            return []
        return [Bar(CALIBRATED, "The networks learnt from this patient, or were calibrated on them.")]

    def notes(self, examination: Study, truth: bool | None) -> list[Bar]:
        """What there is to know."""
        notes = []
        others = self.patients.get(patient_in(self.study, examination), ())
        if others and examination.pk not in self.taken:
            numbers = ", ".join(map(str, others))
            notes.append(Bar("same_patient", f"The same patient as case {numbers}: statistics must be clustered."))
        if truth is None:
            notes.append(Bar("truth_unknown", "The archive has no truth of it: it has to be tagged."))
        return notes
