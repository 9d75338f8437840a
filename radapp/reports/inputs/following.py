"""The inputs of clinical use from the archive: what was advised and decided, whether contrast came, and what turned out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from radapp.archive.models import SequenceRole, Series, Study
from radapp.reports.inputs.clinical import (
    Advised,
    Calibrated,
    ClinicalInputs,
    Contrast,
    Decided,
    ExaminationRow,
    Withheld,
)
from radapp.reports.inputs.cohort import LEARNT, NOT_READ_YET, OTHER_PROTOCOL, UNREAD
from radapp.reports.inputs.definition import CohortDefinition, DefinitionRefusedError
from radapp.reports.inputs.selecting import batches, examinations_of, is_meant, patient_numbers, standings_of, truths_of
from radapp.reports.inputs.values import Cutoffs
from radapp.triage import outcome
from radapp.triage.advice import Finding, contrast_advised
from radapp.triage.models import Confirmation, Protocol, Tier, Truth
from radapp.triage.outcome import Outcome
from radapp.triage.protocols import bundles_of, needs_calibration, too_few_to_advise

ONLY_ESTABLISHED = "established: a ledger of these alone would know of nobody lost to follow-up; leave it out."


@dataclass(frozen=True, kw_only=True)
class GatheredUse:
    """`examinations`: {case's number: Study Instance UID}. `left_out`: {why: how many examinations}."""

    inputs: ClinicalInputs
    examinations: Mapping[int, str]
    left_out: Mapping[str, int]


@dataclass(frozen=True)
class _Facts:
    """What is known of the examinations, by the study's primary key."""

    outcomes: Mapping[int, Outcome]
    decisions: Mapping[int, Confirmation]
    enhanced: frozenset[int]
    truths: Mapping[int, Truth]
    patients: Mapping[int, int]
    first: date | None
    today: date


def use_of(definition: CohortDefinition, today: date | None = None) -> GatheredUse:
    """As it stands on `today`. Raises DefinitionRefusedError for a cohort chosen by its outcome."""
    if definition.established:
        raise DefinitionRefusedError([ONLY_ESTABLISHED])
    chosen = examinations_of(definition)
    rows = standings_of(chosen.studies)
    decisions, outcomes = _decisions(chosen.studies), _outcomes(chosen.studies)
    left_out = Counter({LEARNT: chosen.left_out} if chosen.left_out else {})
    taken: list[Study] = []
    for study in chosen.studies:
        if not is_meant(definition, rows.get(study.pk)):
            left_out[OTHER_PROTOCOL] += 1
        elif not _ended(outcomes[study.pk]) and study.pk not in decisions:
            left_out[NOT_READ_YET] += 1
        else:
            taken.append(study)
    days = [study.study_date for study in taken if study.study_date]
    facts = _Facts(
        outcomes=outcomes,
        decisions=decisions,
        enhanced=_enhanced(taken),
        truths=truths_of(taken),
        patients=patient_numbers(taken),
        first=min(days, default=None),
        today=today or timezone.localdate(),
    )
    cases = tuple(_row(number, study, facts) for number, study in enumerate(taken, 1))
    known = any(study.pk in chosen.known for study in taken)
    return GatheredUse(
        inputs=ClinicalInputs(
            cases=cases,
            calibrated=_calibrated([outcomes[study.pk].protocol for study in taken]),
            cutoffs=Cutoffs.THESE_CASES if known else Cutoffs.SET_BEFOREHAND,
            synthetic=any(case.synthetic for case in cases),
        ),
        examinations={number: study.study_instance_uid for number, study in enumerate(taken, 1)},
        left_out=dict(left_out),
    )


def _ended(found: Outcome) -> bool:
    return (found.result is not None and not found.stale) or (found.run is not None and found.state in UNREAD)


def _outcomes(studies: Sequence[Study]) -> dict[int, Outcome]:
    return {key: one for some in batches(studies) for key, one in outcome.outcomes(some).items()}


def _decisions(studies: Sequence[Study]) -> dict[int, Confirmation]:
    """The newest of each examination, whichever of its results it was about: T1WIC that came later made a new result."""
    found: dict[int, Confirmation] = {}
    for some in batches(studies):
        rows = Confirmation.objects.filter(result__run__study__in=some).select_related("result__run").order_by("id")
        found |= {row.result.run.study_id: row for row in rows}
    return found


def _enhanced(studies: Sequence[Study]) -> frozenset[int]:
    enhanced = SequenceRole.T1WIC
    in_force = Q(assigned_role=enhanced) | Q(assigned_role__isnull=True, recognised_role=enhanced)
    return frozenset(
        key
        for some in batches(studies)
        for key in Series.objects.filter(in_force, study__in=some, generated=False).values_list("study_id", flat=True)
    )


def _row(number: int, study: Study, facts: _Facts) -> ExaminationRow:
    found, decision, truth = facts.outcomes[study.pk], facts.decisions.get(study.pk), facts.truths.get(study.pk)
    day, result, protocol = study.study_date, found.result, found.protocol
    advised, withheld = _advice(found, decision)
    return ExaminationRow(
        case=number,
        patient=facts.patients[study.pk],
        month=_calendar_months(facts.first, day) if day and facts.first else None,
        elapsed=_whole_months(day, facts.today) if day else None,
        protocol=str(protocol) if protocol else "",
        bundles=bundles_of(protocol) if protocol else {},
        scores=_scores(found),
        tier=result.tier if result else "",
        guarded=bool(result and result.guards),
        advised=advised,
        withheld=withheld,
        decided=Decided(decision.decision) if decision else Decided.NOBODY,
        decided_contrast=decision.contrast if decision else None,
        contrast=_contrast(given=study.pk in facts.enhanced, decision=decision),
        truth=truth.label if truth else None,
        basis=truth.basis if truth else "",
        established_after=_whole_months(day, truth.established_on) if truth and truth.established_on and day else None,
        synthetic=study.synthetic or bool(result and result.synthetic),
    )


def _scores(found: Outcome) -> dict[str, float]:
    if found.result is None or found.stale:
        return {}
    said = {
        "T1WI": found.result.score_t1wi,
        "T2WI": found.result.score_t2wi,
        "T1_T2": found.result.score_t1_t2,
        "T1WIC": found.result.score_t1wic,
    }
    return {name: score for name, score in said.items() if score is not None}


def _advice(found: Outcome, decision: Confirmation | None) -> tuple[Advised, Withheld]:
    """As it was when it was decided; as it stands where nobody decided."""
    if decision is not None:
        if decision.advice_given:
            return _advised(Finding(Tier(decision.result.tier), "")), Withheld.NONE
        return Advised.WITHHELD, _why(found) or Withheld.THEN
    if found.advice.given and found.finding is not None:
        return _advised(found.finding), Withheld.NONE
    return Advised.WITHHELD, _why(found)


def _advised(finding: Finding) -> Advised:
    return Advised.CONTRAST if contrast_advised(finding) else Advised.NO_CONTRAST


def _why(found: Outcome) -> Withheld:
    """The first reason, in the order in which radapp.triage.outcome asks."""
    protocol = found.protocol
    reasons = {
        Withheld.STALE: found.stale,
        Withheld.UNREAD: found.result is None or found.state in UNREAD,
        Withheld.UNCALIBRATED: protocol is not None and _uncalibrated(protocol),
        Withheld.GUARD: bool(found.result and found.result.guards),
        Withheld.OUT_OF_SCOPE: bool(found.scope.out_of_scope),
        Withheld.UNANSWERED: bool(found.scope.unanswered),
    }
    return next((reason for reason, holds in reasons.items() if holds), Withheld.NONE)


def _uncalibrated(protocol: Protocol) -> bool:
    return needs_calibration(protocol) or too_few_to_advise(protocol) is not None


def _contrast(*, given: bool, decision: Confirmation | None) -> Contrast:
    if given:
        return Contrast.GIVEN
    return Contrast.NOT_GIVEN if decision is not None and not decision.contrast else Contrast.UNKNOWN


def _calibrated(protocols: Sequence[Protocol | None]) -> dict[str, Calibrated]:
    """Of those protocols that keep their cases."""
    found: dict[str, Calibrated] = {}
    for protocol in protocols:
        if protocol is None or str(protocol) in found:
            continue
        cases = protocol.calibration.get("cases") or []
        if cases:
            enhanced = protocol.calibration.get("t1wic") or []
            found[str(protocol)] = Calibrated(
                scores={
                    "T1_T2": tuple(float(case[0]) for case in cases),
                    "T1WIC": tuple(float(one) for one in enhanced if one is not None),
                },
                labels=tuple(bool(case[1]) for case in cases),
            )
    return found


def _calendar_months(first: date, day: date) -> int:
    return (day.year - first.year) * 12 + day.month - first.month


def _whole_months(day: date, until: date) -> int:
    """Those that are over."""
    return _calendar_months(day, until) - (until.day < day.day)
