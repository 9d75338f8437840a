"""The event stream from a real server: who may listen, that nothing is missed, that it ends with the server."""

import itertools
import json
from collections.abc import Iterator

import pytest

from tests.radapp.live.server import Server, events, studies

pytestmark = [pytest.mark.services, pytest.mark.once]
EVENTS = "/api/events/"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = Server.prepared(tmp_path_factory.mktemp("served"))
    found.start()
    yield found
    found.stop()


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    """The server, with no connection left open by the test."""
    yield running
    running.hang_up()


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "not_signed_in"),
        ({"Authorization": "Bearer nonsense"}, 401, "not_signed_in"),
        ({"Cookie": "sessionid=nonsense"}, 401, "not_signed_in"),
        ({"Host": "elsewhere.example"}, 400, "bad_request"),
    ],
)
def test_who_may_not_listen(server: Server, headers: dict[str, str], status: int, code: str) -> None:
    response = server.get(EVENTS, **headers)
    assert response.status == status
    assert json.loads(response.read())["code"] == code


@pytest.mark.parametrize("role", ["reader", "investigator"])
def test_other_roles_may_not_listen(server: Server, role: str) -> None:
    response = server.get(EVENTS, **server.bearer(role))
    assert response.status == 403
    assert json.loads(response.read())["code"] == "permission_denied"


@pytest.mark.parametrize("by", ["token", "cookie"])
def test_a_change_arrives(server: Server, by: str) -> None:
    headers = server.bearer("administrator") if by == "token" else {"Cookie": f"a=b; sessionid={server.secrets['session']}"}
    response = server.get(EVENTS, **headers)
    assert response.status == 200
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    stream = events(response)
    assert next(stream).kind == "status", "the status line comes first"
    number = server.announce(f"1.2.{by == 'token':d}")
    event = next(event for event in stream if event.kind == "study")
    assert (event.id, event.data) == (number, {"uid": f"1.2.{by == 'token':d}"})


def test_every_listener_hears_every_change(server: Server) -> None:
    streams = [studies(server.get(EVENTS, **server.bearer("radiologist"))) for _ in range(20)]
    numbers = [server.announce(f"1.3.{count}") for count in range(5)]
    for stream in streams:
        assert [event.id for event in itertools.islice(stream, 5)] == numbers


def test_a_returning_client_hears_what_it_missed(server: Server) -> None:
    numbers = [server.announce(uid) for uid in ("1.4.1", "1.4.2", "1.4.1")]
    headers = {**server.bearer("radiologist"), "Last-Event-ID": str(numbers[0] - 1)}
    found = {}
    for event in studies(server.get(EVENTS, **headers)):
        found[event.data["uid"]] = event.id
        if {"1.4.1", "1.4.2"} <= set(found):
            break
    assert found["1.4.1"] == numbers[2], "each study once, at its newest change"


def test_a_change_that_becomes_visible_late_is_told(server: Server) -> None:
    """PostgreSQL gives ids before transactions commit: a lower id may appear after a higher one was told."""
    stream = studies(server.get(EVENTS, **server.bearer("radiologist")))
    first = server.announce("1.5.0")
    later = server.announce("1.5.2", first + 2)
    told = list(itertools.islice((event for event in stream if str(event.data["uid"]).startswith("1.5.")), 2))
    assert told[-1].id == later
    server.announce("1.5.1", first + 1)
    late = next(stream)
    assert late.data == {"uid": "1.5.1"}
    assert late.id == later, "the id that a client resumes from never steps back"


@pytest.mark.parametrize("text", ["nonsense", "-1", "9" * 40, "1e3", "١"])
def test_a_strange_last_event_id_is_ignored(server: Server, text: str) -> None:
    headers = {**server.bearer("radiologist"), "Last-Event-ID": text.encode().decode("latin-1")}
    response = server.get(EVENTS, **headers)
    assert response.status == 200
    assert next(events(response)).kind == "status"


def test_a_status_change_is_told(server: Server) -> None:
    stream = (event for event in events(server.get(EVENTS, **server.bearer("radiologist"))) if event.kind == "status")
    assert next(stream).data["demo"] is None
    progress = {"preparing": True, "expected": 28, "message": "making synthetic patients"}
    (server.folder / "demo-progress.json").write_text(json.dumps(progress))
    assert next(stream).data["demo"] == {**progress, "studies": 0, "triaged": 0}


def test_other_requests_are_answered_while_streams_are_open(server: Server) -> None:
    """Streams hold no WSGI thread: there are more of them than threads."""
    streams = [server.get(EVENTS, **server.bearer("radiologist")) for _ in range(40)]
    assert all(stream.status == 200 for stream in streams)
    answer = server.get("/api/status/", **server.bearer("radiologist"))
    assert answer.status == 200
    assert json.loads(answer.read())["queued"] == 0


def test_the_server_stops_by_itself_with_streams_open(server: Server) -> None:
    """A stream that did not end would hold a graceful stop up for ever: this server has no kill timeout."""
    streams = [server.get(EVENTS, **server.bearer("radiologist")) for _ in range(5)]
    assert [next(events(stream)).kind for stream in streams] == ["status"] * 5
    server.stop()
    assert [list(studies(stream)) for stream in streams] == [[]] * 5, "each stream was ended, not cut"
    server.start()


UNANSWERED = """
import asyncio, threading
from radapp.live.feed import in_thread

async def main():
    asked = threading.Event()
    question = asyncio.create_task(in_thread(lambda: asked.set() or threading.Event().wait()))
    while not asked.is_set():
        await asyncio.sleep(0.01)

asyncio.get_event_loop_policy().new_event_loop().run_until_complete(main())
print("the loop has ended", flush=True)
"""


def test_a_question_that_is_never_answered_does_not_hold_the_end_up(server: Server) -> None:
    """A database or broker that is away: threads that an executor keeps would be joined at exit."""
    assert server.executed(server.folder, UNANSWERED) == "the loop has ended"
