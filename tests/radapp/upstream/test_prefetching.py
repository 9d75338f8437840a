"""Fetching ahead: the day's MR studies of the PACS and the patients' earlier ones, while there is room."""

import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from radapp.upstream import cache, prefetching
from radapp.upstream.courier import Courier
from radapp.upstream.models import CachedSeries, CachedStudy, UpstreamSource
from tests.orthanc import Orthanc, Proxy
from tests.radapp.dicomweb.conftest import take_in
from tests.radapp.dicomweb.objects import encode, image
from tests.radapp.upstream.conftest import web_source
from tests.services import ROOT, wait_until

pytestmark = pytest.mark.services

ROOT_UID = "1.2.826.0.1.3680043.10.77"


def examination(number: int, day: date, patient: str = "P-1", modality: str = "MR", slices: int = 2) -> list[bytes]:
    study, files = f"{ROOT_UID}.{number}", []
    for slice_number in range(1, slices + 1):
        dataset = image(study, f"{study}.1", slice_number)
        dataset.StudyDate, dataset.PatientID, dataset.Modality = f"{day:%Y%m%d}", patient, modality
        files.append(encode(dataset))
    return files


def days_ago(days: int) -> date:
    return (timezone.now() - timedelta(days=days)).date()


@pytest.fixture
def source(db: None, pacs: Orthanc, proxy: Proxy) -> UpstreamSource:
    """A PACS with a day's work and what was before it."""
    pacs.empty()
    pacs.store(*examination(1, days_ago(0)), *examination(2, days_ago(0), modality="CT"))
    for number, days in ((3, 30), (4, 200), (5, 400)):
        pacs.store(*examination(number, days_ago(days)))
    pacs.store(*examination(6, days_ago(30), patient="P-2"), *examination(7, days_ago(30), patient="P-3"))
    return web_source("PACS", proxy.url, prefetch=True)


def kept() -> set[int]:
    """The numbers of the studies that are wholly in the cache."""
    whole = CachedSeries.objects.filter(whole=True).values_list("study__study_instance_uid", flat=True)
    return {int(uid.rsplit(".", 1)[1]) for uid in whole}


def test_the_days_studies_and_their_patients_latest_earlier_ones(source: UpstreamSource) -> None:
    assert len(list(prefetching.steps())) == 3
    assert kept() == {1, 3, 4}  # no CT, two earlier ones, nobody else's
    assert list(prefetching.steps()) == []  # what is here is not fetched again


def test_earlier_ones_of_who_is_examined_here(source: UpstreamSource) -> None:
    take_in(*examination(8, days_ago(0), patient="P-2"))
    list(prefetching.steps())
    assert kept() == {1, 3, 4, 6}


def test_what_is_held_here_is_not_fetched(source: UpstreamSource) -> None:
    take_in(*examination(1, days_ago(0)))
    list(prefetching.steps())
    assert kept() == {3, 4}


def test_nothing_unless_the_source_says_so(source: UpstreamSource, proxy: Proxy) -> None:
    UpstreamSource.objects.update(prefetch=False)
    assert list(prefetching.steps()) == []
    assert proxy.count() == 0


def test_it_stays_within_the_bound_and_gives_up_nothing_of_today(source: UpstreamSource, settings: Any) -> None:
    settings.UPSTREAM_CACHE_BYTES = 2 * sum(len(file) for file in examination(1, days_ago(0))) + 100
    list(prefetching.steps())
    assert len(kept()) == 2
    assert cache.used_bytes() <= settings.UPSTREAM_CACHE_BYTES
    CachedSeries.objects.update(used_at=timezone.now() - timedelta(days=1))  # yesterday's may go
    assert len(list(prefetching.steps())) == 1


def test_a_patient_id_that_reads_as_a_wildcard_brings_nobody(source: UpstreamSource) -> None:
    take_in(*examination(9, days_ago(0), patient="P*"))
    list(prefetching.steps())
    assert 7 not in kept()


def test_a_dead_source_ends_it(source: UpstreamSource, pacs: Orthanc) -> None:
    pacs.kill()
    assert list(prefetching.steps()) == []
    assert not CachedStudy.objects.exists()


def test_the_courier_looks_after_sources(source: UpstreamSource, pacs: Orthanc, proxy: Proxy) -> None:
    UpstreamSource.objects.update(failures=3, retry_at=timezone.now() - timedelta(seconds=1))
    Courier().run_once()
    source.refresh_from_db()
    assert (source.failures, source.retry_at) == (0, None)
    assert kept() == {1, 3, 4}


def test_an_errand_that_fails_keeps_no_other_from_its_turn(
    source: UpstreamSource, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("a bug")

    courier = Courier()
    courier._errands[0].act = fail
    courier.run_once()
    assert "sending results failed" in caplog.text
    assert kept() == {1, 3, 4}


@pytest.mark.once
def test_the_process_works_and_ends_when_told(transactional_db: None, pacs: Orthanc, proxy: Proxy, tmp_path: Path) -> None:
    from tests.radapp.upstream.test_single_flight import surroundings

    pacs.empty()
    pacs.store(*examination(1, days_ago(0)))
    web_source("PACS", proxy.url, prefetch=True)
    with (tmp_path / "courier.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "courier"],
            cwd=ROOT,
            env={**os.environ, **surroundings(tmp_path)},
            stdout=log,
            stderr=log,
        )
    wait_until(lambda: kept() == {1}, 90, "the courier fetched ahead", every=0.5)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0, (tmp_path / "courier.log").read_text()
