"""GET /api/events/ as ASGI: admits the client, replays what it missed, then passes on what the feed tells."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from radapp.live.changes import Change, changes_after
from radapp.live.door import Refusal, refusal
from radapp.live.feed import Feed, Listener, in_thread, status_event, study_event

Scope = Mapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PATH = "/api/events/"
URL_NAME = "api-events"
HEARTBEAT_SECONDS = 15.0
COMMON_HEADERS = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"vary", b"Cookie"),
]

FEED = Feed()


def is_stream_request(scope: Scope) -> bool:
    """Whether this module answers; every other request is Django's."""
    return bool(scope["type"] == "http" and scope["method"] == "GET" and scope["path"] == PATH)


def headers_of(scope: Scope) -> dict[str, str]:
    """Header values by lower-case name; several cookies joined as one."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}; {value}" if name in found and name == "cookie" else value
    return found


def _last_event_id(headers: Mapping[str, str]) -> int | None:
    """The Last-Event-ID header as a number; anything else is taken as absent."""
    text = headers.get("last-event-id", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


async def refuse(send: Send, refused: Refusal) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(refused.body)).encode()), *COMMON_HEADERS]
    if refused.status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="DARNDEST"'))
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": refused.body})


async def end_when_gone(receive: Receive, listener: Listener) -> None:
    """Waits for the client to leave."""
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.end()


async def write(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


async def _pass_on(send: Send, listener: Listener, headers: Mapping[str, str], last_id: int) -> None:
    """Events until the client leaves, or is no longer one who may listen (asked at each heartbeat)."""
    beat_at = time.monotonic() + HEARTBEAT_SECONDS
    while True:
        try:
            news = await asyncio.wait_for(listener.inbox.get(), timeout=max(0.0, beat_at - time.monotonic()))
        except TimeoutError:
            if await in_thread(refusal, headers, URL_NAME) is not None:
                return
            await write(send, b": still here\n\n")
            beat_at = time.monotonic() + HEARTBEAT_SECONDS
            continue
        if news is None:
            return
        if isinstance(news, Change):
            last_id = max(last_id, news.id)
            await write(send, study_event(news, last_id))
        else:
            await write(send, status_event(news))


async def _replay(send: Send, last_id: int) -> int:
    """Tell what a returning client missed; returns the id it has heard now."""
    for change in await in_thread(changes_after, last_id):
        last_id = max(last_id, change.id)
        await write(send, study_event(change, last_id))
    return last_id


async def events(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one stream request."""
    headers = headers_of(scope)
    refused = await in_thread(refusal, headers, URL_NAME)
    if refused is not None:
        await refuse(send, refused)
        return
    listener = await FEED.join()
    watcher = asyncio.create_task(end_when_gone(receive, listener))
    try:
        start = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no"), *COMMON_HEADERS]
        await send({"type": "http.response.start", "status": 200, "headers": start})
        await write(send, b"retry: 2000\n: listening\n\n")
        last_id = _last_event_id(headers)
        heard = 0 if last_id is None else await _replay(send, last_id)
        known = FEED.status
        if known is not None and listener.inbox.empty():
            await write(send, status_event(known))
        await _pass_on(send, listener, headers, heard)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        watcher.cancel()
        FEED.leave(listener)
