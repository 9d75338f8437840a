"""Tasks: runs that a bell announced, and housekeeping that the beat asks for."""

from radapp import broker
from radapp.archive import arrival_watch, byte_index, intakes, removal
from radapp.console import keeping
from radapp.dicomweb import readiness
from radapp.reports import leases
from radapp.triage import explanations, reports, runs, services
from worker.place import place
from worker.task import task


@task(broker.RUN_TASK, queue=broker.TRIAGE_QUEUE)
def triage_run(run_id: int) -> None:
    """Work on one run; a second bell for the same run finds it claimed or done and returns."""
    from worker import assessment  # torch only in the process that runs it

    assessment.work(run_id, worker=place().name)


@task(broker.EXPLANATION_TASK, queue=broker.EXPLANATION_QUEUE)
def explain(explanation_id: int) -> None:
    """Make one map on demand, unless an examination waits; a second bell finds it claimed or done and returns."""
    from worker import explanations as made  # torch only in the process that runs it

    made.work(explanation_id)


@task(broker.REPORT_TASK, queue=broker.REPORT_QUEUE)
def write_report(study_id: int) -> None:
    """Write the report that a study is due; a second bell finds it written and returns."""
    from worker import reports as written  # what draws and writes DICOM only in the process that runs it

    written.work(study_id)


@task(broker.ANALYSIS_TASK, queue=broker.ANALYSIS_QUEUE)
def make_report(report_id: int) -> None:
    """Make one saved report, unless an examination waits; a second bell finds it claimed or done and returns."""
    from worker import analyses  # what computes and draws only in the process that runs it

    analyses.work(report_id)


@task("housekeeping.ring_again", queue=broker.HOUSEKEEPING_QUEUE)
def ring_again() -> None:
    """Take back what a dead worker held, and ring for what nobody will hear of otherwise.

    Runs, reports of examinations, explanations, and saved reports of studies.
    """
    runs.ring_again()
    reports.ring_again()
    explanations.ring_again()
    leases.ring_again()


@task("housekeeping.expire_waiting", queue=broker.HOUSEKEEPING_QUEUE)
def expire_waiting() -> None:
    """Say of studies whose missing sequence is overdue that they are not assessable."""
    services.expire_waiting()


@task("housekeeping.consider_forgotten", queue=broker.HOUSEKEEPING_QUEUE)
def consider_forgotten() -> None:
    """Weigh studies whose intake ended without their being weighed."""
    services.consider_forgotten()


INDEXED_AT_ONCE = 500
"""Older instances whose pixels are looked for in one turn."""


@task("housekeeping.sweep_removed", queue=broker.HOUSEKEEPING_QUEUE)
def sweep_removed() -> None:
    """Take the next step with the bytes of what was deleted, and note where pixels lie in older ones."""
    removal.sweep()
    byte_index.backfill(INDEXED_AT_ONCE)


@task("housekeeping.ready_metadata", queue=broker.HOUSEKEEPING_QUEUE)
def ready_metadata() -> None:
    """Make the metadata of series that came in, before somebody asks for it."""
    readiness.make_ready()


@task("housekeeping.finish_idle_intakes", queue=broker.HOUSEKEEPING_QUEUE)
def finish_idle_intakes() -> None:
    """End intakes that nobody feeds any more."""
    intakes.finish_idle_intakes()


_watch = arrival_watch.Watch()


@task("housekeeping.watch_arrivals", queue=broker.HOUSEKEEPING_QUEUE)
def watch_arrivals() -> None:
    """What the web process does four times a second for the patients on the table, where it does not live."""
    _watch.tick()
    keeping.keep()
