"""The role of each series: recognised from its headers, or given by a person."""

import logging
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import pydicom
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from ml import series as ml_series
from radapp.accounts import audit
from radapp.accounts.errors import ApiError
from radapp.accounts.models import AuditEntry, User
from radapp.archive import storage
from radapp.archive.changes import announce
from radapp.archive.headers import UNREADABLE, request_fields
from radapp.archive.models import SequenceRole, Series, Study
from radapp.archive.signals import series_roles_changed

logger = logging.getLogger(__name__)

# Enough headers to see every slice position, echo and image type of an ordinary series.
HEADERS_PER_SERIES = 400
UNREADABLE_HEADERS = "its headers cannot be read"
GENERATED_HAS_NO_ROLE = "This series was written by the application; only series that were received can have a role."
REQUESTED = ("performed_start_date", "performed_start_time", "scheduled_step_id", "requested_procedure_id")
RECOGNISED = ("recognised_role", "evidence", "plane", "acquisition", "fat_saturated", "preference")


def recognise_study(study: Study) -> None:
    """Recognise every series of the study from its stored headers, the whole study at once (contrast timing is relative)."""
    shown = study.series.filter(generated=False, instances__rejected=False).distinct()
    series = {one.series_instance_uid: one for one in shown}
    recognitions: list[ml_series.Recognition] = []
    facts: list[ml_series.SeriesFacts] = []
    requests: dict[str, dict[str, Any]] = {}
    for one in series.values():
        try:
            found, requested = _facts(one)
            facts.append(found)
            requests[one.series_instance_uid] = requested
        except UNREADABLE as error:
            logger.warning("series %s: its headers cannot be read: %s", one.series_instance_uid, error)
            recognitions.append(ml_series.Recognition(one.series_instance_uid, ml_series.Role.NONE, UNREADABLE_HEADERS))
    recognitions += ml_series.recognise(facts)
    changed = [
        series[recognition.uid]
        for recognition in recognitions
        if recognition.uid in series and _fill(series[recognition.uid], recognition, requests.get(recognition.uid, {}))
    ]
    if changed:
        with transaction.atomic():
            Series.objects.bulk_update(changed, (*RECOGNISED, *REQUESTED))
            announce(study.study_instance_uid)


def _facts(series: Series) -> tuple[ml_series.SeriesFacts, dict[str, Any]]:
    """The series' facts, and what its first header says of the request for it.

    The count of slices is the stored one, even where not every header is read.
    """
    frames = series.instances.aggregate(frames=Sum("number_of_frames"))["frames"]
    return _facts_of(tuple(series.instances.values_list("sha256", flat=True)[:HEADERS_PER_SERIES]), frames)


@lru_cache(maxsize=32)
def _facts_of(sha256s: tuple[str, ...], frames: int | None) -> tuple[ml_series.SeriesFacts, dict[str, Any]]:
    """What these stored bytes say, which never changes: each series of a study that arrives asks again for the others."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = list(_headers(sha256s))
        return ml_series.read_facts(found, instances=frames), request_fields(found[0]) if found else {}


def _headers(sha256s: Iterable[str]) -> Iterator[pydicom.Dataset]:
    """Headers without pixels; `force`, because an archived file may lack the preamble."""
    for sha256 in sha256s:
        yield pydicom.dcmread(storage.path_of(sha256), stop_before_pixels=True, force=True)


def _fill(series: Series, recognition: ml_series.Recognition, requested: dict[str, Any]) -> bool:
    """Take the recognition over, and what was requested; True where something changed."""
    values = requested | {
        "recognised_role": recognition.role.value,
        "evidence": recognition.evidence[:1000],
        "plane": recognition.plane,
        "acquisition": recognition.acquisition,
        "fat_saturated": recognition.fat_saturated,
        "preference": recognition.preference,
    }
    before = {name: getattr(series, name) for name in values}
    for name, value in values.items():
        setattr(series, name, value)
    return before != values


def assign_role(*, series: Series, role: str | None, user: User, reason: str) -> None:
    """Give a series a person's role (None: back to the recognised one). Audited; triage hears of it on commit."""
    with transaction.atomic():
        locked = Series.objects.select_for_update().select_related("study").get(pk=series.pk)
        if locked.generated:
            raise ApiError(409, "generated_series", GENERATED_HAS_NO_ROLE)
        if locked.assigned_role == role:
            return
        before = {"role": locked.role, "assigned_role": locked.assigned_role}
        locked.assigned_role = SequenceRole(role).value if role is not None else None
        locked.assigned_by = user if role is not None else None
        locked.assigned_at = timezone.now() if role is not None else None
        locked.save(update_fields=["assigned_role", "assigned_by", "assigned_at"])
        study_uid = locked.study.study_instance_uid
        audit.record(
            actor=user,
            action=AuditEntry.Action.ROLE_CHANGED,
            study_uid=study_uid,
            target=f"series {locked.series_instance_uid}",
            before=before,
            after={"role": locked.role, "assigned_role": locked.assigned_role},
            reason=reason,
        )
        announce(study_uid)
        transaction.on_commit(lambda: series_roles_changed.send(sender=Study, study_uid=study_uid))
