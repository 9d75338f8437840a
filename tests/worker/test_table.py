"""Who is on the table is read before a queue of folders, by a real worker over a real Redis."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from radapp.triage import runs, services
from radapp.triage.models import Run
from tests.radapp.triage import examinations as given
from tests.radapp.triage.test_arriving import arrive
from tests.services import CeleryProcess, RedisServer, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
FOLDERS = 12


@pytest.mark.once
def test_the_table_goes_ahead_of_a_busy_queue(workers: Callable[[], CeleryProcess], redis_server: RedisServer) -> None:
    """Rows alone: each run ends at once, as its images are missing, and the order in which they were begun is kept."""
    given.protocol()
    for _ in range(FOLDERS):
        folder = given.study()
        given.series(folder, "T1WI")
        given.series(folder, "T2WI")
        services.consider(folder.study_instance_uid)
    study = given.study(source="dimse", study_date=timezone.now().date())
    for role in ("T1WI", "T2WI"):
        arrive(given.series(study, role), complete=True)
    services.consider(study.study_instance_uid)
    with redis_server.client() as client:
        assert (client.llen("triage"), client.llen("table")) == (FOLDERS, 1)
    worker = workers()
    open_runs = Run.objects.filter(state__in=[Run.State.QUEUED, Run.State.RUNNING])
    wait_until(lambda: not open_runs.exists(), 240, f"every run ended: {worker.said()}")
    order = list(Run.objects.order_by("started_at").values_list("urgent", flat=True))
    assert order == [True, *[False] * FOLDERS]


def test_a_bell_that_was_lost_is_rung_in_its_own_queue(redis_server: RedisServer, transactional_db: None) -> None:
    given.protocol()
    study = given.study(source="dimse", study_date=timezone.now().date())
    for role in ("T1WI", "T2WI"):
        arrive(given.series(study, role), complete=True)
    services.consider(study.study_instance_uid)
    redis_server.flush()
    Run.objects.update(sent_at=timezone.now() - 2 * runs.LOST_AFTER)
    assert runs.ring_again() == 1
    with redis_server.client() as client:
        assert (client.llen("triage"), client.llen("table")) == (0, 1)
