"""Django's threads behind the event loop: whole bodies, long answers, and clients that send or take nothing any more."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from radapp.ahead import behind
from radapp.ahead.behind import Behind, ClientGone
from radapp.live.stream import Message

pytestmark = pytest.mark.once

Wsgi = Callable[..., Iterable[bytes]]


class Streamed:
    """A long answer, as Django gives one."""

    streaming = True

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self.blocks = iter(blocks)
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return self.blocks

    def close(self) -> None:
        self.closed += 1


def answering(answer: Iterable[bytes]) -> Wsgi:
    def wsgi(_: Any, start_response: Callable[..., object]) -> Iterable[bytes]:
        start_response("203 Why not", [("Content-Type", "text/plain")])
        return answer

    return wsgi


def ask(
    wsgi: Wsgi, *received: Message, stalls: bool = False, takes: int = 99, method: str = "POST", **headers: str
) -> list[Message]:
    """What is sent to a client that sends these messages, then nothing (or leaves), and takes so many."""
    sent: list[Message] = []
    coming = iter(received)

    async def receive() -> Message:
        message = next(coming, None)
        if message is None:
            await asyncio.sleep(3600 if stalls else 0)
            return {"type": "http.disconnect"}
        return message

    async def send(message: Message) -> None:
        if len(sent) >= takes:
            await asyncio.sleep(3600)
        sent.append(message)

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": "/x",
        "query_string": b"",
        "headers": named,
    }
    asyncio.run(Behind(wsgi, workers=1, uploads=1)(scope, receive, send))
    return sent


def body_of(sent: list[Message]) -> bytes:
    assert [one["type"] for one in sent] == ["http.response.start", *["http.response.body"] * (len(sent) - 1)]
    assert [one.get("more_body", False) for one in sent[1:]] == [True] * (len(sent) - 2) + [False]
    return b"".join(one["body"] for one in sent[1:])


def part(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def reading(size: int) -> tuple[Wsgi, list[object]]:
    """Reads its request's body in pieces; and what it found."""
    found: list[object] = []

    def wsgi(environ: Any, start_response: Callable[..., object]) -> Iterable[bytes]:
        start_response("200 OK", [])
        try:
            while block := environ["wsgi.input"].read(size):
                found.append(block)
        except OSError as error:
            found.append(error)
        return [b""]

    return wsgi, found


def test_a_short_answer_goes_at_once() -> None:
    sent = ask(answering([b"a", b"b"]), method="GET")
    assert (sent[0]["status"], sent[0]["headers"]) == (203, [(b"content-type", b"text/plain")])
    assert body_of(sent) == b"ab"
    assert len(sent) == 2


@pytest.mark.parametrize("blocks", [[], [b"one"], [b"one", b"", b"two", b"three"]])
def test_a_long_answer_goes_by_blocks_and_is_closed(blocks: list[bytes]) -> None:
    answer = Streamed(blocks)
    assert body_of(ask(answering(answer), method="GET")) == b"".join(blocks)
    assert answer.closed == 1


def test_an_answer_that_fails_on_its_way_is_no_whole_one() -> None:
    def blocks() -> Iterator[bytes]:
        yield b"one"
        raise OSError("the disk")

    answer = Streamed(blocks())
    with pytest.raises(OSError, match="the disk"):
        ask(answering(answer), method="GET")
    assert answer.closed == 1


def test_who_takes_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(behind, "STALL_S", 0.05)
    answer = Streamed([b"one", b"two", b"three"])
    with pytest.raises(TimeoutError):
        ask(answering(answer), method="GET", takes=2)
    assert answer.closed == 1


@pytest.mark.parametrize("length", [9, 200_000])
def test_a_body_comes_whole(length: int) -> None:
    octets = bytes(length)
    wsgi, found = reading(70_000)
    messages = [part(octets[: length // 2], more=True), part(octets[length // 2 :])]
    assert ask(wsgi, *messages, content_length=str(length))[0]["status"] == 200
    assert b"".join(one for one in found if isinstance(one, bytes)) == octets


@pytest.mark.parametrize("stalls", [True, False])
@pytest.mark.parametrize("told", [{"content_length": "200000"}, {"transfer_encoding": "chunked"}])
def test_a_long_body_that_stops_is_an_error_to_its_reader(
    told: dict[str, Any], stalls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(behind, "STALL_S", 0.05)
    wsgi, found = reading(10)
    ask(wsgi, part(b"0123456789abc", more=True), stalls=stalls, **told)
    assert found[0] == b"0123456789"
    assert isinstance(found[1], ClientGone)


@pytest.mark.parametrize("stalls", [True, False])
def test_a_short_body_that_stops_reaches_no_thread(stalls: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(behind, "STALL_S", 0.05)
    wsgi, found = reading(10)
    sent = ask(wsgi, part(b"0123", more=True), stalls=stalls, content_length="12")
    assert sent[0]["status"] == 408
    assert body_of(sent).startswith(b'{"code": "request_timeout"')
    assert found == []
