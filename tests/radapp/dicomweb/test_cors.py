"""Pages of other origins: those that the setting names read answers, by token; all others learn nothing."""

from collections.abc import Callable

import pytest
from django.test import Client

from radapp.environment import EnvironmentRefused, read_environment

pytestmark = pytest.mark.once

OHIF = "https://ohif.example.org"
LOCAL = "http://127.0.0.1:3000"
PREFLIGHT = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}


@pytest.fixture(autouse=True)
def origins(settings: object) -> None:
    settings.DICOMWEB_CORS_ORIGINS = frozenset({OHIF, LOCAL})  # type: ignore[attr-defined]


@pytest.mark.parametrize("origin", [OHIF, LOCAL])
@pytest.mark.parametrize("path", ["/dicom-web/studies", "/dicom-web/studies/1.2/series/1.3", "/wado?requestType=WADO"])
def test_a_named_page_asks_first_without_a_token(db: None, origin: str, path: str) -> None:
    response = Client().options(path, headers={"Origin": origin, **PREFLIGHT})
    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Origin"] == origin
    assert "DELETE" in response["Access-Control-Allow-Methods"]
    for name in ("Authorization", "Range", "If-None-Match", "X-Deletion-Reason"):
        assert name in response["Access-Control-Allow-Headers"]
    assert "Origin" in response["Vary"]


def test_and_then_reads_with_one(archive: object, bearer: Callable[[str], dict[str, str]]) -> None:
    response = Client().get("/dicom-web/studies", headers={"Origin": OHIF, **bearer("radiologist")})
    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == OHIF
    assert "X-Total-Count" in response["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in response, "this server's cookies are for its own pages"
    assert {"Accept", "Origin"} <= {name.strip() for name in response["Vary"].split(",")}


def test_refusals_can_be_read_too(db: None) -> None:
    """Or a page could not tell an expired token from a dead server."""
    response = Client().get("/dicom-web/studies", headers={"Origin": OHIF})
    assert response.status_code == 401
    assert response["Access-Control-Allow-Origin"] == OHIF


@pytest.mark.parametrize(
    "origin", ["https://evil.example.org", "https://ohif.example.org.evil", "null", "http://ohif.example.org", "*", ""]
)
def test_every_other_page_learns_nothing(archive: object, bearer: Callable[[str], dict[str, str]], origin: str) -> None:
    preflight = Client().options("/dicom-web/studies", headers={"Origin": origin, **PREFLIGHT})
    assert preflight.status_code == 401
    answer = Client().get("/dicom-web/studies", headers={"Origin": origin, **bearer("radiologist")})
    for response in (preflight, answer):
        assert not [name for name in response.headers if name.startswith("Access-Control")]
        assert "Origin" in response["Vary"]


def test_only_dicomweb_is_open(db: None, bearer: Callable[[str], dict[str, str]]) -> None:
    for path in ("/api/worklist/", "/api/session/", "/health/live/"):
        response = Client().get(path, headers={"Origin": OHIF, **bearer("radiologist")})
        assert "Access-Control-Allow-Origin" not in response


def test_nothing_is_open_by_itself(archive: object, bearer: Callable[[str], dict[str, str]], settings: object) -> None:
    settings.DICOMWEB_CORS_ORIGINS = frozenset()  # type: ignore[attr-defined]
    response = Client().get("/dicom-web/studies", headers={"Origin": OHIF, **bearer("radiologist")})
    assert not [name for name in response.headers if name.startswith("Access-Control")]
    assert read_environment({}).dicomweb_cors_origins == frozenset()


def test_the_setting() -> None:
    found = read_environment({"DICOMWEB_CORS_ORIGINS": f" {OHIF}, {LOCAL} ,"}).dicomweb_cors_origins
    assert found == {OHIF, LOCAL}
    for wrong in ("*", "ohif.example.org", "https://a.example/path", "https://a.example/", "ftp://a.example", "null"):
        with pytest.raises(EnvironmentRefused, match="DICOMWEB_CORS_ORIGINS"):
            read_environment({"DICOMWEB_CORS_ORIGINS": wrong})
