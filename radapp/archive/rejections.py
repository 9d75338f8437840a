"""Rejection notes (IHE Imaging Object Change Management): instances that are taken back are hidden, never deleted.

A note is a Key Object Selection whose title says why. It acts in the transaction that stores it, whether the instances it
names are there or come later; while a note is itself rejected, or once it is deleted, it does not.
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from io import BytesIO
from typing import Any

import pydicom
from django.db import transaction
from django.db.models.signals import pre_delete

from radapp.accounts import audit
from radapp.accounts.models import AuditEntry, User
from radapp.archive.changes import announce
from radapp.archive.encoding import is_uid
from radapp.archive.headers import UNREADABLE, text
from radapp.archive.models import Instance, Rejection, RejectionNote, Study
from radapp.archive.roles import recognise_study
from radapp.archive.signals import series_roles_changed
from radapp.archive.storage import Buffer

logger = logging.getLogger(__name__)

KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59"
MOST = 100_000
"""Instances that one note may name."""

Named = tuple[str, str, str]
"""Study, series and SOP Instance UID."""


def read(content: Buffer) -> tuple[str, list[Named]] | None:
    """Title and instances of a rejection note; None for any other key object. What cannot be read names nothing."""
    try:
        dataset = pydicom.dcmread(BytesIO(content), force=True)
        title = _title(dataset)
        named = list(dict.fromkeys(_evidence(dataset))) if title else []
    except UNREADABLE as error:
        logger.warning("a key object selection cannot be read as a rejection note: %s", error)
        return None
    return (title, named[:MOST]) if title else None


def _title(dataset: pydicom.Dataset) -> str:
    for code in dataset.get("ConceptNameCodeSequence") or []:
        value = text(code, "CodeValue")
        if text(code, "CodingSchemeDesignator") == "DCM" and value in RejectionNote.Title.values:
            return value
    return ""


def _evidence(dataset: pydicom.Dataset) -> Iterable[Named]:
    """What the note is about (PS3.3 C.17.2.1)."""
    for study in dataset.get("CurrentRequestedProcedureEvidenceSequence") or []:
        for series in study.get("ReferencedSeriesSequence") or []:
            for instance in series.get("ReferencedSOPSequence") or []:
                uids = (
                    text(study, "StudyInstanceUID"),
                    text(series, "SeriesInstanceUID"),
                    text(instance, "ReferencedSOPInstanceUID"),
                )
                if all(map(is_uid, uids)):
                    yield uids


def heed(notes: Sequence[tuple[Instance, Buffer]], *, actor: User | None, actor_name: str) -> None:
    """Let those key objects act that are rejection notes; belongs into the transaction that stores them."""
    for instance, content in notes:
        found = read(content)
        if found is None:
            continue
        title, named = found
        note = RejectionNote.objects.create(instance=instance, title=title)
        Rejection.objects.bulk_create(
            Rejection(note=note, study_instance_uid=study, series_instance_uid=series, sop_instance_uid=uid)
            for study, series, uid in named
        )
        by_study: dict[str, int] = {}
        for study, _, _ in named:
            by_study[study] = by_study.get(study, 0) + 1
        for study, number in by_study.items():
            audit.record(
                actor=actor,
                actor_name=actor_name,
                action=AuditEntry.Action.INSTANCES_REJECTED,
                study_uid=study,
                target=f"note {instance.sop_instance_uid}",
                after={"title": f"{title} {note.get_title_display()}", "instances": number},
            )
        _apply([uid for _, _, uid in named])


def heed_arrived(instances: Sequence[Instance]) -> bool:
    """Hide those that a note named before they came, if any; belongs into the transaction that stores them."""
    uids = [instance.sop_instance_uid for instance in instances]
    named = Rejection.objects.filter(sop_instance_uid__in=uids).exists()
    if named:
        _apply(uids)
    return named


def weigh(uids: Collection[str]) -> None:
    """Hide or show instances that came back, as the notes that stand now say; belongs into the transaction of that."""
    _apply(uids)


def concern(series_uid: str) -> bool:
    """Whether any note names instances of this series."""
    return Rejection.objects.filter(series_instance_uid=series_uid).exists()


def _apply(uids: Collection[str]) -> None:
    """Hide or show again, as the notes that stand now say; what changes is announced, and looked at again on commit."""
    pending, seen = list(uids), set[str]()
    while pending:
        standing = Rejection.objects.filter(sop_instance_uid__in=pending, note__instance__rejected=False)
        rejected = set(standing.values_list("study_instance_uid", "sop_instance_uid"))
        rows = list(Instance.every.filter(sop_instance_uid__in=pending).select_related("series__study"))
        seen |= set(pending)
        changed = []
        for row in rows:
            should = (row.series.study.study_instance_uid, row.sop_instance_uid) in rejected
            if row.rejected != should:
                row.rejected = should
                changed.append(row)
        Instance.every.bulk_update(changed, ["rejected"])
        for study_uid in sorted({row.series.study.study_instance_uid for row in changed if not row.series.generated}):
            announce(study_uid)
            transaction.on_commit(lambda uid=study_uid: _look_again(uid), robust=True)  # type: ignore[misc]
        # A note that is hidden itself names instances no longer, and one that is shown again does.
        notes = Rejection.objects.filter(note__instance__in=changed).values_list("sop_instance_uid", flat=True)
        pending = [uid for uid in notes if uid not in seen]


def _look_again(study_uid: str) -> None:
    """What the study shows has changed: its series are recognised anew, and triage weighs it."""
    study = Study.objects.filter(study_instance_uid=study_uid).first()
    if study is not None:
        recognise_study(study)
        series_roles_changed.send(sender=Study, study_uid=study_uid)


def connect() -> None:
    """Let the instances of a note that is deleted be shown again; called once, at start-up."""
    pre_delete.connect(_note_goes, sender=RejectionNote, dispatch_uid="archive.rejections.note")


def _note_goes(sender: Any, instance: RejectionNote, **_: Any) -> None:
    uids = list(instance.rejections.values_list("sop_instance_uid", flat=True))
    instance.rejections.all().delete()
    with transaction.atomic():
        _apply(uids)
