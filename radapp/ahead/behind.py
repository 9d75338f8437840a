"""What is left to Django: its WSGI application on threads, none of which a client holds by being slow.

Small bodies are gathered on the event loop before a thread begins; larger ones, which are read as they come, have threads of
their own. A long answer asks a thread for each block and lets it go while the client takes it. Whoever sends or takes
nothing for a minute has left, as far as anybody here can tell.
"""

import asyncio
import contextvars
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any, cast

from a2wsgi.wsgi import Body, build_environ

from radapp.live.stream import Message, Receive, Send
from radapp.live.threads import Threads

STALL_S = 60.0
GATHERED_AT_MOST = 64 * 1024
BLOCK_BYTES = 256 * 1024
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_TOO_SLOW = b'{"code": "request_timeout", "detail": "The request\'s body did not come.", "reference": null}'


class ClientGone(ConnectionError):  # noqa: N818 - a fact, not a fault
    """The client has left, or gives no sign, before its request's body has ended."""


class _Body(Body):
    """`wsgi.input` that ends with an error where the client has gone; a2wsgi's would take a part for the whole.

    It asks the event loop for much at a time: each way there and back waits for whichever thread is computing.
    """

    _gone: ClientGone | None = None

    def _receive_more_data(self) -> bytes:
        if self._gone is not None:
            raise self._gone
        if not self._has_more:
            return b""
        return asyncio.run_coroutine_threadsafe(self._block(), loop=self.loop).result()

    async def _block(self) -> bytes:
        """What comes next, up to a block of it; where the client goes meanwhile, what came before that."""
        block = bytearray()
        try:
            while self._has_more and len(block) < BLOCK_BYTES:
                message = await _next(cast(Receive, self.receive))
                self._has_more = message.get("more_body", False)
                block += message.get("body", b"")
        except ClientGone as gone:
            if not block:
                raise
            self._gone = gone
        return bytes(block)


async def _next(receive: Receive) -> Message:
    """What comes next of a body; ClientGone where nothing does."""
    try:
        async with asyncio.timeout(STALL_S):
            message = await receive()
    except TimeoutError as error:
        raise ClientGone(f"nothing came for {STALL_S:.0f} s") from error
    if message["type"] != "http.request":
        raise ClientGone("the connection ended")
    return message


def _told_length(scope: Mapping[str, Any]) -> int | None:
    """Octets of the body, as the request's headers tell; None where they do not."""
    chunked = False
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else None
        chunked = chunked or name == b"transfer-encoding"
    return None if chunked else 0


@dataclass(frozen=True)
class _Begun:
    """An answer whose head is known, with the first of its body; `rest` and `close` where more is to come."""

    status: int
    headers: list[tuple[bytes, bytes]]
    first: bytes
    rest: Iterator[bytes] | None = None
    close: Callable[[], None] | None = None


class Behind:
    """An ASGI application over a WSGI one. `workers`: threads for answers; `uploads`: for requests with a long body."""

    def __init__(self, wsgi: Callable[..., Iterable[bytes]], *, workers: int, uploads: int = 0) -> None:
        self._wsgi = wsgi
        self._answers = Threads("answers", workers)
        self._uploads = Threads("uploads", uploads) if uploads else self._answers

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request; other kinds of connections are left alone."""
        if scope["type"] != "http":
            return
        length = 0 if scope["method"] in _BODILESS else _told_length(scope)
        threads = self._answers
        if length is None or length > GATHERED_AT_MOST:
            threads = self._uploads
        elif length:
            try:
                receive = await _gathered(receive, length)
            except ClientGone:
                await _refuse(send)
                return
        loop, context = asyncio.get_running_loop(), contextvars.copy_context()
        environ = build_environ(cast(Any, scope), _Body(loop, cast(Any, receive)))
        begun = await threads.run(context.run, self._begin, environ)
        try:
            await _sent(send, {"type": "http.response.start", "status": begun.status, "headers": begun.headers})
            await _sent(send, {"type": "http.response.body", "body": begun.first, "more_body": begun.rest is not None})
            while begun.rest is not None:
                block = await self._answers.run(context.run, next, begun.rest, None)
                if block is None:
                    await _sent(send, {"type": "http.response.body", "body": b""})
                    return
                await _sent(send, {"type": "http.response.body", "body": block, "more_body": True})
        finally:
            if begun.close is not None:
                await asyncio.shield(self._answers.run(context.run, begun.close))

    def _begin(self, environ: Any) -> _Begun:
        """In a thread: the answer, whole where it is at hand."""
        status, headers = 500, list[tuple[bytes, bytes]]()

        def start_response(line: str, found: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
            nonlocal status, headers
            status = int(line.split(" ", 1)[0])
            headers = [(name.strip().encode("latin-1").lower(), value.strip().encode("latin-1")) for name, value in found]
            return _no_writing

        answer = self._wsgi(environ, start_response)
        with ExitStack() as ended:
            if hasattr(answer, "close"):
                ended.callback(answer.close)
            if not getattr(answer, "streaming", False):
                return _Begun(status, headers, b"".join(answer))
            blocks = iter(answer)
            return _Begun(status, headers, next(blocks, b""), blocks, ended.pop_all().close)


def _no_writing(_: bytes) -> object:
    raise RuntimeError("Django gives its body as it returns")


async def _sent(send: Send, message: Message) -> None:
    """Sent on; TimeoutError where the client takes nothing."""
    async with asyncio.timeout(STALL_S):
        await send(message)


async def _gathered(receive: Receive, length: int) -> Receive:
    """A body that is here as a whole, to be received at once; ClientGone where it does not come."""
    body, more = bytearray(), True
    while more and len(body) <= length:
        message = await _next(receive)
        body += message.get("body", b"")
        more = message.get("more_body", False)

    async def received() -> Message:
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    return received


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    with suppress(Exception):  # whatever befalls: the client has mostly left, and nobody else waits for this
        await _sent(send, {"type": "http.response.start", "status": 408, "headers": headers})
        await _sent(send, {"type": "http.response.body", "body": _TOO_SLOW})
