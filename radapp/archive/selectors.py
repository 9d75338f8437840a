"""Questions to the archive. Querysets are lazy; who may see what is decided here, once."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import Http404

from ml import series as ml_series
from radapp.accounts.access import CLINICAL
from radapp.accounts.models import User
from radapp.archive import storage, trained
from radapp.archive.models import Instance, SequenceRole, Series, SetAside, Study
from radapp.archive.serializers import patient_of

SHOWN = Q(instances__rejected=False)
"""Of a series' instances, those that no rejection note hides: joins see the others, too."""


def clinical_studies(user: User | AnonymousUser) -> QuerySet[Study]:
    """The studies this person may see: all with images for radiologists and administrators, none for anyone else yet."""
    with_images = Study.objects.filter(images_deleted_at__isnull=True)
    return with_images if isinstance(user, User) and user.roles & CLINICAL else Study.objects.none()


def shown_series() -> QuerySet[Series]:
    """The series that have an instance which no rejection note hides."""
    return Series.objects.filter(Exists(Instance.objects.filter(series=OuterRef("pk"))))


def study_or_404(user: User | AnonymousUser, study_uid: str) -> Study:
    """The study, or 404 where it is missing or not this person's to see (the two look the same)."""
    study = clinical_studies(user).filter(study_instance_uid=study_uid).first()
    if study is None:
        raise Http404("No study under this UID.")
    return study


def series_or_404(user: User | AnonymousUser, study_uid: str, series_uid: str) -> Series:
    """The series of that study, or 404."""
    series = Series.objects.filter(
        study__in=clinical_studies(user), study__study_instance_uid=study_uid, series_instance_uid=series_uid
    ).first()
    if series is None:
        raise Http404("No series under this UID in this study.")
    return series


def instance_or_404(user: User | AnonymousUser, study_uid: str, series_uid: str, sop_instance_uid: str) -> Instance:
    """The instance of that series of that study, or 404."""
    instance = (
        Instance.objects.select_related("series__study")
        .filter(
            series__study__in=clinical_studies(user),
            series__study__study_instance_uid=study_uid,
            series__series_instance_uid=series_uid,
            sop_instance_uid=sop_instance_uid,
        )
        .first()
    )
    if instance is None:
        raise Http404("No instance under this UID in this series.")
    return instance


def series_paths(series: Series) -> list[Path]:
    """The stored files of a series, by instance number. Some may lack a preamble: read with `dcmread(path, force=True)`."""
    return [storage.path_of(sha256) for sha256 in series.instances.values_list("sha256", flat=True)]


def chosen_series(series: Iterable[Series]) -> dict[str, str]:
    """The series the tactic reads: {role: Series Instance UID}, by ml.series.choose."""
    candidates = [one for one in series if not one.generated and one.role != SequenceRole.NONE]
    slices = dict(
        Instance.objects.filter(series__in=candidates)
        .order_by()
        .values_list("series")
        .annotate(slices=Sum("number_of_frames"))
    )
    choice = [
        ml_series.Candidate(
            uid=one.series_instance_uid,
            role=ml_series.Role(one.role),
            plane=one.plane,
            acquisition=one.acquisition,
            preference=one.preference,
            fat_saturated=one.fat_saturated,
            slices=slices.get(one.pk, 0),
            number=one.series_number or 0,
            assigned=one.assigned_role is not None,
        )
        for one in candidates
    ]
    return {role.value: uid for role, uid in ml_series.choose(choice, trained.trained()).items()}


def study_detail(study: Study) -> dict[str, Any]:
    """What GET /api/studies/{uid}/ answers (StudyDetailSerializer)."""
    one_class = Instance.objects.filter(series=OuterRef("pk")).order_by("id").values("sop_class_uid")[:1]
    counted = study.series.annotate(count=Count("instances", filter=SHOWN), sop_class_uid=Subquery(one_class))
    series = list(counted.filter(count__gt=0).select_related("assigned_by"))
    chosen = set(chosen_series(series).values())
    return {
        "uid": study.study_instance_uid,
        "patient": patient_of(study),
        "accession_number": study.accession_number,
        "study_date": study.study_date,
        "study_time": study.study_time,
        "description": study.study_description,
        "source": study.source,
        "synthetic": study.synthetic,
        "received_at": study.received_at,
        "series": [_series_detail(one, chosen) for one in series],
        "set_aside": waiting_set_aside().filter(instance__series__study=study).count(),
    }


def _series_detail(series: Any, chosen: set[str]) -> dict[str, Any]:
    return {
        "uid": series.series_instance_uid,
        "number": series.series_number,
        "modality": series.modality,
        "description": series.series_description,
        "role": series.role,
        "recognised_role": series.recognised_role,
        "assigned_role": series.assigned_role,
        "assigned_by": series.assigned_by.display_name if series.assigned_by else None,
        "evidence": series.evidence,
        "plane": series.plane,
        "acquisition": series.acquisition,
        "fat_saturated": series.fat_saturated,
        "instances": series.count,
        "chosen": series.series_instance_uid in chosen,
        "generated": series.generated,
        "superseded": series.superseded_at is not None,
        "sop_class_uid": series.sop_class_uid or "",
        "frame_of_reference_uid": series.frame_of_reference_uid,
    }


def waiting_set_aside() -> QuerySet[SetAside]:
    """What an administrator has not decided yet."""
    return SetAside.objects.filter(state=SetAside.State.WAITING)


def set_aside_instances(state: str | None) -> QuerySet[SetAside]:
    """Set-aside instances, newest first; all where no state is named."""
    found = SetAside.objects.select_related("instance__series__study", "decided_by")
    return found.filter(state=state) if state else found


def set_aside_detail(one: SetAside) -> dict[str, Any]:
    """One item of GET /api/set-aside/ (SetAsideSerializer)."""
    series = one.instance.series
    return {
        "id": one.pk,
        "study_uid": series.study.study_instance_uid,
        "sop_instance_uid": one.instance.sop_instance_uid,
        "patient": patient_of(series.study),
        "series_description": series.series_description,
        "differences": one.differences,
        "received_at": one.received_at,
        "source": one.source,
        "state": one.state,
        "decided_by": one.decided_by.display_name if one.decided_by else None,
        "decided_at": one.decided_at,
        "reason": one.reason,
    }
