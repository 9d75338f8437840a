"""Objects that this application writes into a study (heatmaps, reports): stored deflated, in series marked as generated."""

import hashlib
import io
from collections.abc import Sequence
from copy import copy, deepcopy
from dataclasses import dataclass

import pydicom
from pydicom.uid import DeflatedExplicitVRLittleEndian

from radapp.archive.clutter import HEAD_BYTES, judge
from radapp.archive.errors import StorageFull
from radapp.archive.inspection import inspect
from radapp.archive.models import Instance, Source, Study
from radapp.archive.outcomes import Already, Refused, StoredInstance
from radapp.archive.receiving import Received
from radapp.archive.recording import Candidate, Origin, keep_bytes, record_candidates, record_kept


class GeneratedRefusedError(ValueError):
    """An object of our own making cannot be stored; the text says why."""


def store_generated(datasets: Sequence[pydicom.Dataset], *, study: Study) -> list[Instance]:
    """Store data sets that were made from this study; returns their instances in the same order.

    An equal data set under the same UID is stored once. Deflated on disk: a float map of every plane shrinks fifty times.
    Raises StorageFull, or GeneratedRefusedError where an object is not of this study or contradicts a stored one.
    """
    candidates = [_candidate(dataset, study) for dataset in datasets]
    outcomes, conflicting = record_candidates(candidates, _origin())
    for outcome in outcomes:
        if isinstance(outcome, Refused):
            raise StorageFull if outcome.storage_full else GeneratedRefusedError(outcome.reason)
        assert isinstance(outcome, StoredInstance | Already)
    if conflicting:
        uids = ", ".join(candidate.inspected.identity.sop_instance_uid for candidate in conflicting)
        raise GeneratedRefusedError(f"found another object stored under {uids}, expected a new UID for a new object")
    uids_in_order = [candidate.inspected.identity.sop_instance_uid for candidate in candidates]
    stored = Instance.every.in_bulk(uids_in_order, field_name="sop_instance_uid")
    return [stored[uid] for uid in uids_in_order]


@dataclass(frozen=True)
class Kept:
    """Objects whose bytes lie in the archive already and whose rows are still to come; without rows nobody finds them."""

    candidates: tuple[Candidate, ...]

    @property
    def sop_instance_uids(self) -> list[str]:
        """Of all of them, in the order given."""
        return [candidate.inspected.identity.sop_instance_uid for candidate in self.candidates]


def keep(datasets: Sequence[pydicom.Dataset], *, study: Study) -> Kept:
    """First half of storing several objects in one act: their bytes, outside any transaction.

    Raises StorageFull, or GeneratedRefusedError where an object is not of this study.
    """
    candidates = tuple(_candidate(dataset, study) for dataset in datasets)
    keep_bytes(candidates)
    return Kept(candidates)


def record(kept: Kept) -> None:
    """Second half, in the caller's transaction with whatever else makes the act: the rows, for all of them at once.

    One that is in the archive already, because another version of this program stored it by itself, is left as it is.
    """
    there = set(
        Instance.every.filter(sop_instance_uid__in=kept.sop_instance_uids, series__generated=True).values_list(
            "sop_instance_uid", flat=True
        )
    )
    new = [one for one in kept.candidates if one.inspected.identity.sop_instance_uid not in there]
    record_kept(new, _origin())


def _origin() -> Origin:
    return Origin(Source.GENERATED, None, "worker", "", generated=True)


def _candidate(dataset: pydicom.Dataset, study: Study) -> Candidate:
    content = deflated(dataset)
    path = f"generated {dataset.SOPInstanceUID}"
    inspected = inspect(content, judge(path, content[:HEAD_BYTES]))
    if inspected.identity.study_uid != study.study_instance_uid:
        raise GeneratedRefusedError(
            f"found an object of the study {inspected.identity.study_uid}, expected {study.study_instance_uid}"
        )
    return Candidate(path, inspected, Received(content, hashlib.sha256(content).hexdigest(), len(content)))


def deflated(dataset: pydicom.Dataset) -> bytes:
    """The data set as a file in Deflated Explicit VR Little Endian; the data set itself stays as it is."""
    shallow = copy(dataset)
    shallow.file_meta = deepcopy(dataset.file_meta)
    shallow.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    out = io.BytesIO()
    pydicom.dcmwrite(out, shallow, enforce_file_format=True)
    return out.getvalue()
