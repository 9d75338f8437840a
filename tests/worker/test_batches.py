"""Several waiting runs in one forward pass: each keeps its own outcome, and one that fails leaves the others alone."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import override_settings

from ml.prediction import Predictor
from radapp.archive.models import Series, Study
from radapp.triage import runs
from radapp.triage.models import Run
from tests.worker.objects import in_the_archive, named_by_rows
from worker import assessment, devices

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services, pytest.mark.once]
SEEDS = (1, 2, 3)


@pytest.fixture
def batches_of_three(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """A worker that may read three studies at once; the sizes of its forward passes."""
    sizes: list[int] = []
    read = Predictor._read

    def counted(self: Predictor, batch: list[object]) -> object:
        sizes.append(len(batch))
        return read(self, batch)  # type: ignore[arg-type]

    monkeypatch.setattr(Predictor, "_read", counted)
    with override_settings(INFERENCE=replace(settings.INFERENCE, batch=3)):
        devices.device.cache_clear()
        devices.networks.cache_clear()
        yield sizes
    devices.device.cache_clear()
    devices.networks.cache_clear()


def _states() -> list[str]:
    return list(Run.objects.order_by("pk").values_list("state", flat=True))


def _work_on_the_first() -> None:
    first = Run.objects.order_by("pk").first()
    assert first is not None
    assessment.work(first.pk, "this process")


def test_what_waits_is_read_in_one_pass_and_says_the_same(
    take_in: Callable[[int], str], redis_server: object, batches_of_three: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    for seed in SEEDS[:2]:
        take_in(seed)
    _work_on_the_first()
    assert _states() == ["done"] * 2
    assert batches_of_three == [2, 2, 2]
    assert [one.result.heatmaps.count() for one in Run.objects.all()] == [3, 3]
    assert all(in_the_archive(study) == named_by_rows(study) for study in Study.objects.all())
    assert "nothing more is written" not in caplog.text
    for run in Run.objects.select_related("protocol", "result"):
        found = run.result
        for role, score in (("T1WI", found.score_t1wi), ("T2WI", found.score_t2wi), ("T1WIC", found.score_t1wic)):
            bundle = getattr(run.protocol, role.lower())
            alone = assessment._load(run.inputs[role], bundle).given.given
            assert devices.predictor(bundle).read(alone).score == pytest.approx(score, abs=1e-6)


def test_a_study_that_cannot_be_read_leaves_the_others_alone(
    take_in: Callable[[int], str], redis_server: object, batches_of_three: list[int]
) -> None:
    uids = [take_in(seed) for seed in SEEDS[:2]]
    t2wi = Series.objects.get(study__study_instance_uid=uids[0], recognised_role="T2WI")
    for instance in list(t2wi.instances.order_by("instance_number"))[5:8]:
        instance.delete()
    _work_on_the_first()
    assert _states() == ["not_assessable", "done"]
    assert batches_of_three == [2, 1, 1]


def test_a_batch_that_fails_is_read_one_by_one(
    take_in: Callable[[int], str],
    redis_server: object,
    batches_of_three: list[int],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for seed in SEEDS:
        take_in(seed)
    poisoned = Run.objects.order_by("pk")[1].study.study_instance_uid
    load = assessment._load

    def spoil(series_uid: str, bundle: object) -> assessment.Prepared:
        found = load(series_uid, bundle)  # type: ignore[arg-type]
        if found.series.study.study_instance_uid == poisoned:
            found.given.given.voxels[:] = float("nan")
        return found

    monkeypatch.setattr(assessment, "_load", spoil)
    _work_on_the_first()
    assert _states() == ["done", "failed", "done"]
    assert "each is read alone" in caplog.text


def test_a_run_that_was_tried_before_takes_none_with_it(take_in: Callable[[int], str], redis_server: object) -> None:
    """A study that kills its worker would use up the attempts of whatever was read with it."""
    for seed in SEEDS:
        take_in(seed)
    first, second, third = Run.objects.order_by("pk")
    Run.objects.filter(pk=second.pk).update(attempts=1)
    claimed = runs.claim_waiting(5, "this process")
    assert [lease.run_id for lease in claimed] == [first.pk, third.pk]
    assert runs.claim_waiting(0, "this process") == []


def test_company_is_waited_for_no_longer_than_the_bound(
    take_in: Callable[[int], str], redis_server: object, batches_of_three: list[int]
) -> None:
    take_in(1)
    run = Run.objects.get()
    with override_settings(INFERENCE=replace(settings.INFERENCE, wait_ms=300)):
        devices.device.cache_clear()
        lease = runs.claim(run.pk, "this process")
        assert lease is not None
        began = time.monotonic()
        assert list(assessment._company(lease, "this process")) == []
        assert 0.3 <= time.monotonic() - began < 2


def test_networks_beyond_the_bound_of_memory_are_given_up_oldest_first(
    take_in: Callable[[int], str], redis_server: object
) -> None:
    protocol = Run.objects.select_related("protocol").get(study__study_instance_uid=take_in(1)).protocol
    with override_settings(INFERENCE=replace(settings.INFERENCE, cache_mb=1)):
        devices.device.cache_clear()
        devices.networks.cache_clear()
        first = devices.predictor(protocol.t1wi)
        assert devices.predictor(protocol.t1wi) is first
        cache = devices.networks()
        cache.bound_mb = 2.5 * first.mebibytes
        second = devices.predictor(protocol.t2wi)
        assert devices.predictor(protocol.t1wi) is first  # used again: the second is older now
        third = devices.predictor(protocol.t1wic)
        assert list(cache) == [first, third]
        assert second not in list(cache)
    devices.device.cache_clear()
    devices.networks.cache_clear()
