"""A stream ends when its listener is no longer one who may listen; heartbeats until then."""

import asyncio

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from radapp.accounts.authentication import issue_token
from radapp.accounts.models import AccessToken, User
from radapp.live import feed, stream


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.2)


@pytest.fixture
def in_this_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions run on the test's thread, where its transaction is."""

    async def ask(question: object, *arguments: object) -> object:
        return await sync_to_async(question)(*arguments)  # type: ignore[operator]

    monkeypatch.setattr(stream, "in_thread", ask)
    monkeypatch.setattr(feed, "in_thread", ask)
    monkeypatch.setattr(stream, "FEED", feed.StudyFeed(every_s=0.1))


def test_a_revoked_token_ends_the_stream(db: None, quick: None, in_this_thread: None) -> None:
    li = User.objects.create(username="li", password="!", is_radiologist=True)
    headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {issue_token(li)}".encode())]
    scope = {"type": "http", "method": "GET", "path": stream.PATH, "headers": headers}
    sent: list[stream.Message] = []

    async def send(message: stream.Message) -> None:
        sent.append(message)
        if b"still here" in message.get("body", b""):
            await sync_to_async(AccessToken.objects.update)(revoked_at="2026-01-01T00:00:00Z")

    async def listen() -> None:
        gone = asyncio.Event()

        async def receive() -> stream.Message:
            await gone.wait()
            return {"type": "http.disconnect"}

        await asyncio.wait_for(stream.events(scope, receive, send), timeout=120)

    async_to_sync(listen)()
    assert sent[0]["status"] == 200
    assert sum(b"still here" in message.get("body", b"") for message in sent) == 1
    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
