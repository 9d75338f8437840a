"""The console's stream from a real server: who may listen, the table at once, a beat every second, its end."""

import itertools
import json
import time
from collections.abc import Iterator

import pytest

from tests.radapp.live.server import Server, events

pytestmark = [pytest.mark.services, pytest.mark.once]
EVENTS = "/console/events/"
KIOSK = """
import json
from radapp.accounts.kiosks import create_kiosk
print(json.dumps(create_kiosk("MR 2", actor_name="test")))
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = Server.prepared(tmp_path_factory.mktemp("served"))
    found.start()
    yield found
    found.stop()


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    yield running
    running.hang_up()


@pytest.fixture
def kiosk(server: Server) -> dict[str, str]:
    """The cookie of a new kiosk; the one before it ends."""
    return {"Cookie": f"darndest_kiosk={json.loads(server.executed(server.folder, KIOSK))}"}


@pytest.mark.parametrize(
    "headers",
    [{}, {"Cookie": "darndest_kiosk=darndest_kiosk_guess"}, {"Authorization": "Bearer nonsense"}],
)
def test_who_may_not_listen(server: Server, headers: dict[str, str]) -> None:
    response = server.get(EVENTS, **headers)
    assert response.status == 401
    assert json.loads(response.read())["code"] == "not_signed_in"


def test_other_roles_may_not_listen(server: Server) -> None:
    assert server.get(EVENTS, **server.bearer("reader")).status == 403


def test_the_kiosks_token_is_no_key_to_the_other_stream(server: Server, kiosk: dict[str, str]) -> None:
    token = kiosk["Cookie"].partition("=")[2]
    assert server.get("/api/events/", **kiosk).status == 401
    assert server.get("/api/events/", Authorization=f"Bearer {token}").status == 401


def test_the_table_comes_at_once_then_beats_and_every_change(server: Server, kiosk: dict[str, str]) -> None:
    response = server.get(EVENTS, **kiosk)
    assert response.status == 200
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    stream = events(response)
    first = next(stream)
    assert (first.kind, first.data) == ("table", {"shown": False, "examinations": [], "more": 0})
    begun = time.monotonic()
    assert [event.kind for event in itertools.islice(stream, 3)] == ["beat"] * 3
    assert 2 <= time.monotonic() - begun < 20
    _sign(server)
    changed = next(event for event in stream if event.kind == "table")
    assert changed.data["shown"] is True


def _sign(server: Server) -> None:
    """Both signatures, as another process commits them."""
    for role in ("administrator", "radiologist"):
        server.execute(
            "INSERT INTO console_signature (signed_as, shown, statement, reason, signed_by_id, signed_at) "
            "SELECT ?, 1, 'x', '', id, '2026-11-26 10:00:00' FROM accounts_user WHERE username = ?",
            role,
            role,
        )


def test_trouble_is_told_while_the_database_cannot_be_read(server: Server, kiosk: dict[str, str]) -> None:
    stream = events(server.get(EVENTS, **kiosk))
    assert next(stream).kind == "table"
    server.execute("ALTER TABLE archive_seriesarrival RENAME TO away")
    try:
        assert next(event for event in stream if event.kind != "beat").kind == "trouble"
    finally:
        server.execute("ALTER TABLE away RENAME TO archive_seriesarrival")
    assert next(event for event in stream if event.kind != "trouble").kind == "table", "and the table again afterwards"


def test_a_revoked_kiosk_loses_its_stream(server: Server, kiosk: dict[str, str]) -> None:
    response = server.get(EVENTS, **kiosk)
    assert next(events(response)).kind == "table"
    server.execute("UPDATE accounts_kiosk SET revoked_at = '2026-11-26 10:00:00'")
    assert {event.kind for event in events(response)} <= {"beat", "table"}, "the stream ends"
    assert server.get(EVENTS, **kiosk).status == 401


def test_the_server_stops_by_itself_with_consoles_open(server: Server, kiosk: dict[str, str]) -> None:
    responses = [server.get(EVENTS, **kiosk) for _ in range(3)]
    assert [next(events(response)).kind for response in responses] == ["table"] * 3
    server.stop()
    server.start()
