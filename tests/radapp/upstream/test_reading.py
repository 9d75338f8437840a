"""Studies of a real PACS, read through: found, fetched once, verified, given up, served while it is down, found again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from radapp.accounts.models import AuditEntry
from radapp.archive.models import Instance, Study
from radapp.upstream import cache, circuit, inventory
from radapp.upstream.models import CachedInstance, CachedSeries, CachedStudy, UpstreamSource
from tests.orthanc import Orthanc, Proxy
from tests.radapp.dicomweb.bodies import content_of, parts_of
from tests.radapp.dicomweb.conftest import take_in
from tests.radapp.dicomweb.objects import encode, image, pixels_of
from tests.radapp.upstream.conftest import OTHER, SECOND, SERIES, STUDY, study_files

pytestmark = [pytest.mark.services, pytest.mark.once]

FILES = {"Accept": 'multipart/related; type="application/dicom"'}
FRAMES = {"Accept": 'multipart/related; type="application/octet-stream"'}


def url(study: str = STUDY, series: str = "", instance: str = "", rest: str = "") -> str:
    below = (f"/series/{series}" if series else "") + (f"/instances/{instance}" if instance else "")
    return f"/dicom-web/studies/{study}{below}{rest}"


def grown_old(study: str = STUDY) -> None:
    """As if the list of the study's series were from a while ago."""
    CachedStudy.objects.filter(study_instance_uid=study).update(listed_at=timezone.now() - inventory.FRESH)


def down_for_long() -> None:
    """As if every source had been silent for minutes: its pause outlasts the slowest test."""
    UpstreamSource.objects.update(failures=9, retry_at=timezone.now() + circuit.LONGEST_PAUSE)


def pause_over() -> None:
    """As if the pause of every source were over."""
    UpstreamSource.objects.filter(retry_at__isnull=False).update(retry_at=timezone.now())


def test_a_study_of_the_pacs_is_read_as_if_it_were_here(source: UpstreamSource, client: Client, proxy: Proxy) -> None:
    metadata = client.get(url(series=SERIES, rest="/metadata")).json()
    assert [one["00200013"]["Value"] for one in metadata] == [[1], [2], [3], [4]]
    assert metadata[0]["7FE00010"]["BulkDataURI"].startswith("http://127.0.0.1:8000/dicom-web/studies/")
    for number in (1, 2, 3, 4):
        response = client.get(url(series=SERIES, instance=f"{SERIES}.{number}", rest="/frames/1"), headers=FRAMES)
        assert [octets for _, octets in parts_of(response)] == [pixels_of(number).tobytes()]
    whole = client.get(url(), headers=FILES)
    assert sorted(octets for _, octets in parts_of(whole)) == sorted(study_files())
    bulk = client.get(metadata[0]["7FE00010"]["BulkDataURI"].removeprefix("http://127.0.0.1:8000"))
    assert content_of(bulk) == pixels_of(1).tobytes()
    file = client.get(
        f"/wado?requestType=WADO&studyUID={STUDY}&seriesUID={SECOND}&objectUID={SECOND}.1&contentType=application/dicom"
    )
    assert content_of(file) == encode(image(STUDY, SECOND, 1))
    # Each series went over the wire once.
    assert proxy.count(f"/studies/{STUDY}/series/{SERIES}") == proxy.count(f"/studies/{STUDY}/series/{SECOND}") == 2
    assert proxy.count("/instances?") == 2
    assert proxy.count() == 6  # with the search for the study, and for its series


def test_nothing_of_it_gets_into_the_archive(source: UpstreamSource, client: Client, settings: Any) -> None:
    assert client.get(url(rest="/metadata")).status_code == 200
    assert not Study.objects.exists()
    assert not Instance.objects.exists()
    stored = [path for path in Path(settings.STORAGE_DIR).rglob("*") if path.is_file()]
    assert stored == []
    assert CachedInstance.objects.count() == 8


def test_opening_it_is_audited_once(source: UpstreamSource, client: Client) -> None:
    for _ in range(2):
        client.get(url(series=SERIES, rest="/metadata"))
    client.get(url(rest="/series"))
    (entry,) = AuditEntry.objects.filter(action=AuditEntry.Action.EXAMINATION_OPENED)
    assert (entry.study_instance_uid, entry.actor_name) == (STUDY, "radiologist")


@pytest.mark.parametrize("person", ["reader", "investigator", "newcomer", "anonymous"])
def test_who_may_see_no_study_sees_none_of_the_pacs(
    source: UpstreamSource, signed_in: Callable[[str], Client], proxy: Proxy, person: str
) -> None:
    for address in (url(), url(rest="/metadata"), url(rest="/series"), "/dicom-web/studies", f"/api/upstream/{STUDY}/"):
        assert signed_in(person).get(address).status_code in {401, 403}
    assert proxy.count() == 0


def test_what_is_nowhere_is_404(source: UpstreamSource, client: Client, proxy: Proxy) -> None:
    absent = f"{STUDY}.99"
    for address in (url(absent), url(absent, rest="/metadata"), url(absent, rest="/series"), url(series=absent)):
        assert client.get(address).status_code == 404, address
    assert client.get(url(series=SERIES, instance=f"{SERIES}.77")).status_code == 404


def test_a_study_that_is_held_here_is_not_asked_for(source: UpstreamSource, client: Client, proxy: Proxy) -> None:
    take_in(encode(image(STUDY, SERIES, 1)))
    assert len(client.get(url(rest="/metadata")).json()) == 1
    assert client.get(url(series=SECOND, rest="/metadata")).status_code == 404
    assert client.get(url(series=SERIES, instance=f"{SERIES}.2")).status_code == 404
    assert proxy.count() == 0


def test_down_and_back(source: UpstreamSource, client: Client, pacs: Orthanc, proxy: Proxy) -> None:
    assert client.get(url(series=SERIES, rest="/metadata")).status_code == 200
    pacs.kill()
    grown_old()
    kept = client.get(url(series=SERIES, rest="/metadata"))
    assert kept.status_code == 200
    assert "PACS does not answer: what is shown is what is kept of it here." in kept["Warning"]
    missing = client.get(url(series=SECOND, rest="/metadata"))
    assert missing.status_code == 503
    assert missing.json()["code"] in {"source_offline", "source_unavailable"}
    client.get("/dicom-web/studies?PatientID=P-0007")
    source.refresh_from_db()
    assert circuit.is_paused(source)
    # While it is left alone it costs nothing: no request goes out.
    asked = proxy.count()
    offline = client.get(url(series=SECOND, rest="/metadata"))
    assert (offline.status_code, offline.json()["code"]) == (503, "source_offline")
    assert int(offline["Retry-After"]) >= 1
    assert client.get(url(series=SERIES, instance=f"{SERIES}.1", rest="/frames/1"), headers=FRAMES).status_code == 200
    assert proxy.count() == asked
    found = client.get("/dicom-web/studies?PatientID=P-0007")
    assert "PACS was not searched" in found["Warning"]
    assert [one["00080056"]["Value"] for one in found.json()] == [["OFFLINE"]]
    listed = client.get(url(rest="/series")).json()
    assert [one["00080056"]["Value"] for one in listed] == [["ONLINE"], ["OFFLINE"]]
    assert client.get(f"/api/upstream/{STUDY}/").json()["state"] == "offline"
    pacs.start()
    pause_over()
    back = client.get(url(series=SECOND, rest="/metadata"))
    assert (back.status_code, len(back.json())) == (200, 4)
    assert "Warning" not in client.get(url(series=SERIES, rest="/metadata")).headers
    assert client.get(f"/api/upstream/{STUDY}/").json()["state"] == "online"
    source.refresh_from_db()
    assert (source.failures, source.retry_at) == (0, None)


def test_the_least_recently_used_series_goes_first(
    source: UpstreamSource, client: Client, settings: Any, proxy: Proxy
) -> None:
    size = sum(len(file) for file in study_files(series=1))
    settings.UPSTREAM_CACHE_BYTES = 2 * size + 100
    for series in (SERIES, SECOND):
        assert client.get(url(series=series, rest="/metadata")).status_code == 200
    CachedSeries.objects.filter(series_instance_uid=SERIES).update(used_at=timezone.now())
    assert client.get(url(OTHER, f"{OTHER}.1", rest="/metadata")).status_code == 200
    whole = CachedSeries.objects.filter(whole=True).values_list("series_instance_uid", flat=True)
    assert set(whole) == {SERIES, f"{OTHER}.1"}
    assert cache.used_bytes() <= settings.UPSTREAM_CACHE_BYTES
    on_disk = [path for path in Path(settings.UPSTREAM_CACHE_DIR, "kept").rglob("*") if path.is_file()]
    assert len(on_disk) == CachedInstance.objects.count() == 8
    # And comes back when it is asked for.
    before = proxy.count(f"/series/{SECOND}")
    assert len(client.get(url(series=SECOND, rest="/metadata")).json()) == 4
    assert proxy.count(f"/series/{SECOND}") == before + 2


def test_what_is_being_read_is_not_given_up(source: UpstreamSource, client: Client, settings: Any) -> None:
    size = sum(len(file) for file in study_files(series=1))
    settings.UPSTREAM_CACHE_BYTES = size + 100
    reading = client.get(url(series=SERIES, rest="/metadata"))
    assert reading.status_code == 200  # read to its end, so the test client has closed it
    with cache.locks.shared("reading", SERIES):
        full = client.get(url(series=SECOND, rest="/metadata"))
        assert (full.status_code, full.json()["code"]) == (503, "cache_full")
        assert "UPSTREAM_CACHE_BYTES" in full.json()["detail"]
    assert client.get(url(series=SECOND, rest="/metadata")).status_code == 200


def test_a_slow_reader_keeps_what_it_reads(source: UpstreamSource, client: Client, pacs: Orthanc, settings: Any) -> None:
    """A long answer is streamed: until it ends, or the client goes away, nothing of it is given up."""
    large = np.zeros((600, 50, 64), dtype=np.uint16)
    pacs.store(encode(image(STUDY, f"{STUDY}.4", 1, large)))
    reading = client.get(url(series=f"{STUDY}.4"), headers=FILES)
    assert reading.streaming
    begun = next(iter(reading.streaming_content))  # type: ignore[attr-defined]
    series = CachedSeries.objects.get(series_instance_uid=f"{STUDY}.4")
    assert cache.give_up(series) == 0
    rest = b"".join(reading.streaming_content)  # type: ignore[attr-defined]
    assert len(begun) + len(rest) == int(reading["Content-Length"])
    assert cache.give_up(series) > 600 * 50 * 64 * 2


def test_a_series_that_exceeds_the_cache_is_refused_in_words(source: UpstreamSource, client: Client, settings: Any) -> None:
    settings.UPSTREAM_CACHE_BYTES = 20_000
    refused = client.get(url(series=SERIES, rest="/metadata"))
    assert (refused.status_code, refused.json()["code"]) == (503, "cache_full")
    assert cache.used_bytes() <= 20_000


def test_a_slice_that_comes_late_is_seen_when_the_list_is_old(
    source: UpstreamSource, client: Client, pacs: Orthanc, proxy: Proxy
) -> None:
    assert len(client.get(url(series=SERIES, rest="/metadata")).json()) == 4
    pacs.store(encode(image(STUDY, SERIES, 5)), encode(image(STUDY, f"{STUDY}.3", 1)))
    grown_old()
    assert len(client.get(url(series=SERIES, rest="/metadata")).json()) == 5
    assert proxy.count(f"/series/{SERIES}/instances/{SERIES}.5") == 1  # it alone was fetched
    assert len(client.get(url(rest="/series")).json()) == 3


def test_what_the_pacs_deletes_is_gone_here(source: UpstreamSource, client: Client, pacs: Orthanc, settings: Any) -> None:
    assert client.get(url(rest="/metadata")).status_code == 200
    pacs.delete_study(STUDY)
    grown_old()
    assert client.get(url(series=SERIES, rest="/metadata")).status_code == 404
    assert not CachedStudy.objects.filter(study_instance_uid=STUDY).exists()
    assert [path for path in Path(settings.UPSTREAM_CACHE_DIR, "kept").rglob("*") if path.is_file()] == []


def test_a_source_that_is_switched_off_is_as_if_it_were_not_there(source: UpstreamSource, client: Client) -> None:
    assert client.get(url(series=SERIES, rest="/metadata")).status_code == 200
    UpstreamSource.objects.update(enabled=False)
    assert client.get(url(series=SERIES, rest="/metadata")).status_code == 404
    assert client.get("/dicom-web/studies").json() == []


def test_an_emptied_folder_heals(source: UpstreamSource, client: Client, settings: Any) -> None:
    assert client.get(url(series=SERIES, rest="/metadata")).status_code == 200
    for path in Path(settings.UPSTREAM_CACHE_DIR, "kept").rglob("*"):
        if path.is_file():
            path.unlink()
    response = client.get(url(series=SERIES, instance=f"{SERIES}.1", rest="/frames/1"), headers=FRAMES)
    assert [octets for _, octets in parts_of(response)] == [pixels_of(1).tobytes()]


def test_sweeping_removes_what_no_row_names(source: UpstreamSource, client: Client, settings: Any) -> None:
    import os

    assert client.get(url(series=SERIES, rest="/metadata")).status_code == 200
    orphan = Path(settings.UPSTREAM_CACHE_DIR, "kept", "ab", "ab" * 32)
    unfinished = Path(settings.UPSTREAM_CACHE_DIR, "unfinished", "left")
    for path in (orphan, unfinished):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left by a process that died")
        os.utime(path, (0, 0))
    assert cache.sweep() == 2
    assert not orphan.exists()
    assert CachedInstance.objects.count() == 4
    assert client.get(url(series=SERIES, instance=f"{SERIES}.1")).status_code == 200
