"""A second pool of threads for whoever has to wait for a source, so that the first one is always there for the archive.

A request is first answered on the ordinary threads, which may not wait. Where it would have to, it is answered anew on the
patient ones; nothing of the first answer leaves. Only requests that read are asked twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from radapp.dicomweb.errands import MAY_NOT_WAIT, WAITS

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

THREADS = 32
_MAY_NOT_WAIT, _WAITS = MAY_NOT_WAIT.lower().encode(), WAITS.lower().encode()
_READING = ("/dicom-web/", "/wado", "/api/upstream/")


class _Tentative:
    """Sends an answer on, unless it says that it would have to wait."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.would_wait = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.would_wait = any(name == _WAITS for name, _ in message["headers"])
        if not self.would_wait:
            await self._send(message)


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def patient(quick: Application, slow: Application) -> Application:
    """The application on quick threads, and on slow ones where it waits."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        # What a client says of this header counts for nothing.
        headers = [(name, value) for name, value in scope.get("headers", []) if name.lower() != _MAY_NOT_WAIT]
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"} or not scope["path"].startswith(_READING):
            await quick({**scope, "headers": headers}, receive, send)
            return
        tentative = _Tentative(send)
        await quick({**scope, "headers": [*headers, (_MAY_NOT_WAIT, b"1")]}, receive, tentative)
        if tentative.would_wait:
            await asyncio.shield(slow({**scope, "headers": headers}, _nothing, send))

    return application
