"""Runs: every action in every state, and what the fencing token keeps out."""

import uuid
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from radapp.archive.models import StudyChange
from radapp.triage import runs
from radapp.triage.models import Heatmap, Result, Run, StudyTriage
from tests.radapp.triage import examinations

pytestmark = pytest.mark.django_db

FOUND = examinations.findings(0.9, 0.5, 0.2)
HEATMAP = runs.StoredHeatmap("T1WI", "1.2.3", "1.2", (1.0, 2.0, 3.0), (5.0, 18.0, 18.0))


@pytest.fixture
def run() -> Run:
    """A queued run, standing as its study's."""
    protocol = examinations.protocol()
    study = examinations.study()
    made = Run.objects.create(study=study, protocol=protocol, fingerprint="f", inputs={})
    StudyTriage.objects.create(study=study, state="queued", run=made)
    return made


def _record_and(act: Callable[[runs.Lease], object]) -> Callable[[runs.Lease], object]:
    def both(lease: runs.Lease) -> None:
        runs.record_result(lease, FOUND)
        act(lease)

    return both


# What the holder of a lease may do to a running run, and where the run then stands.
ACTIONS: dict[str, tuple[Callable[[runs.Lease], object], str]] = {
    "heartbeat": (runs.heartbeat, "running"),
    "progress": (lambda lease: runs.progress(lease, "T2WI", 40), "running"),
    "record_result": (lambda lease: runs.record_result(lease, FOUND), "running"),
    "complete": (_record_and(lambda lease: runs.complete(lease, examinations.written(lease, HEATMAP))), "done"),
    "refuse": (lambda lease: runs.refuse(lease, "gaps", "send again"), "not_assessable"),
    "fail": (lambda lease: runs.fail(lease, "broken"), "failed"),
    "release": (lambda lease: runs.release(lease, "the disk"), "queued"),
}
STATES = [state.value for state in Run.State]


@pytest.mark.once
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", STATES)
def test_every_action_in_every_state(run: Run, action: str, state: str) -> None:
    """Only a running run takes an action, and only from its holder; anywhere else nothing at all is written."""
    act, after = ACTIONS[action]
    lease = runs.claim(run.pk, "worker")
    assert lease is not None
    if state == "running":
        act(lease)
        run.refresh_from_db()
        assert run.state == after
        assert (run.lease is not None) == (after == "running")
        assert StudyTriage.objects.get(study=run.study).state == after
        return
    Run.objects.filter(pk=run.pk).update(state=state)
    before = Run.objects.values().get(pk=run.pk), StudyChange.objects.count()
    with pytest.raises(runs.LeaseLost):
        act(lease)
    assert (Run.objects.values().get(pk=run.pk), StudyChange.objects.count()) == before
    assert not Result.objects.exists()


@pytest.mark.parametrize("state", STATES)
def test_only_a_queued_run_can_be_claimed(run: Run, state: str) -> None:
    lease = runs.claim(run.pk, "first")
    assert lease is not None
    Run.objects.filter(pk=run.pk).update(state=state)
    claimed = runs.claim(run.pk, "second")
    assert (claimed is not None) == (state == "queued")


def test_a_claim_is_visible_at_once(run: Run) -> None:
    runs.claim(run.pk, "gpu-1")
    run.refresh_from_db()
    assert (run.state, run.worker, run.attempts, run.percent) == ("running", "gpu-1", 1, 0)
    assert StudyTriage.objects.get(study=run.study).state == "running"


@pytest.mark.once
@pytest.mark.parametrize("action", ACTIONS)
def test_a_lease_of_somebody_else_writes_nothing(run: Run, action: str) -> None:
    lease = runs.claim(run.pk, "worker")
    assert lease is not None
    forged = runs.Lease(lease.run_id, uuid.uuid4(), lease.attempt)
    before = Run.objects.values().get(pk=run.pk)
    with pytest.raises(runs.LeaseLost):
        ACTIONS[action][0](forged)
    assert Run.objects.values().get(pk=run.pk) == before


def test_the_tier_is_readable_before_the_heatmaps(run: Run) -> None:
    lease = runs.claim(run.pk, "worker")
    assert lease is not None
    announced = StudyChange.objects.count()
    runs.record_result(lease, FOUND)
    row = StudyTriage.objects.get(study=run.study)
    assert (row.state, row.tier, row.score) == ("running", "positive", 0.7)
    assert row.result is not None
    assert row.result.heatmaps_at is None
    assert StudyChange.objects.count() > announced
    runs.complete(lease, examinations.written(lease, HEATMAP))
    row.refresh_from_db()
    assert row.state == "done"
    assert Result.objects.get().heatmaps_at is not None


def test_a_second_attempt_keeps_the_first_ones_result_and_doubles_no_heatmap(run: Run) -> None:
    """The worker died between tier and heatmaps, or between heatmaps and the end."""
    first = runs.claim(run.pk, "dies")
    assert first is not None
    kept = runs.record_result(first, FOUND)
    Heatmap.objects.create(
        result=kept, sequence="T1WI", sop_instance_uid="1.2.3", series_instance_uid="1.2", peak=None, cell_size=[1, 1, 1]
    )
    examinations.unheard(run, 60)
    assert runs.reclaim_stale() == 1
    second = runs.claim(run.pk, "lives")
    assert second is not None
    assert runs.record_result(second, examinations.findings(0.1, 0.1)).pk == kept.pk
    runs.complete(second, examinations.written(second, HEATMAP))
    assert Result.objects.get().tier == "positive"
    assert Heatmap.objects.get().peak == [1.0, 2.0, 3.0]


def test_a_heard_run_is_left_alone_and_an_unheard_one_taken_back(run: Run) -> None:
    runs.claim(run.pk, "worker")
    examinations.unheard(run, runs.STALE_AFTER.total_seconds() - 5)
    assert runs.reclaim_stale() == 0
    examinations.unheard(run, runs.STALE_AFTER.total_seconds() + 5)
    assert runs.reclaim_stale() == 1
    run.refresh_from_db()
    assert (run.state, run.lease, run.sent_at) == ("queued", None, None)


def test_attempts_are_capped(run: Run) -> None:
    """A run that kills every worker ends as failed, with the reason, and can no longer be claimed."""
    for _ in range(runs.ATTEMPTS):
        assert runs.claim(run.pk, "dies") is not None
        examinations.unheard(run, 60)
        runs.reclaim_stale()
    run.refresh_from_db()
    assert (run.state, run.attempts) == ("failed", runs.ATTEMPTS)
    assert str(runs.ATTEMPTS) in run.reason
    assert runs.claim(run.pk, "again") is None
    assert StudyTriage.objects.get(study=run.study).reason == run.reason


def test_a_passing_trouble_is_tried_again_until_the_attempts_are_used_up(run: Run) -> None:
    for attempt in range(1, runs.ATTEMPTS + 1):
        lease = runs.claim(run.pk, "worker")
        assert lease is not None
        runs.release(lease, "OSError: read error")
        run.refresh_from_db()
        assert run.state == ("queued" if attempt < runs.ATTEMPTS else "failed")
    assert "read error" in run.reason


def test_with_the_broker_down_nothing_rings_and_nothing_is_lost(run: Run) -> None:
    assert runs.ring_again() == 0
    run.refresh_from_db()
    assert (run.state, run.sent_at) == ("queued", None)


STEPS = st.lists(st.sampled_from(["claim", "die", "record", "complete", "fail", "release", "reopen"]), max_size=25)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_one_result_and_only_the_newest_holder_writes(run: Run, steps: list[str]) -> None:
    """Old leases are kept and tried again at every step: none of them ever gets through."""
    Heatmap.objects.all().delete()
    StudyTriage.objects.update(state="queued", result=None, tier="", score=None)
    Result.objects.all().delete()
    Run.objects.filter(pk=run.pk).update(state="queued", lease=None, attempts=0)
    newest: runs.Lease | None = None
    for step in steps:
        held = Run.objects.get(pk=run.pk)
        if step == "claim":
            lease = runs.claim(run.pk, "worker")
            assert (lease is not None) == (held.state == "queued" and held.attempts < runs.ATTEMPTS)
            _is_fenced(newest, lease)
            newest = lease or newest
        elif step == "die":
            examinations.unheard(held, 60)
            runs.reclaim_stale()
        elif step == "reopen" and held.state == "failed":
            runs.reopen(held)
        elif newest is not None and step != "reopen":
            _try(newest, step, may=held.state == "running" and held.lease == newest.token)
        assert Result.objects.filter(run=run).count() <= 1
        done = Run.objects.get(pk=run.pk).state == "done"
        assert not done or Result.objects.get(run=run).heatmaps_at is not None


def _is_fenced(old: runs.Lease | None, new: runs.Lease | None) -> None:
    if old is not None and new is not None:
        with pytest.raises(runs.LeaseLost):
            runs.record_result(old, FOUND)


def _try(lease: runs.Lease, step: str, *, may: bool) -> None:
    act, _ = ACTIONS[{"record": "record_result"}.get(step, step)]
    if may:
        act(lease)
        return
    with pytest.raises(runs.LeaseLost):
        act(lease)
