"""Deleting images on an administrator's word: rows first, kept to be brought back; bytes later, by housekeeping.

What people and networks said stays. Where results, decisions or a truth stand on the images, deleting them is refused;
forced, the images go and the study's row stays, out of sight, with all that stands on it. Every act has its audit row, and
a Deletion.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.http import Http404
from django.utils import timezone

from radapp.accounts import audit
from radapp.accounts.errors import ApiError
from radapp.accounts.models import AuditEntry, User
from radapp.archive import claims, deleted_rows, rejections, storage
from radapp.archive.changes import announce
from radapp.archive.models import Deletion, Discarded, Instance, Rejection, Series, Study
from radapp.archive.roles import recognise_study
from radapp.archive.signals import images_deleted, series_roles_changed

NEEDS_A_REASON = "Deleting needs a reason; it is kept in the audit trail with your name."
GENERATED = "This was written by the application as part of a result; it goes with its study, not by itself."
STANDS = (
    "{claims} on these images. Deleting them anyway must be forced: they leave every list and viewer, and what stands on "
    "them stays in the database and in the audit trail."
)
PROTECTED = "Other records point at these images ({names}); nothing was deleted."
RECEIVED_AGAIN = "Some of it was received again since; nothing was brought back. Delete that first, or leave it as it is."
DELETED_ABOVE = "The series or study that it was in was deleted, too: bring that one back first."
BYTES_GONE = "{number} of its {of} files are gone for good; nothing was brought back."


@dataclass(frozen=True)
class Target:
    """What is to be deleted, by its whole address."""

    study_uid: str
    series_uid: str = ""
    instance_uid: str = ""

    @property
    def level(self) -> Deletion.Level:
        """Study, series or instance."""
        if self.instance_uid:
            return Deletion.Level.INSTANCE
        return Deletion.Level.SERIES if self.series_uid else Deletion.Level.STUDY

    @property
    def words(self) -> str:
        """As the audit trail names it."""
        return f"{self.level} {self.instance_uid or self.series_uid or self.study_uid}"


@dataclass(frozen=True)
class _Doomed:
    """Rows to delete. `whole`: nothing of the study is left; `series_uids`: those that lose something."""

    roots: Sequence[models.Model]
    whole: bool
    series_uids: frozenset[str]


def delete(target: Target, *, user: User, reason: str, force: bool = False) -> Deletion:
    """Delete a study, a series or an instance. Raises Http404, and ApiError with what stands in the way."""
    if not reason.strip():
        raise ApiError(400, "reason_missing", NEEDS_A_REASON)
    with transaction.atomic():
        held = Study.objects.select_for_update(of=("self",)).filter(images_deleted_at__isnull=True)
        study = held.filter(study_instance_uid=target.study_uid).first()
        if study is None:
            raise Http404("No study under this UID.")
        doomed = _doomed(study, target)
        stands = _standing_on(study, doomed)
        if stands and not force:
            raise ApiError(409, "stands_on_it", STANDS.format(claims=_listed(stands)))
        row = _delete(study, target, doomed, Deletion(reason=reason.strip(), deleted_by=user, stood_on_it=stands))
        _record(row, target, forced=bool(stands))
        announce(target.study_uid)
        # A study that is gone, or out of sight, has nothing to be looked at again; one that lost a part has.
        transaction.on_commit(lambda: _tell(target.study_uid, whole=doomed.whole), robust=True)
    return row


def _standing_on(study: Study, doomed: _Doomed) -> list[str]:
    """Words for all that rests on what is to go."""
    if doomed.whole:
        return claims.standing_on(study, None) + claims.unspoken([study])
    return claims.standing_on(study, doomed.series_uids) + claims.unspoken(doomed.roots)


def _listed(words: Sequence[str]) -> str:
    *others, last = words
    verb = "stand" if others or not last.startswith(("1 ", "a ")) else "stands"
    return f"{', '.join(others)} and {last} {verb}" if others else f"{last} {verb}"


def _doomed(study: Study, target: Target) -> _Doomed:
    """The rows that go first; the database takes along what hangs on them."""
    series = list(Series.objects.filter(study=study))
    if target.level is Deletion.Level.STUDY:
        return _Doomed(series, True, frozenset(one.series_instance_uid for one in series))
    chosen = next((one for one in series if one.series_instance_uid == target.series_uid), None)
    if chosen is None:
        raise Http404("No series under this UID in this study.")
    roots: list[models.Model] = [chosen]
    if target.level is Deletion.Level.INSTANCE:
        members = list(Instance._base_manager.filter(series=chosen))
        wanted = [one for one in members if one.sop_instance_uid == target.instance_uid]
        if not wanted:
            raise Http404("No instance under this UID in this series.")
        if len(members) > 1:
            roots = list(wanted)
    if chosen.generated:
        raise ApiError(409, "generated", GENERATED)
    received = [one for one in series if not one.generated]
    whole = roots == [chosen] and received == [chosen]
    # With the last of what was received, what was made from it goes too.
    return _Doomed(series if whole else roots, whole, frozenset([target.series_uid]))


def _delete(study: Study, target: Target, doomed: _Doomed, row: Deletion) -> Deletion:
    """Keep the rows and delete them. The study's own row stays where something stands on it."""
    gone = doomed.whole and not row.stood_on_it
    if gone:
        claims.let_go(study)
    try:
        rows = deleted_rows.collect([study] if gone else list(doomed.roots))
    except ProtectedError as error:
        names = ", ".join(sorted({str(one._meta.verbose_name_plural) for one in error.protected_objects}))
        raise ApiError(409, "protected", PROTECTED.format(names=names)) from error
    instances = [one for one in rows if isinstance(one, Instance)]
    row.level, row.study_instance_uid = target.level, target.study_uid
    row.series_instance_uid, row.sop_instance_uid = target.series_uid, target.instance_uid
    row.patient_id = study.patient_id
    row.series = sum(isinstance(one, Series) for one in rows)
    row.instances, row.size = len(instances), sum(one.size for one in instances)
    row.kept_until = timezone.now() + timedelta(days=settings.DELETED_KEPT_DAYS)
    row.rows = deleted_rows.pack(rows)
    row.save()
    for root in [study] if gone else doomed.roots:
        root.delete()
    if doomed.whole and not gone:
        study.images_deleted_at = row.deleted_at
        study.save(update_fields=["images_deleted_at"])
    return row


def _record(row: Deletion, target: Target, *, forced: bool) -> None:
    audit.record(
        actor=row.deleted_by,
        action=AuditEntry.Action.IMAGES_DELETED,
        study_uid=row.study_instance_uid,
        target=target.words,
        before={"patient_id": row.patient_id, "series": row.series, "instances": row.instances, "bytes": row.size},
        after={
            "deletion": row.pk,
            "forced": forced,
            "stood_on_it": row.stood_on_it,
            "kept_until": row.kept_until.isoformat(),
        },
        reason=row.reason,
    )


def _tell(study_uid: str, *, whole: bool) -> None:
    images_deleted.send(sender=Study, study_uid=study_uid, whole=whole)
    study = Study.objects.filter(study_instance_uid=study_uid, images_deleted_at__isnull=True).first()
    if study is not None and not whole:
        recognise_study(study)
        series_roles_changed.send(sender=Study, study_uid=study_uid)


def restore(deletion_id: int, *, actor: User | None = None, actor_name: str = "") -> Deletion:
    """Bring back what one deletion took, as it was. ApiError where it is back already, received again, or gone for good."""
    name = actor.username if actor is not None else actor_name
    try:
        with transaction.atomic():
            row = Deletion.objects.select_for_update(of=("self",)).filter(pk=deletion_id, restored_at=None).first()
            if row is None:
                raise ApiError(404, "no_deletion", f"There is no deletion {deletion_id} that could be undone.")
            rows = deleted_rows.unpack(bytes(row.rows))
            _check_parents([one.object for one in rows])
            _keep_bytes([one.object for one in rows if isinstance(one.object, Instance)])
            for one in rows:
                one.save()
            Study.objects.filter(study_instance_uid=row.study_instance_uid).update(images_deleted_at=None)
            rejections.weigh([one.object.sop_instance_uid for one in rows if isinstance(one.object, Instance | Rejection)])
            row.restored_at, row.restored_by = timezone.now(), name
            row.save(update_fields=["restored_at", "restored_by"])
            audit.record(
                actor=actor,
                actor_name=actor_name,
                action=AuditEntry.Action.IMAGES_RESTORED,
                study_uid=row.study_instance_uid,
                target=f"deletion {row.pk}",
                after={"series": row.series, "instances": row.instances},
            )
            announce(row.study_instance_uid)
            uid = row.study_instance_uid
            transaction.on_commit(lambda: _tell(uid, whole=False), robust=True)
    except IntegrityError as error:
        raise ApiError(409, "received_again", RECEIVED_AGAIN) from error
    return row


def _check_parents(rows: Sequence[models.Model]) -> None:
    """What was deleted later from above it must come back first."""
    studies = {row.pk for row in rows if isinstance(row, Study)}
    series = {row.pk for row in rows if isinstance(row, Series)}
    studies_needed = {row.study_id for row in rows if isinstance(row, Series)} - studies
    series_needed = {row.series_id for row in rows if isinstance(row, Instance)} - series
    there = Study.objects.filter(pk__in=studies_needed).count(), Series.objects.filter(pk__in=series_needed).count()
    if there != (len(studies_needed), len(series_needed)):
        raise ApiError(409, "deleted_above", DELETED_ABOVE)


def _keep_bytes(instances: Sequence[Instance]) -> None:
    """Take the bytes off the list of what is to go, and out of where they were moved to."""
    sha256s = {one.sha256 for one in instances}
    for row in Discarded.objects.filter(pk__in=sha256s):
        storage.store().restore(row.sha256)
        row.delete()
    lost = [sha256 for sha256 in sha256s if storage.store().size_of(sha256) is None]
    if lost:
        raise ApiError(409, "bytes_gone", BYTES_GONE.format(number=len(lost), of=len(sha256s)))
