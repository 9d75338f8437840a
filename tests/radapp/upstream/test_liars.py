"""Sources that answer with garbage, with another study's objects, in part, without end or drop by drop."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from radapp.archive.models import Study
from radapp.upstream import circuit
from radapp.upstream.models import CachedInstance, CachedSeries, UpstreamSource
from tests.orthanc import Answer, Orthanc, Proxy, Seen
from tests.radapp.dicomweb.objects import encode, image
from tests.radapp.upstream.conftest import SECOND, SERIES, STUDY, web_source

pytestmark = [pytest.mark.services, pytest.mark.once]

METADATA = f"/dicom-web/studies/{STUDY}/series/{SERIES}/metadata"


def multipart(*files: bytes, end: bytes = b"\r\n--b--\r\n") -> Answer:
    """Files as WADO-RS sends them."""
    parts = b"".join(b"\r\n--b\r\nContent-Type: application/dicom\r\n\r\n" + file for file in files)
    return 200, {"Content-Type": 'multipart/related; type="application/dicom"; boundary=b'}, parts + end


def spoiling(part: str, answer: Callable[[Answer], Answer], times: int = 1000) -> Callable[[Seen, Answer], Answer]:
    """Changes the answers to requests whose path ends so, so often."""
    left = [times]

    def spoil(seen: Seen, given: Answer) -> Answer:
        if seen.path.split("?")[0].endswith(part) and left[0] > 0:
            left[0] -= 1
            return answer(given)
        return given

    return spoil


def later() -> None:
    """As if a while had passed since a series could not be had."""
    CachedSeries.objects.update(failed_at=None)


OWN = [encode(image(STUDY, SERIES, number)) for number in (1, 2, 3, 4)]
FOREIGN = encode(image(f"{STUDY}.666", SERIES, 4))
TORN = OWN[3][:-500]
GARBAGE = {
    "another study's object": multipart(*OWN[:3], FOREIGN),
    "a torn object": multipart(*OWN[:3], TORN),
    "a text": multipart(*OWN[:3], b"<html>Sorry</html>"),
    "an empty object": multipart(*OWN[:3], b""),
    "one too few": multipart(*OWN[:3]),
    "a body without end": multipart(*OWN[:3], end=b""),
    "a web page": (200, {"Content-Type": "text/html"}, b"<html>Please sign in</html>"),
    "no boundary": (200, {"Content-Type": "multipart/related"}, b"x"),
    "noise": (200, {"Content-Type": "multipart/related; boundary=b"}, b"\xff\x00" * 100_000),
    "nothing": (200, {"Content-Type": "multipart/related; boundary=b"}, b""),
    "a teapot": (418, {}, b""),
}


@pytest.mark.parametrize("lie", GARBAGE)
def test_a_series_is_shown_whole_or_not_at_all(
    source: UpstreamSource, client: Client, proxy: Proxy, settings: Any, lie: str
) -> None:
    """Whatever is wrong with the fourth slice, and with the second try for it alone: three of four are never shown."""
    series = spoiling(f"/series/{SERIES}", lambda _: GARBAGE[lie])
    single = spoiling(
        f"/instances/{SERIES}.4", lambda _: multipart(FOREIGN) if lie.startswith("another") else multipart(TORN)
    )
    proxy.spoil = lambda seen, answer: single(seen, series(seen, answer))
    response = client.get(METADATA)
    assert response.status_code == 502, response.content
    assert response.json()["code"] in {"source_incomplete", "source_failed"}
    assert not CachedSeries.objects.filter(whole=True).exists()
    for kept in CachedInstance.objects.all():
        assert kept.sop_instance_uid in {f"{SERIES}.{number}" for number in (1, 2, 3)}
    assert list(Path(settings.UPSTREAM_CACHE_DIR).glob("unfinished/*")) == []
    assert not Study.objects.exists()
    source.refresh_from_db()
    assert source.last_error
    assert STUDY not in source.last_error
    # Once the source is honest, what was good already is not fetched again, and the rest is.
    proxy.spoil = None
    later()
    assert len(client.get(METADATA).json()) == 4


@pytest.mark.parametrize("lie", ["a torn object", "one too few", "a body without end", "another study's object"])
def test_what_was_missing_is_fetched_by_itself(source: UpstreamSource, client: Client, proxy: Proxy, lie: str) -> None:
    proxy.spoil = spoiling(f"/series/{SERIES}", lambda _: GARBAGE[lie])
    assert len(client.get(METADATA).json()) == 4
    assert proxy.count(f"/instances/{SERIES}.4") == 1
    assert proxy.count(f"/instances/{SERIES}.1") == 0


@pytest.mark.parametrize(
    "body",
    [b"<html>Please sign in</html>", b"{}", b"[" * 100_000, b'{"a":1}[', b"null", b"\xff\xfe\x00", b'"' + b"x" * 10_000_000],
)
def test_a_search_answered_with_garbage_is_no_search(
    source: UpstreamSource, client: Client, proxy: Proxy, body: bytes
) -> None:
    proxy.spoil = lambda seen, answer: (200, {"Content-Type": "application/dicom+json"}, body)
    response = client.get("/dicom-web/studies")
    assert (response.status_code, response.json()) == (200, [])
    assert "PACS was not searched" in response["Warning"]
    assert client.get(METADATA).status_code == 503


def test_records_of_another_study_are_not_believed(source: UpstreamSource, client: Client, proxy: Proxy) -> None:
    other = json.dumps([{"0020000D": {"vr": "UI", "Value": [f"{STUDY}.666"]}}]).encode()
    proxy.spoil = lambda seen, answer: (200, {"Content-Type": "application/dicom+json"}, other)
    assert client.get(METADATA).status_code == 404


@pytest.mark.parametrize(
    ("status", "words"), [(401, "it refuses us"), (403, "it refuses us"), (302, "it sends us elsewhere"), (500, "HTTP 500")]
)
def test_refusals_are_told_in_words(source: UpstreamSource, client: Client, proxy: Proxy, status: int, words: str) -> None:
    proxy.spoil = lambda seen, answer: (status, {"Location": "http://127.0.0.1:1/elsewhere"}, b"")
    assert words in client.get("/dicom-web/studies")["Warning"]


def test_a_missing_secret_is_named_and_never_shown(
    source: UpstreamSource, client: Client, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(source.secret_variable)
    assert (
        f"the environment variable {source.secret_variable} is not set here" in client.get("/dicom-web/studies")["Warning"]
    )
    assert proxy.count() == 0


@pytest.fixture
def dripping(pacs: Orthanc) -> Iterator[Proxy]:
    """A source that answers searches, and sends the rest a few octets a second."""
    import http.server
    import time

    ended = threading.Event()

    def drip(handler: http.server.BaseHTTPRequestHandler, body: bytes) -> Answer:
        answer = Proxy._ask(proxy, handler, body)
        if "includefield" in handler.path or "limit=" in handler.path:
            return answer
        handler.send_response(200)
        for name, value in {**answer[1], "Content-Length": str(len(answer[2]))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        try:
            for octet in answer[2]:
                if ended.wait(0.02):
                    break
                handler.wfile.write(bytes([octet]))
        except OSError:
            time.sleep(0)
        handler.close_connection = True
        raise ConnectionResetError

    proxy = Proxy(pacs)
    proxy._ask = drip  # type: ignore[method-assign]
    yield proxy
    ended.set()
    proxy.close()


def test_a_source_that_drips_is_given_up(db: None, dripping: Proxy, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radapp.upstream.web.SLOWEST_S", 1.0)
    source = web_source("Drip", dripping.url)
    assert client.get(METADATA).status_code == 503  # it would drip for as long as the test lasts
    source.refresh_from_db()
    assert "it sends less than" in source.last_error
    asked = len(dripping.seen)
    assert client.get(METADATA).status_code == 503  # at once: it was tried a moment ago
    assert len(dripping.seen) == asked
    later()
    assert client.get(METADATA).status_code == 503
    source.refresh_from_db()
    assert circuit.is_paused(source, circuit.Service.FETCH)
    assert not circuit.is_paused(source)  # it still answers searches


def test_a_series_without_end_stops_at_the_bound(
    source: UpstreamSource, client: Client, proxy: Proxy, settings: Any
) -> None:
    many = [encode(image(STUDY, SERIES, number)) for number in range(1, 60)]
    settings.UPSTREAM_CACHE_BYTES = 8 * len(many[0])
    proxy.spoil = spoiling(f"/series/{SERIES}", lambda _: multipart(*many))
    response = client.get(METADATA)
    assert (response.status_code, response.json()["code"]) == (503, "cache_full")
    kept = [path for path in Path(settings.UPSTREAM_CACHE_DIR).rglob("*") if path.is_file() and path.parent.name != "locks"]
    assert sum(path.stat().st_size for path in kept) <= settings.UPSTREAM_CACHE_BYTES


def test_many_unusable_objects_end_it(source: UpstreamSource, client: Client, proxy: Proxy) -> None:
    proxy.spoil = spoiling(f"/series/{SERIES}", lambda _: multipart(*[FOREIGN] * 500))
    response = client.get(METADATA)
    assert response.status_code in {200, 502}  # the four may still be had one by one
    assert proxy.count(f"/series/{SERIES}") <= 8


def test_a_source_that_is_down_is_no_incomplete_one(source: UpstreamSource, client: Client, proxy: Proxy) -> None:
    """Whoever asks again within seconds hears the same as the first: that it does not answer, and to try again."""
    assert client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}/metadata").status_code == 200
    proxy.spoil = lambda seen, answer: (503, {}, b"")
    refused = [client.get(f"/dicom-web/studies/{STUDY}/series/{SECOND}/metadata") for _ in range(4)]
    assert [one.status_code for one in refused] == [503] * 4
    assert {one.json()["code"] for one in refused} <= {"source_unavailable", "source_offline"}
    assert all(int(one["Retry-After"]) >= 1 for one in refused)
