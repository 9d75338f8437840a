"""Every refusal has one shape, a sentence for people, and no trace of the request or of the code in it."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest
from django.test import Client
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from radapp.accounts.access import SIGNED_IN, Rule
from radapp.accounts.errors import ApiError

RAISED = {
    "missing": Http404("Study 1.2.3 of Zweifelhaft"),
    "forbidden": PermissionDenied("secret"),
    "suspicious": SuspiciousOperation("secret"),
    "invalid": serializers.ValidationError({"reason": ["may not be blank."], "items": [{"a": ["wrong"]}, {}]}),
    "conflict": ApiError(409, "nothing_to_confirm", "There is no advice to confirm."),
    "broken": RuntimeError("secret"),
}


def plain(request: HttpRequest, which: str) -> None:
    raise RAISED[which]


class Api(APIView):
    def get(self, request: Request, which: str) -> None:
        raise RAISED[which]


class Urls:
    """The same failures from a plain view, a REST framework view and a page."""

    urlpatterns = (
        path("api/plain/<str:which>/", plain, name="plain"),
        path("api/rest/<str:which>/", Api.as_view(), name="rest"),
        path("page/<str:which>/", plain, name="page"),
    )
    handler400 = "radapp.accounts.errors.bad_request"
    handler403 = "radapp.accounts.errors.forbidden"
    handler404 = "radapp.accounts.errors.not_found"
    handler500 = "radapp.accounts.errors.server_error"


@pytest.fixture
def client(signed_in: Callable[[str], Client], settings: object, monkeypatch: pytest.MonkeyPatch) -> Client:
    settings.ROOT_URLCONF = Urls  # type: ignore[attr-defined]
    rules = {name: (Rule(name, frozenset({"GET"}), SIGNED_IN),) for name in ("plain", "rest", "page")}
    monkeypatch.setattr("radapp.accounts.access.registry", lambda: rules)
    found = signed_in("radiologist")
    found.raise_request_exception = False
    return found


@pytest.mark.parametrize("kind", ["plain", "rest"])
@pytest.mark.parametrize(
    ("which", "status", "code"),
    [("missing", 404, "not_found"), ("forbidden", 403, "permission_denied"), ("broken", 500, "server_error")],
)
def test_one_shape_from_either_kind_of_view(client: Client, kind: str, which: str, status: int, code: str) -> None:
    response = client.get(f"/api/{kind}/{which}/")
    assert response.status_code == status
    assert set(response.json()) == {"code", "detail", "reference"}
    assert response.json()["code"] == code
    assert (response.json()["reference"] is not None) == (status == 500)
    for secret in ("secret", "Zweifelhaft", "1.2.3", "Traceback"):
        assert secret not in response.content.decode()


def test_a_suspicious_request_is_400(client: Client) -> None:
    response = client.get("/api/plain/suspicious/")
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")


def test_validation_reads_as_one_line(client: Client) -> None:
    body = client.get("/api/rest/invalid/").json()
    assert body == {"code": "invalid", "detail": "reason: may not be blank.; items: a: wrong", "reference": None}


def test_a_service_says_its_own_words(client: Client) -> None:
    response = client.get("/api/rest/conflict/")
    assert response.status_code == 409
    assert response.json() == {"code": "nothing_to_confirm", "detail": "There is no advice to confirm.", "reference": None}


@pytest.mark.parametrize(("which", "status"), [("missing", 404), ("forbidden", 403), ("broken", 500)])
def test_people_at_pages_get_a_page(client: Client, which: str, status: int) -> None:
    response = client.get(f"/page/{which}/")
    assert response.status_code == status
    assert response["Content-Type"].startswith("text/html")
    page = response.content.decode()
    assert "secret" not in page
    assert page.count("<main>") == page.count("</main>") == 1, "all of the page lies in its landmark"


def test_the_reference_stands_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    reference = client.get("/api/plain/broken/").json()["reference"]
    assert any(reference in record.getMessage() for record in caplog.records)
    assert any(record.exc_info for record in caplog.records)
