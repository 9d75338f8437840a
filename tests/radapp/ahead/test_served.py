"""A real server: every octet for several clients at once, while studies come in and clients are slow, stop or leave."""

import contextlib
import http.client
import json
import socket
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pytest

from tests.radapp.dicomweb.objects import encode, image
from tests.radapp.live.server import HANGS_AFTER_S, Server
from tests.services import wait_until

pytestmark = [pytest.mark.services, pytest.mark.once]
STUDY = "1.2.826.0.1.3680043.10.7.1"
SERIES = f"/dicom-web/studies/{STUDY}/series/{STUDY}.1"
SIZE = 512


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server.running(tmp_path_factory.mktemp("served")) as found:
        yield found


@cache
def pixels(number: int) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 4096, (1, SIZE, SIZE), dtype=np.uint16)


@cache
def slice_file(number: int) -> bytes:
    return encode(image(STUDY, f"{STUDY}.1", number, pixels(number)))


def store(server: Server, number: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=HANGS_AFTER_S)
    headers = {**server.bearer("radiologist"), "Content-Type": "application/dicom", "Accept": "application/dicom+json"}
    connection.request("POST", "/dicom-web/studies", slice_file(number), headers)
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


@contextlib.contextmanager
def clients(server: Server, number: int, head: str, body: bytes = b"") -> Iterator[list[socket.socket]]:
    """So many open connections that have sent this much of a request, and read nothing."""
    token = server.bearer("radiologist")["Authorization"]
    request = f"{head}\r\nHost: 127.0.0.1\r\nAuthorization: {token}\r\n\r\n".encode() + body
    with contextlib.ExitStack() as stack:
        opened = []
        for _ in range(number):
            one = stack.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.connect(("127.0.0.1", server.port))
            one.sendall(request)
            opened.append(one)
        yield opened


KIND = 'Content-Type: multipart/related; type="application/dicom"; boundary=b'
MANY = 20  # more than the threads that answer
SLOW = {
    "a long upload": (f"POST /dicom-web/studies HTTP/1.1\r\n{KIND}\r\nContent-Length: 900000", b"--b\r\n"),
    "a chunked upload": (f"POST /dicom-web/studies HTTP/1.1\r\n{KIND}\r\nTransfer-Encoding: chunked", b"5\r\n--b\r\n\r\n"),
    "a short body": ("POST /api/studies/1.2/scope/ HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 90", b"{"),
    "a study that nobody reads": (f"GET /dicom-web/studies/{STUDY} HTTP/1.1", b""),
    "a file that nobody reads": (f"GET /dicom-web/studies/{STUDY}/series/{STUDY}.2/bulkdata HTTP/1.1", b""),
}


@pytest.mark.parametrize("what", SLOW)
def test_slow_clients_hold_nobody_up(server: Server, what: str) -> None:
    for number in range(1, 13):
        store(server, number)
    with clients(server, MANY, *SLOW[what]):
        for _ in range(3):
            found = server.get("/dicom-web/studies", **server.bearer("radiologist"))
            assert [one["0020000D"]["Value"] for one in json.loads(found.read())] == [[STUDY]]
        store(server, 1)
    assert server.get("/health/live/").status == 200


def cut_off() -> dict[str, tuple[str, bytes]]:
    """Uploads that end early, each at a place where what came is a whole DICOM file, or a whole part, by itself."""
    file = encode(image(STUDY, f"{STUDY}.7", 1, pixels(1)))
    whole = file[: file.index(b"\xe0\x7f\x10\x00")]
    alone = "POST /dicom-web/studies HTTP/1.1\r\nContent-Type: application/dicom\r\n"
    several = f"POST /dicom-web/studies HTTP/1.1\r\n{KIND}\r\n"
    part = b"--b\r\nContent-Type: application/dicom\r\n\r\n" + whole
    return {
        "alone": (f"{alone}Content-Length: {len(file)}", whole),
        "alone, chunked": (f"{alone}Transfer-Encoding: chunked", b"%x\r\n%b\r\n" % (len(whole), whole)),
        "alone, small": (f"{alone}Content-Length: 9000", whole[:600]),
        "a part": (f"{several}Content-Length: {len(file) + 100}", part),
        "a part, chunked": (f"{several}Transfer-Encoding: chunked", b"%x\r\n%b\r\n" % (len(part), part)),
    }


@pytest.mark.parametrize("how", cut_off())
def test_an_upload_that_is_cut_off_leaves_nothing(server: Server, how: str) -> None:
    with clients(server, 1, *cut_off()[how]):
        pass
    store(server, 1)
    with contextlib.closing(sqlite3.connect(server.folder / "darndest.sqlite3", timeout=20)) as database:

        def count(what: str) -> int:
            return int(database.execute(f"SELECT COUNT(*) FROM {what}").fetchone()[0])

        wait_until(lambda: count("archive_intake WHERE finished_at IS NULL") == 0, 30, "the upload's intake ends")
        assert count(f"archive_series WHERE series_instance_uid = '{STUDY}.7'") == 0
