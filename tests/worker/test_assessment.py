"""One run in this process: tier, heatmaps, and what each kind of trouble makes of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from radapp.archive import storage
from radapp.archive.models import Instance, SequenceRole, Series, Study
from radapp.triage import runs, selectors
from radapp.triage.models import InstalledBundle, Report, Run, StudyTriage
from tests.worker.objects import in_the_archive, named_by_rows
from worker import assessment, devices

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services, pytest.mark.once]


def _work(uid: str) -> Run:
    run = Run.objects.get(study__study_instance_uid=uid, state=Run.State.QUEUED)
    assessment.work(run.pk, "this process")
    run.refresh_from_db()
    return run


def test_a_phantom_gets_its_tier_and_three_heatmaps(redis_server: object, read_study: Study) -> None:
    study, run = read_study, Run.objects.get()
    assert (run.state, run.reason) == ("done", "")
    found = selectors.result(study)
    assert found["synthetic"] is True
    assert set(found["scores"]) == {"T1WI", "T2WI", "T1_T2", "T1WIC"}
    assert all(0 <= score <= 1 for score in found["scores"].values())
    assert [one["sequence"] for one in found["heatmaps"]] == ["T1WI", "T2WI", "T1WIC"]
    for one in found["heatmaps"]:
        stored = Instance.objects.get(sop_instance_uid=one["sop_instance_uid"])
        assert stored.series.generated
        assert stored.series.study == study
    assert found["nearest"].of == 3


def test_a_second_bell_finds_nothing_to_do(redis_server: object, read_study: Study) -> None:
    run = Run.objects.get()
    before = Instance.objects.count()
    assessment.work(run.pk, "another")
    run.refresh_from_db()
    assert (run.worker, Instance.objects.count()) == ("this process", before)


def test_maps_that_another_version_stored_by_themselves_are_not_doubled(redis_server: object, read_study: Study) -> None:
    study, run = read_study, Run.objects.get()
    kept = set(in_the_archive(study))
    # As if the worker had died after the last heatmap was stored and before the run was ended.
    Report.objects.all().delete()
    run.result.heatmaps.all().delete()
    Run.objects.filter(pk=run.pk).update(state="queued", attempts=1)
    StudyTriage.objects.update(state="queued")
    _work(study.study_instance_uid)
    assert set(in_the_archive(study)) == kept
    assert in_the_archive(study) == named_by_rows(study)


def test_an_unreadable_volume_is_not_assessable_and_says_why(take_in: Callable[[int], str], redis_server: object) -> None:
    uid = take_in(1)
    t2wi = Series.objects.get(study__study_instance_uid=uid, recognised_role=SequenceRole.T2WI)
    middle = list(t2wi.instances.order_by("instance_number"))[5:8]
    for instance in middle:
        instance.delete()
    run = _work(uid)
    assert run.state == "not_assessable"
    assert run.reason.startswith("T2WI: ")
    assert run.remedy
    assert not selectors.result(Study.objects.get(study_instance_uid=uid))["advice"].given


def test_t1wic_that_cannot_be_read_leaves_the_tier(take_in: Callable[[int], str], redis_server: object) -> None:
    uid = take_in(1)
    enhanced = Series.objects.get(study__study_instance_uid=uid, recognised_role=SequenceRole.T1WIC)
    for instance in list(enhanced.instances.order_by("instance_number"))[5:8]:
        instance.delete()
    run = _work(uid)
    found = selectors.result(Study.objects.get(study_instance_uid=uid))
    assert (run.state, found["scores"]["T1WIC"]) == ("done", None)
    assert found["final"] == ("pending" if found["tier"] == "suspicious" else found["tier"])
    assert any(note.startswith("T1WIC was left out") for note in found["notes"])


def test_a_missing_file_fails_with_a_reason(take_in: Callable[[int], str], redis_server: object) -> None:
    uid = take_in(2)
    lost = Instance.objects.filter(series__study__study_instance_uid=uid, series__recognised_role="T1WI").first()
    assert lost is not None
    path = storage.path_of(lost.sha256)
    content = path.read_bytes()
    path.unlink()
    try:
        run = _work(uid)
    finally:
        path.write_bytes(content)
    assert run.state == "failed"
    assert "cannot be found" in run.reason


def test_a_bundle_that_was_exchanged_is_refused(take_in: Callable[[int], str], redis_server: object, bundles: Path) -> None:
    uid = take_in(1)
    InstalledBundle.objects.filter(role="T1WI").update(path=str(bundles / "T2WI"))
    devices.networks.cache_clear()
    run = _work(uid)
    assert run.state == "failed"
    assert "was installed" in run.reason


def test_an_unforeseen_error_fails_with_a_reference(
    take_in: Callable[[int], str], redis_server: object, caplog: pytest.LogCaptureFixture
) -> None:
    uid = take_in(1)
    Run.objects.update(inputs={"T1WI": "1.2.3.4", "T2WI": "1.2.3.4"})
    run = _work(uid)
    assert run.state == "failed"
    reference = run.reason.rsplit(" ", 1)[1].rstrip(".")
    assert f"reference {reference}" in caplog.text


def test_a_superseded_run_stops_without_a_word(take_in: Callable[[int], str], redis_server: object) -> None:
    uid = take_in(1)
    run = Run.objects.get(study__study_instance_uid=uid)
    lease = runs.claim(run.pk, "slow")
    assert lease is not None
    Run.objects.filter(pk=run.pk).update(state="superseded", lease=None)
    assessment.carry_out([assessment.Attempt(lease)])
    run.refresh_from_db()
    assert run.state == "superseded"
    assert not StudyTriage.objects.get().tier
    assert not Series.objects.filter(generated=True).exists()
