"""The examinations that a cohort's definition means, in an order that is the same every time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from radapp.archive.models import Series, Study
from radapp.archive.pseudonyms import identity_of
from radapp.readerstudies.desk.calibration import learnt
from radapp.reports.inputs.definition import ANY, YES, CohortDefinition, Learnt
from radapp.triage.models import Result, StudyTriage, Truth

AT_ONCE = 500
"""Studies asked for in one query: databases bound the number of parameters."""


@dataclass(frozen=True)
class Chosen:
    """Studies by day and UID, so that new ones seldom come between; those known to the networks, by primary key.

    `left_out`: how many were, because the networks know their patients.
    """

    studies: tuple[Study, ...]
    known: frozenset[int]
    left_out: int


def examinations_of(definition: CohortDefinition) -> Chosen:
    """Those with MR images that meet all of it but what their results say (`protocols`, `bundles`)."""
    studies = sorted(asked_for(definition), key=lambda one: (str(one.study_date or ""), one.study_instance_uid))
    bar = learnt()
    known = frozenset(study.pk for study in studies if bar.knows(study)) if bar.studies or bar.patients else frozenset()
    if definition.learnt is Learnt.APPARENT:
        return Chosen(tuple(studies), known, 0)
    return Chosen(tuple(study for study in studies if study.pk not in known), frozenset(), len(known))


def asked_for(definition: CohortDefinition) -> QuerySet[Study]:
    """As the database finds them: by their images alone, whether read or not, known to the networks or not."""
    series = Series.objects.filter(study=OuterRef("pk"), generated=False)
    found: QuerySet[Study] = Study.objects.filter(Exists(series.filter(modality="MR")))
    if definition.first_day:
        found = found.filter(study_date__gte=definition.first_day)
    if definition.last_day:
        found = found.filter(study_date__lte=definition.last_day)
    if definition.sources:
        found = found.filter(source__in=definition.sources)
    if definition.manufacturers:
        found = found.filter(Exists(series.filter(manufacturer__in=definition.manufacturers)))
    if definition.stations:
        found = found.filter(Exists(series.filter(station_name__in=definition.stations)))
    if definition.synthetic != ANY:
        found = found.filter(synthetic=definition.synthetic == YES)
    if definition.established:
        found = found.filter(Exists(Truth.objects.filter(study=OuterRef("pk"))))
    return found


def standings_of(studies: Sequence[Study]) -> dict[int, StudyTriage]:
    """{study's primary key: where it stands, with result, run and protocol}."""
    rows = StudyTriage.objects.select_related(
        "run__protocol",
        "result__run__protocol__t1wi",
        "result__run__protocol__t2wi",
        "result__run__protocol__t1wic",
    )
    return {row.study_id: row for some in batches(studies) for row in rows.filter(study__in=some)}


def truths_of(studies: Sequence[Study]) -> dict[int, Truth]:
    """{study's primary key: its truth}; none where there is none."""
    return {one.study_id: one for some in batches(studies) for one in Truth.objects.filter(study__in=some)}


def batches(studies: Sequence[Study]) -> Iterator[Sequence[Study]]:
    """At most AT_ONCE at a time."""
    for start in range(0, len(studies), AT_ONCE):
        yield studies[start : start + AT_ONCE]


def current(row: StudyTriage | None) -> Result | None:
    """The result that stands; none where a newer run is about to replace it."""
    return row.result if row is not None and row.result is not None and row.result.run_id == row.run_id else None


def is_meant(definition: CohortDefinition, row: StudyTriage | None) -> bool:
    """Whether the run that stands is by one of the protocols, and on one of the bundles, that were asked for."""
    if not definition.protocols and not definition.bundles:
        return True
    if row is None or row.run is None:
        return False
    protocol = row.run.protocol
    bundles = {protocol.t1wi_id, protocol.t2wi_id, protocol.t1wic_id}
    by_protocol = not definition.protocols or str(protocol) in definition.protocols
    return by_protocol and (not definition.bundles or bool(bundles & set(definition.bundles)))


def patient_numbers(studies: Sequence[Study]) -> dict[int, int]:
    """{study's primary key: its patient's number}, in the order in which patients come."""
    numbers: dict[str, int] = {}
    return {study.pk: numbers.setdefault(identity_of(study), len(numbers) + 1) for study in studies}
