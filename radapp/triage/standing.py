"""Where a study stands, kept in one row per study: derived, written in the transaction of the fact it is derived from."""

from dataclasses import dataclass, field
from datetime import datetime

from radapp.archive import changes
from radapp.archive.models import Study
from radapp.triage import reports
from radapp.triage.models import Result, Run, State, StudyTriage

OPEN = (Run.State.QUEUED, Run.State.RUNNING)


@dataclass(frozen=True)
class Standing:
    """What a worklist row shows of a study's triage. `run` and `result` are None while a role is missing."""

    state: State
    reason: str = ""
    remedy: str = ""
    run: Run | None = None
    result: Result | None = None
    waiting_since: datetime | None = field(default=None)


def of_run(run: Run, previous: Result | None = None) -> Standing:
    """The standing that a run gives its study.

    While a run is open without a result of its own, the `previous` result stays in sight (stale: advice is withheld);
    a run that ended without one leaves none.
    """
    result = Result.objects.filter(run=run).first()
    if result is None and run.state in OPEN:
        result = previous
    return Standing(State(run.state), reason=run.reason, remedy=run.remedy, run=run, result=result)


def keep(study: Study, standing: Standing) -> bool:
    """Write the standing and announce it, if it differs from the row; True when it did. Belongs into a transaction."""
    wanted = {
        "state": standing.state,
        "reason": standing.reason,
        "remedy": standing.remedy,
        "run_id": standing.run.pk if standing.run else None,
        "result_id": standing.result.pk if standing.result else None,
        "tier": standing.result.tier if standing.result else "",
        "score": standing.result.score_t1_t2 if standing.result else None,
        "waiting_since": standing.waiting_since,
    }
    row, created = StudyTriage.objects.get_or_create(study=study, defaults=wanted)
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    if changed and not created:
        for name in changed:
            setattr(row, name, wanted[name])
        row.save(update_fields=[*changed, "changed_at"])
    if changed or created:
        changes.announce(study.study_instance_uid)
        reports.note_change(study)
    return bool(changed or created)


def keep_run(run: Run) -> bool:
    """Write what a run's own change makes of its study, unless the study has moved on to another run meanwhile."""
    row = StudyTriage.objects.filter(study_id=run.study_id).select_related("result").first()
    if row is not None and row.run_id not in {None, run.pk}:
        return False
    return keep(run.study, of_run(run, previous=row.result if row else None))
