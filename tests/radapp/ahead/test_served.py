"""Frames and series from a real server: every octet, for several clients at once, while studies go on coming in."""

import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.radapp.dicomweb.objects import encode, image
from tests.radapp.live.server import HANGS_AFTER_S, Server
from tests.services import wait_until

pytestmark = pytest.mark.services
STUDY = "1.2.826.0.1.3680043.10.7.1"
SERIES = f"/dicom-web/studies/{STUDY}/series/{STUDY}.1"
SIZE = 512


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = Server.prepared(tmp_path_factory.mktemp("served"))
    found.start()
    yield found
    found.hang_up()
    found.stop()


def pixels(number: int) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 4096, (1, SIZE, SIZE), dtype=np.uint16)


def store(server: Server, number: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=HANGS_AFTER_S)
    headers = {**server.bearer("radiologist"), "Content-Type": "application/dicom", "Accept": "application/dicom+json"}
    connection.request("POST", "/dicom-web/studies", encode(image(STUDY, f"{STUDY}.1", number, pixels(number))), headers)
    response = connection.getresponse()
    assert response.status == 200, response.read()
    connection.close()


def test_every_octet_for_many_at_once(server: Server) -> None:
    for number in range(1, 9):
        store(server, number)

    def frame(number: int) -> bytes:
        headers = {**server.bearer("radiologist"), "Accept": "application/octet-stream"}
        response = server.get(f"{SERIES}/instances/{STUDY}.1.{number}/frames/1", **headers)
        assert response.status == 200
        return response.read()

    with ThreadPoolExecutor(8) as clients:
        found = list(clients.map(frame, [1 + number % 8 for number in range(64)]))
    assert found == [pixels(1 + number % 8).tobytes() for number in range(64)]
    whole = server.get(SERIES, **server.bearer("radiologist"), Accept='multipart/related; type="application/dicom"')
    body = whole.read()
    assert len(body) == int(whole.headers["Content-Length"])
    assert all(pixels(number).tobytes() in body for number in range(1, 9))


def test_a_slice_that_comes_is_seen_within_seconds(server: Server) -> None:
    store(server, 9)
    metadata = f"{SERIES}/metadata"
    before = json.loads(server.get(metadata, **server.bearer("radiologist")).read())
    store(server, 10)

    def shows() -> bool:
        return len(json.loads(server.get(metadata, **server.bearer("radiologist")).read())) == len(before) + 1

    wait_until(shows, 10, "the new slice shows")


def test_a_client_that_leaves_in_the_middle_harms_nobody(server: Server) -> None:
    for _ in range(5):
        response = server.get(SERIES, **server.bearer("radiologist"))
        response.read(1000)
        server.hang_up()
    assert server.get("/health/live/").status == 200
