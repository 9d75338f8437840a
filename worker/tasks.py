"""Tasks: runs that a bell announced, and housekeeping that the beat asks for."""

import socket

from radapp import broker
from radapp.archive import intakes
from radapp.triage import runs, services
from worker.task import task


@task(broker.RUN_TASK, queue=broker.TRIAGE_QUEUE)
def triage_run(run_id: int) -> None:
    """Work on one run; a second bell for the same run finds it claimed or done and returns."""
    from worker import assessment  # torch only in the process that runs it

    assessment.work(run_id, worker=socket.gethostname())


@task("housekeeping.ring_again", queue=broker.HOUSEKEEPING_QUEUE)
def ring_again() -> None:
    """Take back runs whose worker died, and ring for those that nobody will hear of otherwise."""
    runs.ring_again()


@task("housekeeping.expire_waiting", queue=broker.HOUSEKEEPING_QUEUE)
def expire_waiting() -> None:
    """Say of studies whose missing sequence is overdue that they are not assessable."""
    services.expire_waiting()


@task("housekeeping.consider_forgotten", queue=broker.HOUSEKEEPING_QUEUE)
def consider_forgotten() -> None:
    """Weigh studies whose intake ended without their being weighed."""
    services.consider_forgotten()


@task("housekeeping.finish_idle_intakes", queue=broker.HOUSEKEEPING_QUEUE)
def finish_idle_intakes() -> None:
    """End intakes that nobody feeds any more."""
    intakes.finish_idle_intakes()
