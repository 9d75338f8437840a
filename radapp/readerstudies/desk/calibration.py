"""Patients that the networks learnt from or were calibrated on: barred from reader studies."""

from collections.abc import Iterable
from dataclasses import dataclass

from radapp.archive.models import Study
from radapp.archive.pseudonyms import identity_of
from radapp.triage.models import TrainingCase

AT_ONCE = 500


@dataclass(frozen=True)
class Learnt:
    """Of every training set that this installation made: its examinations and its patients."""

    studies: frozenset[str]
    patients: frozenset[str]

    def knows(self, examination: Study) -> bool:
        """Whether the networks may have seen this patient."""
        return examination.study_instance_uid in self.studies or identity_of(examination) in self.patients


def learnt() -> Learnt:
    """Read once for each question: some thousand rows."""
    rows = list(TrainingCase.objects.values_list("study_instance_uid", "patient_id"))
    studies = frozenset(uid for uid, _ in rows)
    # Exactly as identity_of names a patient with a number; those without one are found by their studies that are still here.
    patients = {f"id {number.strip().upper()}" for _, number in rows if number.strip()}
    return Learnt(studies, frozenset(patients | set(_identities(studies))))


def _identities(uids: Iterable[str]) -> Iterable[str]:
    every = sorted(uids)
    for start in range(0, len(every), AT_ONCE):
        for study in Study.objects.filter(study_instance_uid__in=every[start : start + AT_ONCE]):
            yield identity_of(study)
