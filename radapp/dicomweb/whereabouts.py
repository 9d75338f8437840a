"""Which instances an address names, and where their bytes lie: in the archive, or kept for a while from another system."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from django.http import Http404, HttpRequest

from radapp.accounts import audit
from radapp.accounts.models import User
from radapp.archive import borrowed, selectors
from radapp.archive.models import Instance, Study
from radapp.dicomweb import elsewhere


def path_of(instance: Instance) -> Path:
    """Where its bytes can be read."""
    return borrowed.path_of(instance.sha256)


def is_held(study_uid: str) -> bool:
    """Whether the archive itself has the study, whoever may see it: then nobody else is asked about it."""
    return Study.objects.filter(study_instance_uid=study_uid, images_deleted_at__isnull=True).exists()


def instances(request: HttpRequest, study_uid: str, series_uid: str = "", instance_uid: str = "") -> Sequence[Instance]:
    """The instances at one level, in order; 404 where there are none. Notes the opening of the examination."""
    user = cast(User, request.user)
    study = selectors.clinical_studies(user).filter(study_instance_uid=study_uid).first()
    if study is None:
        return _from_elsewhere(request, study_uid, series_uid, instance_uid)
    audit.record_opening(user, study_uid)
    found = Instance.objects.filter(series__study=study).select_related("series")
    if series_uid:
        found = found.filter(series__series_instance_uid=series_uid)
    if instance_uid:
        found = found.filter(sop_instance_uid=instance_uid)
    held = list(found.order_by("series__series_number", "series_id", "instance_number", "id"))
    if not held:
        raise Http404
    return held


def instance(request: HttpRequest, study_uid: str, series_uid: str, instance_uid: str) -> Instance:
    """One instance by its whole address, or 404. Notes the opening."""
    user = cast(User, request.user)
    try:
        found = selectors.instance_or_404(user, study_uid, series_uid, instance_uid)
    except Http404:
        return _from_elsewhere(request, study_uid, series_uid, instance_uid)[0]
    audit.record_opening(user, study_uid)
    return found


def by_series(instances: Sequence[Instance]) -> dict[str, list[Instance]]:
    """Some instances by Series Instance UID, all in their order."""
    found: dict[str, list[Instance]] = {}
    for one in instances:
        found.setdefault(one.series.series_instance_uid, []).append(one)
    return found


def _from_elsewhere(request: HttpRequest, study_uid: str, series_uid: str, instance_uid: str) -> Sequence[Instance]:
    if is_held(study_uid):
        raise Http404
    found = elsewhere.instances_in(request, study_uid, series_uid, instance_uid)
    if not found:
        raise Http404
    audit.record_opening(cast(User, request.user), study_uid)
    return found
