"""A door of its own for each test, whose threads leave no connection to the test's database behind."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from radapp.ahead.door import Door
from radapp.live.threads import Threads
from tests.radapp.dicomweb.conftest import own_storage as own_storage

BOUNDARY = re.compile(rb"boundary=([0-9a-f]{32})")


class ClosingThreads(Threads):
    """Threads that close their connections after each question: the test's database is dropped afterwards."""

    async def run(self, question: Callable[..., Any], *arguments: object) -> Any:
        def asked(*inner: object) -> Any:
            try:
                return question(*inner)
            finally:
                connections.close_all()

        return await super().run(asked, *arguments)


@dataclass(frozen=True)
class Reply:
    """An answer with its multipart boundary replaced by one word."""

    status: int
    headers: dict[str, str]
    body: bytes


def reply_of(status: int, headers: dict[str, str], body: bytes) -> Reply:
    found = BOUNDARY.search(headers.get("content-type", "").encode())
    if found is None:
        return Reply(status, headers, body)
    told = {name: value.replace(found[1].decode(), "BOUNDARY") for name, value in headers.items()}
    return Reply(status, told, body.replace(found[1], b"BOUNDARY"))


@dataclass
class Asking:
    """Asks the door and Django the same."""

    door: Door
    django: Client
    credentials: dict[str, str]
    sent: list[dict[str, Any]] = field(default_factory=list)

    def scope(self, path: str, headers: dict[str, str], method: str = "GET", query: bytes = b"") -> dict[str, Any]:
        told = {"Host": "testserver", **self.credentials, **headers}
        return {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query,
            "scheme": "http",
            "headers": [(name.lower().encode(), value.encode()) for name, value in told.items()],
        }

    def ahead(self, path: str, method: str = "GET", query: bytes = b"", **headers: str) -> Reply | None:
        """The door's answer, None where it leaves it to Django."""
        self.sent = []

        async def send(message: dict[str, Any]) -> None:
            self.sent.append(message)

        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if not asyncio.run(self.door.answer(self.scope(path, named, method, query), send)):  # type: ignore[arg-type]
            assert self.sent == []
            return None
        start, *bodies = self.sent
        assert [bool(body.get("more_body")) for body in bodies] == [True] * (len(bodies) - 1) + [False]
        told = {name.decode(): value.decode() for name, value in start["headers"]}
        assert len(told) == len(start["headers"]), "a header twice"
        return reply_of(start["status"], told, b"".join(body["body"] for body in bodies))

    def behind(self, path: str, **headers: str) -> Reply:
        """Django's answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = self.django.get(path, headers={**self.credentials, **named})
        body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
        return reply_of(response.status_code, {name.lower(): value for name, value in response.items()}, body)


@pytest.fixture
def asking(transactional_db: None, bearer: Callable[[str], dict[str, str]]) -> Asking:
    """A radiologist with a token."""
    return Asking(Door(threads=ClosingThreads("test", 2)), Client(), bearer("radiologist"))
