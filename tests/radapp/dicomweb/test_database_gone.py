"""The database gone under the running server: clients are told to come again, nothing is acknowledged, all goes on after."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from tests.installation import Installation
from tests.radapp.dicomweb.objects import encode, image
from tests.radapp.live.server import HANGS_AFTER_S, Server

pytestmark = pytest.mark.services
STUDY = "1.2.826.0.1.3680043.10.7.1"


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation.make(tmp_path / "web")


@pytest.fixture
def server(installation: Installation) -> Iterator[Server]:
    class Installed(Server):
        """On the database that the tests run on."""

        @staticmethod
        def migrate(folder: Path) -> None:
            """The installation's is."""

        @staticmethod
        def environment(folder: Path) -> dict[str, str]:
            return {**Server.environment(folder), **installation.environment}

    with Installed.running(installation.var) as found:
        yield found


def store(server: Server, number: int) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=HANGS_AFTER_S)
    server.connections.append(connection)
    headers = {**server.bearer("radiologist"), "Content-Type": "application/dicom"}
    connection.request("POST", "/dicom-web/studies", encode(image(STUDY, f"{STUDY}.1", number)), headers)
    return connection.getresponse()


def test_the_database_is_gone_for_a_while(server: Server, installation: Installation) -> None:
    person = server.bearer("radiologist")
    assert store(server, 1).status == 200
    with installation.database_gone():
        for _ in range(3):
            for refused in (store(server, 2), server.get("/dicom-web/instances", **person)):
                assert refused.status == 503
                assert refused.headers["Retry-After"]
                assert json.loads(refused.read())["code"] == "database_unavailable"
        assert server.get("/health/live/").status == 200
    assert len(json.loads(server.get("/dicom-web/instances", **person).read())) == 1
    assert store(server, 2).status == 200
    assert len(installation.instances()) == 2
    assert installation.verified()["faults"] == []
