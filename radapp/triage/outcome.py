"""A study's outcome as people see it: state, result, the tactic's call, advice and decision, put together from rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from ml import tactic
from radapp.archive.models import Study
from radapp.triage import advice as wording
from radapp.triage import scope
from radapp.triage.advice import Advice, Finding
from radapp.triage.models import Confirmation, Protocol, Result, Run, State, StudyTriage, Tier
from radapp.triage.protocols import FEWEST_TO_ADVISE, cutoffs_of, needs_calibration, too_few_to_advise

NOT_WEIGHED = "The images are being taken in."
QUEUED = "Waits for a worker."
RUNNING = "The networks are reading."
PENDING = "Waits for T1WIC: the enhanced network decides on suspicious examinations."


@dataclass(frozen=True)
class Outcome:
    """All a page shows of one study's triage."""

    state: State
    reason: str
    remedy: str
    run: Run | None
    result: Result | None
    finding: Finding | None
    stale: bool
    advice: Advice
    confirmation: Confirmation | None
    scope: scope.ScopeStanding
    changed_at: datetime | None

    @property
    def final(self) -> str | None:
        """The tactic's call: positive, negative, pending (suspicious, before T1WIC), or None without a result."""
        return self.finding.final if self.finding else None

    @property
    def protocol(self) -> Protocol | None:
        """The protocol of what is shown."""
        shown = self.result.run if self.result else self.run
        return shown.protocol if shown else None


def outcomes(studies: Iterable[Study]) -> dict[int, Outcome]:
    """The outcome of each study, by primary key, in a fixed number of queries."""
    studies = list(studies)
    decided = Prefetch(
        "result__confirmations", Confirmation.objects.select_related("decided_by").order_by("-id"), to_attr="newest_first"
    )
    rows = (
        StudyTriage.objects.filter(study__in=studies)
        .select_related("run__protocol", "result__run__protocol")
        .prefetch_related(decided)
    )
    by_study = {row.study_id: row for row in rows}
    scopes = scope.standings(study.pk for study in studies)
    return {study.pk: _outcome(by_study.get(study.pk), scopes[study.pk]) for study in studies}


def of_study(study: Study) -> Outcome:
    """The outcome of one study."""
    return outcomes([study])[study.pk]


def _finding(result: Result) -> Finding:
    protocol = result.run.protocol
    final = tactic.final_call(tactic.Tier(result.tier), result.score_t1wic, cutoffs_of(protocol))
    return Finding(Tier(result.tier), final.value, (*_guards(protocol), *result.guards))


def _guards(protocol: Protocol) -> tuple[str, ...]:
    """Why no advice can stand on this protocol's cutoffs, whatever the scores."""
    if needs_calibration(protocol):
        return (wording.NEEDS_CALIBRATION.format(protocol=protocol),)
    few = too_few_to_advise(protocol)
    if few is None:
        return ()
    return (
        wording.TOO_FEW.format(protocol=protocol, recurrences=few.recurrences, others=few.others, fewest=FEWEST_TO_ADVISE),
    )


def _outcome(row: StudyTriage | None, scope_standing: scope.ScopeStanding) -> Outcome:
    if row is None:
        none = wording.advise(None, standing=NOT_WEIGHED, scope=scope_standing)
        return Outcome(State.WAITING, NOT_WEIGHED, "", None, None, None, False, none, None, scope_standing, None)
    result = row.result
    state = State(row.state)
    finding = _finding(result) if result else None
    stale = result is not None and result.run_id != row.run_id
    advice = wording.advise(finding, standing=_standing(row, state, stale=stale), scope=scope_standing)
    newest = getattr(result, "newest_first", []) if result else []
    reason = row.reason
    if state == State.DONE and finding is not None and finding.final == "pending":
        reason = PENDING
    return Outcome(
        state=state,
        reason=reason,
        remedy=row.remedy,
        run=row.run,
        result=result,
        finding=finding,
        stale=stale,
        advice=advice,
        confirmation=newest[0] if newest else None,
        scope=scope_standing,
        changed_at=row.changed_at,
    )


def _standing(row: StudyTriage, state: State, *, stale: bool) -> str:
    """Why no advice can stand on what there is; empty where it can."""
    if stale and state != State.WAITING:
        return wording.STALE
    if state in {State.FAILED, State.NOT_ASSESSABLE, State.WAITING}:
        return row.reason or state.label
    if row.result_id is None:
        return RUNNING if state == State.RUNNING else QUEUED
    return ""
