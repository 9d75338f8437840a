"""A saved report made by a real worker; one killed in the midst of it is followed by the next, which makes it once."""

from collections.abc import Callable

import pytest

from radapp.reports import asking
from radapp.reports.models import ReportFile, SavedReport
from radapp.reports.offered import KINDS
from tests.radapp.readerstudies import scene
from tests.radapp.reports.saved import small
from tests.services import CeleryProcess, RedisServer, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services, pytest.mark.once]
Start = Callable[[], CeleryProcess]


def state() -> str:
    return str(SavedReport.objects.get().state)


def test_killed_in_the_midst_it_is_made_by_the_next_once(workers: Start, beats: Start, redis_server: RedisServer) -> None:
    source = KINDS["study"].found(small.study().key)
    assert source is not None
    asking.ask(source, asking.recipe("performance", {}), scene.person("investigator_in"))
    assert SavedReport.objects.get().sent_at is not None
    first = workers()
    wait_until(lambda: state() in {"running", "done"}, 240, f"it runs: {first.said()}")
    first.kill()
    assert state() == "running", "it was killed in the midst"
    assert not ReportFile.objects.exists()
    beats()
    second = workers()
    wait_until(lambda: state() == "done", 300, f"it is made: {second.said()}")
    row = SavedReport.objects.get()
    assert row.attempts == 2
    names = list(row.files.values_list("name", flat=True))
    assert len(names) == len(set(names)) > 5
