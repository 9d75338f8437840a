"""A real Orthanc behind, by each way of asking it: found, read through, evicted, down, back. One study's whole life."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from radapp.archive.models import Study
from radapp.upstream import cache, locks, sources
from radapp.upstream.models import CachedInstance, CachedSeries, UpstreamSource
from tests.orthanc import Orthanc
from tests.radapp.dicomweb.bodies import parts_of
from tests.radapp.dicomweb.objects import pixels_of
from tests.radapp.upstream.conftest import SECOND, SERIES, STUDY, study_files, web_source
from tests.radapp.upstream.test_dimse_source import LEAVES_SOCKETS, dimse_source, moving
from tests.radapp.upstream.test_reading import FRAMES, down_for_long, pause_over, url

pytestmark = [pytest.mark.services, pytest.mark.once]


@pytest.fixture(params=["dicomweb", "c-get", "c-move"])
def behind(db: None, pacs: Orthanc, request: pytest.FixtureRequest) -> Iterator[UpstreamSource]:
    """The PACS as a source of each kind, asked without anything between."""
    ways = {
        "dicomweb": lambda: web_source("PACS", pacs.url),
        "c-get": lambda: dimse_source(pacs),
        "c-move": lambda: dimse_source(pacs, **moving(pacs)),
    }
    yield ways[request.param]()
    if pacs.process is None:
        pacs.start()


def read(client: Client, series: str) -> list[int]:
    """The statuses of a viewer's requests for a series, whose pixels are those that the PACS was given."""
    statuses = [client.get(url(series=series, rest="/metadata")).status_code]
    for number in (1, 2, 3, 4):
        response = client.get(url(series=series, instance=f"{series}.{number}", rest="/frames/1"), headers=FRAMES)
        statuses.append(response.status_code)
        if response.status_code == 200:
            assert [octets for _, octets in parts_of(response)] == [pixels_of(number).tobytes()]
    return statuses


def on_disk(settings: Any) -> int:
    return sum(path.is_file() for path in Path(settings.UPSTREAM_CACHE_DIR, "kept").rglob("*"))


def availability(client: Client) -> list[str]:
    """(0008,0056) of the study, then of its two series."""
    (study,) = client.get("/dicom-web/studies?PatientID=P-0007").json()
    return [one["00080056"]["Value"][0] for one in (study, *client.get(url(rest="/series")).json())]


@LEAVES_SOCKETS
def test_found_read_through_evicted_down_and_back(
    behind: UpstreamSource, client: Client, pacs: Orthanc, settings: Any
) -> None:
    settings.UPSTREAM_CACHE_BYTES = sum(len(file) for file in study_files(series=1)) * 3 // 2  # one series, not two
    before = pacs.instances()

    # Found: merged into the search, to be fetched; nothing of it is here yet.
    assert availability(client) == ["NEARLINE"] * 3
    assert on_disk(settings) == 0

    # Read through: every octet as the PACS has it, kept from then on, and no part of the archive.
    assert read(client, SERIES) == [200] * 5
    assert availability(client) == ["NEARLINE", "ONLINE", "NEARLINE"]
    assert on_disk(settings) == CachedInstance.objects.count() == 4
    assert not Study.objects.exists()

    # Evicted: there is room for one series, so the other one's coming ends it, unless somebody reads it.
    with locks.shared("reading", SERIES):
        assert client.get(url(series=SECOND, rest="/metadata")).json()["code"] == "cache_full"
    assert read(client, SECOND) == [200] * 5
    assert availability(client) == ["NEARLINE", "NEARLINE", "ONLINE"]
    assert on_disk(settings) == CachedInstance.objects.count() == 4
    assert cache.used_bytes() <= settings.UPSTREAM_CACHE_BYTES

    # Down: what is kept can be read, and says so; the rest is refused in words; nobody waits for what is dead.
    pacs.kill()
    for asked in ("PatientID=P-0008", "StudyDate=20261123"):
        assert "PACS was not searched" in client.get(f"/dicom-web/studies?{asked}")["Warning"]
    behind.refresh_from_db()
    assert behind.failures >= 2
    down_for_long()
    assert read(client, SECOND) == [200] * 5
    assert "PACS does not answer" in client.get(url(series=SECOND, rest="/metadata"))["Warning"]
    assert read(client, SERIES) == [503] * 5
    assert availability(client) == ["OFFLINE", "OFFLINE", "ONLINE"]
    (row,) = client.get("/api/upstream/").json()["results"]
    assert (row["uid"], row["state"], row["series_kept"], row["series"]) == (STUDY, "offline", 1, 2)

    # Back: found again, fetched again, and the PACS has what it had.
    pacs.start()
    pause_over()
    assert sources.test(behind).answers
    assert read(client, SERIES) == [200] * 5
    assert "Warning" not in client.get(url(series=SERIES, rest="/metadata")).headers
    assert availability(client) == ["NEARLINE", "ONLINE", "NEARLINE"]
    assert CachedSeries.objects.get(whole=True).series_instance_uid == SERIES
    assert pacs.instances() == before
