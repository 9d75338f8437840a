"""What became of each file: one frozen type per outcome, and the report that sums them up."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


def readable(name: str) -> str:
    """A file's name as a report, a database and a terminal can hold it: no NUL, and bytes that are no UTF-8 as \\udcXX."""
    return name.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "backslashreplace").decode("utf-8")


@dataclass(frozen=True)
class Identity:
    """The four UIDs that name a SOP instance."""

    study_uid: str
    series_uid: str
    sop_instance_uid: str
    sop_class_uid: str


@dataclass(frozen=True)
class StoredInstance:
    """The file's bytes and its row are in the archive."""

    path: str
    identity: Identity


@dataclass(frozen=True)
class Already:
    """An equal data set is stored; nothing was written."""

    path: str
    identity: Identity


@dataclass(frozen=True)
class Skipped:
    """Not DICOM and not claiming to be: clutter of a CD or folder."""

    path: str
    reason: str


@dataclass(frozen=True)
class PutAside:
    """Equal pixels under a stored UID, other attributes: kept for an administrator."""

    path: str
    reason: str
    identity: Identity


@dataclass(frozen=True)
class Refused:
    """Broken, hostile or contradicting what is stored; nothing of it is kept. `identity` where it could be read."""

    path: str
    reason: str
    identity: Identity | None = None
    storage_full: bool = False


Outcome = StoredInstance | Already | Skipped | PutAside | Refused


@dataclass
class IntakeReport:
    """Counts, and each file that was not simply stored or skipped. `studies`: UIDs touched, in order of arrival.

    `outcomes` has every file in the order received (for STOW's per-instance answer); it is not part of the JSON.
    """

    stored: int = 0
    already: int = 0
    skipped: int = 0
    set_aside: list[dict[str, str]] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)
    studies: list[str] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    storage_full: bool = False

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Count the outcomes of some files."""
        for outcome in outcomes:
            self.outcomes.append(outcome)
            match outcome:
                case StoredInstance():
                    self.stored += 1
                case Already():
                    self.already += 1
                case Skipped():
                    self.skipped += 1
                case PutAside(path=path, reason=reason):
                    self.set_aside.append({"path": path, "reason": reason})
                case Refused(path=path, reason=reason):
                    self.refused.append({"path": path, "reason": reason})
                    self.storage_full = self.storage_full or outcome.storage_full
            if isinstance(outcome, StoredInstance | Already | PutAside):
                self._touch(outcome.identity.study_uid)

    def _touch(self, study_uid: str) -> None:
        if study_uid not in self.studies:
            self.studies.append(study_uid)

    def as_json(self) -> dict[str, Any]:
        """The fixed report of issue 3: import_dicom --json and the intake API."""
        return {
            "stored": self.stored,
            "already": self.already,
            "skipped": self.skipped,
            "set_aside": self.set_aside,
            "refused": self.refused,
            "studies": self.studies,
        }
