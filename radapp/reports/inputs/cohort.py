"""The inputs of a cohort of the archive's examinations: what networks said, what turned out, and no reader.

The same shape as a reader study's, so the same analyses read it. Nothing was promised: every figure is exploratory. No day,
name, UID, scanner's number or free word is in it; `GatheredCohort.examinations` leads from a case's number back.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from radapp.archive.models import Series, Study
from radapp.readerstudies.coding.calls import said_of
from radapp.readerstudies.coding.categories import ERRORS, PAPER
from radapp.reports.analyses.judges import NETWORKS, TACTIC
from radapp.reports.inputs.definition import CohortDefinition, Split
from radapp.reports.inputs.imaging import imaging_of
from radapp.reports.inputs.selecting import (
    Chosen,
    batches,
    current,
    examinations_of,
    is_meant,
    patient_numbers,
    standings_of,
    truths_of,
)
from radapp.reports.inputs.unplanned import NOTHING_PROMISED
from radapp.reports.inputs.values import CaseRow, Cutoffs, Flow, NetworkSaid, StudyInputs
from radapp.triage.models import Result, State, StudyTriage, Truth

UNREAD = (State.NOT_ASSESSABLE, State.FAILED)
"""States of a run that ended without a result: such cases stay, as sent to contrast (DOMAIN.md)."""
LEARNT = "the networks learnt from the patient, or their cutoffs were chosen on them"
NOT_READ_YET = "not read yet"
OTHER_PROTOCOL = "read by another protocol"
_CATEGORIES: Mapping[str, tuple[str, ...]] = {
    error: tuple(one.key for one in PAPER if one.error == error) for error in ERRORS
}


@dataclass(frozen=True, kw_only=True)
class GatheredCohort:
    """`examinations`: {case's number: Study Instance UID}. `left_out`: {why: how many examinations}."""

    inputs: StudyInputs
    examinations: Mapping[int, str]
    left_out: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Examinations that count, each with where it stands, and {why: how many} that do not."""

    chosen: Chosen
    taken: tuple[tuple[Study, StudyTriage], ...]
    left_out: Mapping[str, int]

    def truths(self) -> dict[int, Truth]:
        """{study's primary key: its truth}; none where there is none."""
        return truths_of([study for study, _ in self.taken])


def taken_of(definition: CohortDefinition) -> Taken:
    """As it stands now. A number of queries that grows by a few for each 500 examinations."""
    chosen = examinations_of(definition)
    rows = standings_of(chosen.studies)
    left_out = Counter({LEARNT: chosen.left_out} if chosen.left_out else {})
    taken: list[tuple[Study, StudyTriage]] = []
    for study in chosen.studies:
        row = rows.get(study.pk)
        if not is_meant(definition, row):
            left_out[OTHER_PROTOCOL] += 1
        elif row is None or not _is_read(row):
            left_out[NOT_READ_YET] += 1
        else:
            taken.append((study, row))
    return Taken(chosen=chosen, taken=tuple(taken), left_out=dict(sorted(left_out.items())))


def cohort_of(definition: CohortDefinition) -> GatheredCohort:
    """As it stands now."""
    found = taken_of(definition)
    cases = _cases(found.taken, found.truths(), definition.split)
    assessed = len(found.taken) + sum(found.left_out.values())
    return GatheredCohort(
        inputs=StudyInputs(
            plan=replace(NOTHING_PROMISED, categories=_CATEGORIES),
            cutoffs=_cutoffs(found.chosen, found.taken),
            synthetic=any(case.synthetic for case in cases),
            flow=Flow(assessed=assessed, left_out=found.left_out, practice=0, withdrawn=0),
            cases=cases,
            answers=(),
            errors=(),
        ),
        examinations={number: study.study_instance_uid for number, (study, _) in enumerate(found.taken, 1)},
        left_out=found.left_out,
    )


def _is_read(row: StudyTriage) -> bool:
    """Whether there is a result, or a run that ended without one."""
    return current(row) is not None or (row.run_id is not None and row.state in UNREAD)


def _cutoffs(chosen: Chosen, taken: Sequence[tuple[Study, StudyTriage]]) -> Cutoffs:
    """One patient that the cutoffs were chosen on makes every figure apparent: better a word too many."""
    return Cutoffs.THESE_CASES if any(study.pk in chosen.known for study, _ in taken) else Cutoffs.SET_BEFOREHAND


def _cases(taken: Sequence[tuple[Study, StudyTriage]], truths: Mapping[int, Truth], split: Split) -> tuple[CaseRow, ...]:
    studies = [study for study, _ in taken]
    patients = patient_numbers(studies)
    names = cohort_names(taken, split)
    imaging = imaging_of({study.pk: _read(row) for study, row in taken})
    return tuple(
        replace(
            _case(
                number, study, current(row), truth=truths.get(study.pk), patient=patients[study.pk], cohort=names[study.pk]
            ),
            scanner=imaging[study.pk].scanner,
            fat_saturated=imaging[study.pk].fat_saturated,
        )
        for number, (study, row) in enumerate(taken, 1)
    )


def _read(row: StudyTriage) -> Mapping[str, str]:
    """{sequence: Series Instance UID} that the run read."""
    return dict(row.run.inputs) if row.run else {}


def cohort_names(taken: Sequence[tuple[Study, StudyTriage]], split: Split) -> dict[int, str]:
    """{study's primary key: name of its cohort}."""
    if split is Split.PROTOCOL:
        return {study.pk: str(row.run.protocol) if row.run else "" for study, row in taken}
    if split is Split.SOURCE:
        return {study.pk: study.source for study, _ in taken}
    if split is Split.MANUFACTURER:
        return _manufacturers([study for study, _ in taken])
    return {study.pk: "" for study, _ in taken}


def _manufacturers(studies: Sequence[Study]) -> dict[int, str]:
    """Of the first series of MR images that says it."""
    found = {study.pk: "" for study in studies}
    for some in batches(studies):
        series = Series.objects.filter(study__in=some, generated=False, modality="MR").exclude(manufacturer="")
        for key, maker in series.order_by("-id").values_list("study_id", "manufacturer"):
            found[key] = maker
    return found


def _case(number: int, study: Study, result: Result | None, *, truth: Truth | None, patient: int, cohort: str) -> CaseRow:
    return CaseRow(
        case=number,
        cohort=cohort,
        patient=patient,
        truth=truth.label if truth else None,
        basis=truth.basis if truth else "",
        debatable=False,
        nodal_only=False,
        rt_stage="",
        sites=(),
        kinds=(),
        scanner="",
        fat_saturated={},
        t1wic=result is not None and result.score_t1wic is not None,
        synthetic=study.synthetic or bool(result and result.synthetic),
        networks=_said(result),
    )


def _said(result: Result | None) -> dict[str, NetworkSaid]:
    if result is None:
        return {
            name: NetworkSaid(score=None, cutoff=None, positive=True if name == TACTIC else None, tier="")
            for name in NETWORKS
        }
    return {
        name: NetworkSaid(score=one.score, cutoff=one.cutoff, positive=one.positive, tier=one.tier)
        for name, one in said_of(result).items()
    }
