"""GET /api/events/ as ASGI: admits the client, replays what it missed, then passes on what the feed tells."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from radapp.live.changes import Change, changes_after
from radapp.live.door import Refusal, refusal
from radapp.live.facts import Status
from radapp.live.feed import Feed, Listener, News, StudyFeed, in_thread, status_event, study_event

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

FEED = StudyFeed()


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


async def _end_when_gone(receive: Receive, listener: Listener[News]) -> None:
    """Waits for the client to leave."""
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.end()


async def write(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


async def answer(
    scope: Scope, receive: Receive, send: Send, url_name: str, feed: Feed[News],
    pass_on: Callable[[Listener[News], Mapping[str, str]], Awaitable[None]],
) -> None:  # fmt: skip
    """Answer one request for a stream: whoever the registry admits joins the feed, until `pass_on` (of headers) returns."""
    headers = headers_of(scope)
    refused = await in_thread(refusal, headers, url_name)
    if refused is not None:
        await refuse(send, refused)
        return
    listener = await feed.join()
    watcher = asyncio.create_task(_end_when_gone(receive, listener))
    try:
        start = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no"), *COMMON_HEADERS]
        await send({"type": "http.response.start", "status": 200, "headers": start})
        await pass_on(listener, headers)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        watcher.cancel()
        feed.leave(listener)


async def heard(
    listener: Listener[News], headers: Mapping[str, str], url_name: str, every_s: float
) -> AsyncIterator[News | None]:
    """News until the client leaves or is no longer one who may listen: asked every `every_s`, and then None comes."""
    ask_at = time.monotonic() + every_s
    while True:
        try:
            news = await asyncio.wait_for(listener.inbox.get(), timeout=max(0.0, ask_at - time.monotonic()))
        except TimeoutError:
            if await in_thread(refusal, headers, url_name) is not None:
                return
            yield None
            ask_at = time.monotonic() + every_s
            continue
        if news is None:
            return
        yield news


async def _replay(send: Send, last_id: int) -> int:
    """Tell what a returning client missed; returns the id it has heard now."""
    for change in await in_thread(changes_after, last_id):
        last_id = max(last_id, change.id)
        await write(send, study_event(change, last_id))
    return last_id


async def events(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request for the study stream."""

    async def pass_on(listener: Listener[Change | Status], headers: Mapping[str, str]) -> None:
        await write(send, b"retry: 2000\n: listening\n\n")
        last_id = _last_event_id(headers)
        last = 0 if last_id is None else await _replay(send, last_id)
        known = FEED.status
        if known is not None and listener.inbox.empty():
            await write(send, status_event(known))
        async for news in heard(listener, headers, URL_NAME, HEARTBEAT_SECONDS):
            if news is None:
                await write(send, b": still here\n\n")
            elif isinstance(news, Change):
                last = max(last, news.id)
                await write(send, study_event(news, last))
            else:
                await write(send, status_event(news))

    await answer(scope, receive, send, URL_NAME, FEED, pass_on)
