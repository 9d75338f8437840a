"""Two pools of threads: what would have to wait is answered anew where it may, and only what reads."""

import asyncio
from typing import Any

import pytest

from radapp.upstream.patience import Message, Receive, Scope, Send, patient

pytestmark = pytest.mark.once


class Pool:
    """Answers on one kind of thread; `waits`: says that it would have to wait."""

    def __init__(self, name: str, waits: bool = False) -> None:
        self.name, self.waits = name, waits
        self.asked: list[Scope] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope)
        headers = [(b"x-waits-for-source", b"1")] if self.waits else [(b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 503 if self.waits else 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.name.encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def ask(quick: Pool, slow: Pool, **scope: Any) -> list[Message]:
    """What leaves for the client."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    given = {"type": "http", "method": "GET", "path": "/dicom-web/studies", "headers": [], **scope}
    asyncio.run(patient(quick, slow)(given, receive, send))
    return sent


def test_what_need_not_wait_is_answered_once() -> None:
    quick, slow = Pool("quick"), Pool("slow")
    sent = ask(quick, slow)
    assert [message.get("body") for message in sent[1:]] == [b"quick", b""]
    assert slow.asked == []
    assert (b"x-may-not-wait", b"1") in quick.asked[0]["headers"]


@pytest.mark.parametrize("path", ["/dicom-web/studies", "/wado", "/api/upstream/", "/api/upstream/1.2/"])
def test_what_would_wait_is_answered_by_the_patient_ones_alone(path: str) -> None:
    quick, slow = Pool("quick", waits=True), Pool("slow")
    sent = ask(quick, slow, path=path)
    assert sent[0]["status"] == 200
    assert [message.get("body") for message in sent[1:]] == [b"slow", b""]
    assert not any(name == b"x-may-not-wait" for name, _ in slow.asked[0]["headers"])


@pytest.mark.parametrize(
    "scope", [{"method": "POST"}, {"path": "/api/worklist/"}, {"method": "DELETE", "path": "/dicom-web/studies/1.2"}]
)
def test_what_writes_or_reads_no_images_is_never_asked_twice(scope: dict[str, Any]) -> None:
    quick, slow = Pool("quick", waits=True), Pool("slow")
    ask(quick, slow, headers=[(b"x-may-not-wait", b"1")], **scope)
    assert slow.asked == []
    assert quick.asked[0]["headers"] == []  # what a client says of it counts for nothing


def test_a_client_cannot_say_that_it_will_not_wait() -> None:
    quick, slow = Pool("quick", waits=True), Pool("slow")
    ask(quick, slow, headers=[(b"X-May-Not-Wait", b"1")])
    assert slow.asked[0]["headers"] == []
