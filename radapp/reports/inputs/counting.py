"""What a cohort's definition means, before a report is made of it, and what it may ask for. Counts alone: no examination."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min

from radapp.archive.models import Series
from radapp.reports.inputs.cohort import cohort_names, taken_of
from radapp.reports.inputs.definition import CohortDefinition
from radapp.reports.inputs.selecting import asked_for, current, patient_numbers
from radapp.triage.models import InstalledBundle, Protocol, StudyTriage


@dataclass(frozen=True, kw_only=True)
class CohortCount:
    """How many examinations count, of how many patients and with which truth; `left_out`, `cohorts`: {which: how many}."""

    examinations: int
    patients: int
    recurrences: int
    without_recurrence: int
    without_truth: int
    synthetic: int
    left_out: Mapping[str, int]
    cohorts: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class CohortChoices:
    """What the archive has of what a definition may ask for; `bundles`: {SHA-256: name}."""

    first_day: date | None
    last_day: date | None
    sources: tuple[str, ...]
    protocols: tuple[str, ...]
    bundles: Mapping[str, str]
    manufacturers: tuple[str, ...]
    stations: tuple[str, ...]


def count_of(definition: CohortDefinition) -> CohortCount:
    """As `cohort_of` would gather them now."""
    found = taken_of(definition)
    truths = found.truths()
    labels = Counter(truths[study.pk].label if study.pk in truths else None for study, _ in found.taken)
    names = cohort_names(found.taken, definition.split)
    results = [(study, current(row)) for study, row in found.taken]
    return CohortCount(
        examinations=len(found.taken),
        patients=len(set(patient_numbers([study for study, _ in found.taken]).values())),
        recurrences=labels[True],
        without_recurrence=labels[False],
        without_truth=labels[None],
        synthetic=sum(study.synthetic or bool(result and result.synthetic) for study, result in results),
        left_out=found.left_out,
        cohorts=dict(sorted(Counter(names.values()).items())),
    )


def choices() -> CohortChoices:
    """Of all examinations with MR images that are in the archive now."""
    studies = asked_for(CohortDefinition())
    days = studies.aggregate(first=Min("study_date"), last=Max("study_date"))
    protocols = Protocol.objects.filter(pk__in=StudyTriage.objects.filter(study__in=studies).values("run__protocol"))
    used = {bundle for one in protocols for bundle in (one.t1wi_id, one.t2wi_id, one.t1wic_id)}
    bundles = InstalledBundle.objects.filter(pk__in=used).order_by("role", "name", "sha256")
    return CohortChoices(
        first_day=days["first"],
        last_day=days["last"],
        sources=tuple(sorted(set(studies.order_by().values_list("source", flat=True)))),
        protocols=tuple(str(one) for one in protocols),
        bundles={one.sha256: f"{one.role} {one}" for one in bundles},
        manufacturers=_of_series("manufacturer"),
        stations=_of_series("station_name"),
    )


def _of_series(name: str) -> tuple[str, ...]:
    """All values but the empty one, of series that were received."""
    received = Series.objects.filter(generated=False, study__in=asked_for(CohortDefinition()))
    return tuple(received.exclude(**{name: ""}).order_by(name).values_list(name, flat=True).distinct())
