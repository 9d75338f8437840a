"""Patients that turn out to be one: their studies are shown under one identity. Reversible; no stored byte changes."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from radapp.accounts import audit
from radapp.accounts.models import AuditEntry
from radapp.archive.changes import announce
from radapp.archive.models import MergedStudy, PatientMerge, Study
from radapp.archive.signals import series_roles_changed

IDENTITY = ("patient_id", "issuer_of_patient_id", "patient_name", "patient_sex", "patient_birth_date")
LONGEST_CHAIN = 50


class MergeRefusedError(ValueError):
    """The two cannot be merged, or a merge not undone; the text says why."""


def merge(
    from_id: str, into_id: str, *, actor_name: str, reason: str = "", despite_differences: bool = False
) -> PatientMerge:
    """Show the studies of one Patient ID under another one, with its name, sex and birth date. Raises MergeRefusedError."""
    if from_id == into_id:
        raise MergeRefusedError(f"found {from_id!r} twice, expected two Patient IDs")
    with transaction.atomic():
        studies = list(Study.objects.select_for_update(of=("self",)).filter(patient_id=from_id).order_by("id"))
        target = Study.objects.filter(patient_id=into_id).order_by("-received_at", "-id").first()
        if not studies:
            raise MergeRefusedError(f"found no study of the patient {from_id!r}, expected at least one")
        if target is None:
            raise MergeRefusedError(f"found no study of the patient {into_id!r}, whose name and birth date are to be shown")
        if not despite_differences:
            _check_alike(studies, target)
        identity = {name: getattr(target, name) for name in IDENTITY}
        row = PatientMerge.objects.create(
            from_patient_id=from_id, into_patient_id=into_id, reason=reason, actor_name=actor_name
        )
        for study in studies:
            before = _plain({name: getattr(study, name) for name in IDENTITY})
            MergedStudy.objects.create(merge=row, study_instance_uid=study.study_instance_uid, before=before)
            _give(study, identity, actor_name, reason)
    return row


def undo(merge_id: int, *, actor_name: str, reason: str = "") -> PatientMerge:
    """Give each study of a merge its earlier identity back. Raises MergeRefusedError."""
    with transaction.atomic():
        row = PatientMerge.objects.select_for_update().filter(pk=merge_id).first()
        if row is None or row.undone_at is not None:
            raise MergeRefusedError(f"found no merge {merge_id} that is in force")
        before = {one.study_instance_uid: one.before for one in row.studies.all()}
        in_force = PatientMerge.objects.filter(undone_at__isnull=True)
        later = in_force.filter(pk__gt=row.pk, from_patient_id=row.into_patient_id).first()
        if later is not None:
            raise MergeRefusedError(f"the studies were merged again by merge {later.pk}: undo that one first")
        for study in Study.objects.select_for_update(of=("self",)).filter(study_instance_uid__in=before).order_by("id"):
            _give(study, _typed(before[study.study_instance_uid]), actor_name, reason)
        row.undone_at = timezone.now()
        row.save(update_fields=["undone_at"])
    return row


def _check_alike(studies: Iterable[Study], target: Study) -> None:
    """Refuse where the two differ in what one person cannot have twice."""
    for study in studies:
        for name, word in (("patient_birth_date", "birth date"), ("patient_sex", "sex")):
            mine, theirs = getattr(study, name), getattr(target, name)
            if mine and theirs and mine != theirs:
                raise MergeRefusedError(
                    f"found the {word} {mine} in study {study.study_instance_uid} and {theirs} for {target.patient_id!r}, "
                    "expected one person; if they are one, merge them with --despite-differences"
                )


def _give(study: Study, identity: dict[str, Any], actor_name: str, reason: str) -> None:
    """Give a study an identity: row, audit, and a new look at its results on commit."""
    before = {name: getattr(study, name) for name in IDENTITY}
    for name, value in identity.items():
        setattr(study, name, value)
    study.save(update_fields=list(IDENTITY))
    study_uid = study.study_instance_uid
    audit.record(
        actor=None,
        actor_name=actor_name,
        action=AuditEntry.Action.PATIENT_MERGED,
        study_uid=study_uid,
        target=f"patient {before['patient_id']}",
        before=_plain(before),
        after=_plain(identity),
        reason=reason,
    )
    announce(study_uid)
    transaction.on_commit(lambda: series_roles_changed.send(sender=Study, study_uid=study_uid))


def _plain(identity: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in identity.items()}


def _typed(identity: dict[str, Any]) -> dict[str, Any]:
    born = identity["patient_birth_date"]
    return identity | {"patient_birth_date": date.fromisoformat(born) if born else None}


def is_one_person(found: str, expected: str) -> bool:
    """Whether images that still bear the first Patient ID belong to a study shown under the second, by merges in force."""
    current = found
    for _ in range(LONGEST_CHAIN):
        row = PatientMerge.objects.filter(from_patient_id=current, undone_at__isnull=True).first()
        if row is None:
            return False
        current = row.into_patient_id
        if current == expected:
            return True
    return False


def marks(study_uid: str) -> list[int]:
    """The merges in force that gave this study its identity: what was computed before them is to be looked at again."""
    rows = MergedStudy.objects.filter(study_instance_uid=study_uid, merge__undone_at__isnull=True)
    return list(rows.order_by("merge_id").values_list("merge_id", flat=True))
