"""From inspected files to rows: what is new, what is there already, and what contradicts the archive."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import pydicom
from django.db import IntegrityError, OperationalError, transaction

from radapp.accounts import audit
from radapp.accounts.models import AuditEntry, User
from radapp.archive import arrivals, headers, merges, quick_rows, rejections
from radapp.archive.byte_index import row_of
from radapp.archive.changes import announce
from radapp.archive.errors import StorageFull, StorageUnreachable, is_full
from radapp.archive.healing import heal
from radapp.archive.inspection import Inspected
from radapp.archive.models import ByteIndex, Instance, Series, Source, Study
from radapp.archive.outcomes import Already, Outcome, Refused, StoredInstance
from radapp.archive.receiving import Received
from radapp.archive.storage import Batch

# Two processes that take in the same files collide at most once per batch; more often means something else is wrong.
ATTEMPTS = 8
FULL = "the disk is full: not stored. Make room and take the same files in again; what is there already is not doubled"
UNREACHABLE = "the store of images does not answer: not stored. Take the same files in again once it does"
ANOTHER_SERIES = "found a SOP Instance UID that is stored in another series or study, expected it in one place only"
ANOTHER_STUDY = "found a Series Instance UID that is stored under another study, expected it in one study only"
ANOTHER_PATIENT = "found the Patient ID {found!r} in a study stored for {expected!r}, expected one patient in a study"

Held = frozenset[str] | None
Row = TypeVar("Row", Study, Series)


@dataclass(frozen=True)
class Candidate:
    """A file that passed inspection. Its bytes are in memory or spooled until it is settled."""

    path: str
    inspected: Inspected
    received: Received


@dataclass
class Origin:
    """Who takes in what, and by which way; `noted` has the studies whose audit row this intake wrote."""

    source: str
    user: User | None
    actor_name: str
    intake_id: str
    generated: bool = False
    noted: set[str] = field(default_factory=set)


@dataclass
class _Known:
    """What the archive holds under the UIDs of a batch, and what the batch itself has added so far."""

    instances: dict[str, tuple[str, str, str]]  # SOP Instance UID -> study, series, data set digest
    series: dict[str, str]  # Series Instance UID -> study
    patients: dict[str, str]  # Study Instance UID -> Patient ID


@dataclass
class _Sorted:
    """A batch after comparison."""

    new: list[Candidate] = field(default_factory=list)
    conflicting: list[Candidate] = field(default_factory=list)
    again: list[Candidate] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


def record_candidates(candidates: Sequence[Candidate], origin: Origin) -> tuple[list[Outcome], list[Candidate]]:
    """Store what is new, bytes before rows. Returns the outcomes, and the candidates that contradict a stored data set."""
    refused: list[Outcome] = []
    waiting = list(candidates)
    for attempt in range(1, ATTEMPTS + 1):
        known = _known(waiting)
        held = frozenset((*known.series, *known.patients))
        batch = _sort(waiting, known, origin)
        full, why = _write_bytes(batch.new)
        if full:
            # Compare again without them: another file of this batch may be a copy of one that did not fit.
            refused += [_full(candidate, why) for candidate in full]
            waiting = [candidate for candidate in waiting if candidate not in full]
            batch = _sort(waiting, _known(waiting), origin)
        try:
            _write_rows(batch.new, origin, held)
        except (IntegrityError, OperationalError) as error:
            if is_full(error):
                return refused + [_full(candidate) for candidate in waiting], []
            if attempt == ATTEMPTS:
                raise
            continue
        stored = [StoredInstance(candidate.path, candidate.inspected.identity) for candidate in batch.new]
        _note_others(refused, batch, origin)
        _heal(batch.again)
        return refused + batch.outcomes + stored, batch.conflicting
    raise AssertionError("the last attempt returns or raises")


def _note_others(refused: Sequence[Outcome], batch: _Sorted, origin: Origin) -> None:
    """Slices that came again, and slices that found no room, say something of series that arrive one by one."""
    if not arrivals.is_live(origin.source):
        return
    again = [one.identity.series_uid for one in batch.outcomes if isinstance(one, Already)]
    again += [candidate.inspected.identity.series_uid for candidate in batch.conflicting]
    if again:
        arrivals.note_again(again)
    lost = [one.identity.series_uid for one in refused if isinstance(one, Refused) and one.identity is not None]
    if lost:
        arrivals.note_lost(lost)


def _heal(again: Sequence[Candidate]) -> None:
    """What came again puts back bytes that the archive has lost."""
    if again:
        heal([(one.inspected.identity.sop_instance_uid, one.received, _index(one)) for one in again])


def _index(candidate: Candidate) -> ByteIndex:
    return row_of(candidate.received.sha256, candidate.inspected)


def keep_bytes(candidates: Sequence[Candidate]) -> None:
    """Make the bytes durable ahead of their rows, outside any transaction; StorageFull where there is no room."""
    if _write_bytes(candidates)[0]:
        raise StorageFull


def record_kept(candidates: Sequence[Candidate], origin: Origin) -> None:
    """The rows of candidates whose bytes were kept, in the caller's transaction: all of what it writes, or nothing."""
    _write_rows(candidates, origin)


def _full(candidate: Candidate, why: str = FULL) -> Refused:
    return Refused(candidate.path, why, candidate.inspected.identity, storage_full=True)


def _known(candidates: Sequence[Candidate]) -> _Known:
    identities = [candidate.inspected.identity for candidate in candidates]
    instances = Instance.every.filter(sop_instance_uid__in={one.sop_instance_uid for one in identities}).values_list(
        "sop_instance_uid", "series__study__study_instance_uid", "series__series_instance_uid", "dataset_digest"
    )
    series = Series.objects.filter(series_instance_uid__in={one.series_uid for one in identities})
    studies = Study.objects.filter(study_instance_uid__in={one.study_uid for one in identities})
    return _Known(
        {uid: (study, of_series, digest) for uid, study, of_series, digest in instances},
        dict(series.values_list("series_instance_uid", "study__study_instance_uid")),
        dict(studies.values_list("study_instance_uid", "patient_id")),
    )


def _sort(candidates: Sequence[Candidate], known: _Known, origin: Origin) -> _Sorted:
    """Tell apart what is new, already there, contradicting and refused, in the order received."""
    batch = _Sorted()
    for candidate in candidates:
        identity, digest = candidate.inspected.identity, candidate.inspected.dataset_digest
        stored = known.instances.get(identity.sop_instance_uid)
        reason = _reason_to_refuse(candidate, known, origin)
        if reason is not None:
            batch.outcomes.append(Refused(candidate.path, reason, identity))
        elif stored is None:
            batch.new.append(candidate)
            known.instances[identity.sop_instance_uid] = (identity.study_uid, identity.series_uid, digest)
            known.series[identity.series_uid] = identity.study_uid
            known.patients.setdefault(identity.study_uid, headers.text(candidate.inspected.header, "PatientID", 64))
        elif stored[2] == digest:
            batch.outcomes.append(Already(candidate.path, identity))
            batch.again.append(candidate)
        else:
            batch.conflicting.append(candidate)
    return batch


def _reason_to_refuse(candidate: Candidate, known: _Known, origin: Origin) -> str | None:
    identity = candidate.inspected.identity
    stored = known.instances.get(identity.sop_instance_uid)
    if stored is not None:
        return None if stored[:2] == (identity.study_uid, identity.series_uid) else ANOTHER_SERIES
    if known.series.get(identity.series_uid, identity.study_uid) != identity.study_uid:
        return ANOTHER_STUDY
    found = headers.text(candidate.inspected.header, "PatientID", 64)
    expected = known.patients.get(identity.study_uid, "")
    # What we make copies its source's header, which an accepted correction of another instance may have left behind.
    strange = found and expected and found != expected and not origin.generated
    if strange and not merges.is_one_person(found, expected):
        return ANOTHER_PATIENT.format(found=found, expected=expected)
    return None


def not_stored(error: StorageFull) -> str:
    """Why bytes were not stored, in words for a report."""
    return UNREACHABLE if isinstance(error, StorageUnreachable) else FULL


def _write_bytes(candidates: Sequence[Candidate]) -> tuple[list[Candidate], str]:
    """Make the bytes durable; returns the candidates that found no room, and why."""
    full, why = [], FULL
    with Batch() as batch:
        for number, candidate in enumerate(candidates):
            try:
                candidate.received.hand_over(batch)
            except StorageFull as error:
                full, why = list(candidates[number:]), not_stored(error)
                break
        try:
            batch.commit()
        except StorageFull as error:
            return list(candidates), not_stored(error)
    return full, why


def _write_rows(candidates: Sequence[Candidate], origin: Origin, held: Held = None) -> None:
    """Create the rows in one transaction, in the order of UIDs: two processes then never wait for each other in a ring.

    `held`: the studies and series that had rows a moment ago, so that the others are made without a look; None: look.
    """
    if not candidates:
        return
    ordered = sorted(candidates, key=lambda one: one.inspected.identity.sop_instance_uid)
    with transaction.atomic():
        studies = _studies(ordered, origin, held)
        known, begun = _series(ordered, studies, origin, held)
        series = known | begun
        created = [instance_of(one, series, origin) for one in ordered]
        if any(one.sop_class_uid == rejections.KEY_OBJECTS for one in created):
            Instance.objects.bulk_create(created)  # a rejection note refers to its instance's key
        else:
            quick_rows.insert(created)
        if _heed_rejections(created, ordered, origin):
            begun = {}  # their rows tell how many are in sight
        if arrivals.is_live(origin.source):
            frames = zip(created, ordered, strict=True)
            arrived = [arrivals.Arrived(one.series, of.inspected.header, one.number_of_frames) for one, of in frames]
            arrivals.note(arrived, begun={one.pk for one in begun.values()})
        quick_rows.insert([_index(one) for one in ordered], end=quick_rows.UNLESS_THERE)
        for uid in studies:
            announce(uid)
            if uid not in origin.noted and not origin.generated:
                audit.record(
                    actor=origin.user,
                    actor_name=origin.actor_name,
                    action=AuditEntry.Action.STUDY_RECEIVED,
                    study_uid=uid,
                    target=f"intake {origin.intake_id}",
                    after={"source": origin.source},
                )
    origin.noted.update(studies)


def _heed_rejections(created: Sequence[Instance], candidates: Sequence[Candidate], origin: Origin) -> bool:
    """Hide what was taken back before it came, if any was, and what these take back."""
    named = rejections.heed_arrived(created)
    notes = [
        (instance, candidate.received.content)
        for instance, candidate in zip(created, candidates, strict=True)
        if instance.sop_class_uid == rejections.KEY_OBJECTS and not origin.generated
    ]
    rejections.heed(notes, actor=origin.user, actor_name=origin.actor_name)
    return named or bool(notes)


def _studies(candidates: Sequence[Candidate], origin: Origin, held: Held) -> dict[str, Study]:
    def make(uid: str, header: pydicom.Dataset) -> Study:
        fields, synthetic = headers.study_fields(header), headers.is_synthetic(header)
        return Study(study_instance_uid=uid, source=origin.source, synthetic=synthetic, **fields)

    first: dict[str, pydicom.Dataset] = {}
    for candidate in candidates:
        first.setdefault(candidate.inspected.identity.study_uid, candidate.inspected.header)
    found, made = _found_or_made(Study, first, make, "study_instance_uid", held, alike="patient_id")
    back = [study.pk for study in found.values() if study.images_deleted_at is not None and not origin.generated]
    if back:  # its images were deleted, and some come again: it is in sight again, with all that stands on it
        Study.objects.filter(pk__in=back).update(images_deleted_at=None)
    return found | made


def _series(
    candidates: Sequence[Candidate], studies: dict[str, Study], origin: Origin, held: Held
) -> tuple[dict[str, Series], dict[str, Series]]:
    """The series that were there, and those made now."""
    first: dict[str, pydicom.Dataset] = {}
    study_of: dict[str, str] = {}
    for candidate in candidates:
        identity = candidate.inspected.identity
        first.setdefault(identity.series_uid, candidate.inspected.header)
        study_of.setdefault(identity.series_uid, identity.study_uid)

    def make(uid: str, header: pydicom.Dataset) -> Series:
        fields = headers.series_fields(header)
        return Series(series_instance_uid=uid, study=studies[study_of[uid]], generated=origin.generated, **fields)

    return _found_or_made(Series, first, make, "series_instance_uid", held, alike="study_id")


def _found_or_made(
    model: type[Row],
    first: Mapping[str, pydicom.Dataset],
    make: Callable[[str, pydicom.Dataset], Row],
    name: str,
    held: Held,
    alike: str,
) -> tuple[dict[str, Row], dict[str, Row]]:
    """The rows under these UIDs (the field `name`) that were there, and those made now from the first header of each.

    Raises IntegrityError where somebody else made one meanwhile that differs in the field `alike`: look again.
    """
    there = sorted(uid for uid in first if held is None or uid in held)
    found: dict[str, Row] = model._default_manager.in_bulk(there, field_name=name) if there else {}
    made = {uid: make(uid, header) for uid, header in sorted(first.items()) if uid not in found}
    for late in quick_rows.add_unless_there(made.values()):
        uid = getattr(late, name)
        row = found[uid] = model._default_manager.get(**{name: uid})
        del made[uid]
        if getattr(row, alike) != getattr(late, alike):
            raise IntegrityError(f"{uid} was stored meanwhile with another {alike}")
    return found, made


def instance_of(candidate: Candidate, series: Mapping[str, Series], origin: Origin) -> Instance:
    """The row of a new instance, not saved yet; its series by UID."""
    inspected = candidate.inspected
    return Instance(
        series=series[inspected.identity.series_uid],
        sop_instance_uid=inspected.identity.sop_instance_uid,
        sop_class_uid=inspected.identity.sop_class_uid,
        transfer_syntax_uid=inspected.transfer_syntax_uid,
        sha256=candidate.received.sha256,
        size=candidate.received.size,
        dataset_digest=inspected.dataset_digest,
        pixel_digest=inspected.pixel_digest,
        source=Source(origin.source),
        **headers.instance_fields(inspected.header),
    )
