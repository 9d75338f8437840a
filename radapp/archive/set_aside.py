"""The administrator's decision about instances that came again with other attributes."""

from typing import Any

import pydicom
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from radapp.accounts import audit
from radapp.accounts.errors import ApiError
from radapp.accounts.models import AuditEntry, User
from radapp.archive import headers, storage
from radapp.archive.changes import announce
from radapp.archive.clutter import HEAD_BYTES, judge
from radapp.archive.inspection import inspect
from radapp.archive.models import Instance, SetAside, Study
from radapp.archive.roles import recognise_study
from radapp.archive.signals import series_roles_changed

DECIDED = "This set-aside instance was decided already; reload the list."
NEEDS_A_REASON = "Refusing needs a reason: say why the stored data set is the right one."
REPLACED = ("sha256", "size", "transfer_syntax_uid", "dataset_digest")


def decide(*, set_aside_id: int, accept: bool, user: User, reason: str) -> SetAside:
    """Accept (the study then shows the received data set; the earlier bytes stay on disk) or refuse with a reason.

    Raises Http404, and ApiError where it was decided already or the reason is missing.
    """
    if not accept and not reason.strip():
        raise ApiError(400, "reason_missing", NEEDS_A_REASON)
    with transaction.atomic():
        row = SetAside.objects.select_for_update().filter(pk=set_aside_id).first()
        if row is None:
            raise Http404("No set-aside instance under this id.")
        if row.state != SetAside.State.WAITING:
            raise ApiError(409, "decided_already", DECIDED)
        row.state = SetAside.State.ACCEPTED if accept else SetAside.State.REFUSED
        row.decided_by, row.decided_at, row.reason = user, timezone.now(), reason.strip()
        row.save(update_fields=["state", "decided_by", "decided_at", "reason"])
        instance = Instance.every.select_for_update().select_related("series__study").get(pk=row.instance_id)
        study = instance.series.study
        before, after = _replace(instance, row) if accept else ({"state": "waiting"}, {"state": "refused"})
        audit.record(
            actor=user,
            action=AuditEntry.Action.SET_ASIDE_DECIDED,
            study_uid=study.study_instance_uid,
            target=f"instance {instance.sop_instance_uid}",
            before=before,
            after=after,
            reason=row.reason,
        )
        announce(study.study_instance_uid)
    if accept:
        _tell(study)
    return SetAside.objects.select_related("instance__series__study", "decided_by").get(pk=row.pk)


def _replace(instance: Instance, row: SetAside) -> tuple[dict[str, Any], dict[str, Any]]:
    """Point the instance at the received bytes, and correct what they corrected. Returns (before, after) for the audit."""
    stored, received = read_header(instance.sha256), read_header(row.sha256)
    pixel_digest = _pixel_digest(row.sha256)
    before: dict[str, Any] = {name: getattr(instance, name) for name in REPLACED}
    corrected: dict[str, Any] = {}
    for name in REPLACED:
        setattr(instance, name, getattr(row, name))
    instance.pixel_digest = pixel_digest  # other bytes for equal pixels, where it was compressed on the way
    for name, value in headers.instance_fields(received).items():
        setattr(instance, name, value)
    instance.save()
    for target, fields in (
        (instance.series.study, headers.study_fields),
        (instance.series, headers.series_fields),
    ):
        old, new = fields(stored), fields(received)
        changed = [name for name in new if new[name] != old[name]]
        for name in changed:
            before[name], corrected[name] = _plain(getattr(target, name)), _plain(new[name])
            setattr(target, name, new[name])
        if changed:
            target.save(update_fields=changed)
    return before, {name: getattr(instance, name) for name in REPLACED} | corrected


def read_header(sha256: str) -> pydicom.Dataset:
    """The indexed attributes of stored bytes."""
    with storage.open_(sha256) as file:
        return pydicom.dcmread(file, stop_before_pixels=True, force=True, specific_tags=list(headers.INDEXED_TAGS))


def _pixel_digest(sha256: str) -> str:
    content = storage.path_of(sha256).read_bytes()
    return inspect(content, judge("", content[:HEAD_BYTES])).pixel_digest


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | None) else str(value)


def _tell(study: Study) -> None:
    """What a study holds has changed: its series are recognised anew, and triage looks at it again."""
    recognise_study(study)
    series_roles_changed.send(sender=Study, study_uid=study.study_instance_uid)
