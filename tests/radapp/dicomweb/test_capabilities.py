"""The capabilities document: what it names is answered, what is answered it names."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from django.test import Client

from radapp.dicomweb.capabilities import NAMESPACE, RESOURCES
from tests.radapp.addresses import walk

pytestmark = pytest.mark.once

WADL = "application/vnd.sun.wadl+xml"
SPACE = f"{{{NAMESPACE}}}"
NAMES = {"study": "study_uid", "series": "series_uid", "instance": "instance_uid", "frames": "numbers", "tag": "tag"}


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("radiologist")


@pytest.mark.parametrize("method", ["get", "options"])
@pytest.mark.parametrize("path", ["/dicom-web/", "/dicom-web"])
@pytest.mark.parametrize(
    ("accept", "kind"),
    [("", WADL), ("*/*", WADL), (WADL, WADL), ("application/json", "application/json"), ("text/html, */*;q=0.1", WADL)],
)
def test_wadl_or_json(client: Client, method: str, path: str, accept: str, kind: str) -> None:
    response = getattr(client, method)(path, headers={"Accept": accept} if accept else {})
    assert response.status_code == 200
    assert response["Content-Type"] == kind
    if kind == WADL:
        resources = ElementTree.fromstring(response.content).find(f"{SPACE}resources")
        assert resources is not None
        assert resources.get("base") == "http://127.0.0.1:8000/dicom-web/"
        found = {(one.get("path"), method.get("name")) for one in resources for method in one.iter(f"{SPACE}method")}
    else:
        plain = response.json()["application"]["resources"]
        found = {(one["path"], method["name"]) for one in plain["resource"] for method in one["methods"]}
    assert found == {(one.path, method.name) for one in RESOURCES for method in one.methods}


def test_what_it_names_is_there_and_the_other_way_round() -> None:
    told = set()
    for one in RESOURCES:
        path = one.path
        for name, parameter in NAMES.items():
            path = path.replace(f"{{{name}}}", f"<{parameter}>")
        told.add(f"dicom-web/{path}")
    routes = set()
    for address in walk():
        if address.name.startswith("dicomweb-") and "dicom-web/" in address.route:
            plain = re.sub(r"<str:", "<", address.route)
            routes.add(re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", plain).removeprefix("^").removesuffix("$"))
    assert routes - told == {
        "dicom-web/",
        "dicom-web/studies/<study_uid>/series/<series_uid>/instances/<instance_uid>/bulk/<tag>",
    }
    assert told <= routes


def test_keys_that_are_matched_are_named(client: Client) -> None:
    told = client.get("/dicom-web/", headers={"Accept": "application/json"}).json()["application"]["resources"]["resource"]
    methods = [(one["path"], method) for one in told for method in one["methods"]]
    queries = {path: method["query"] for path, method in methods if method["id"].startswith("Search")}
    assert {"PatientName", "StudyDate", "ModalitiesInStudy", "limit", "includefield"} <= set(queries["studies"])
    assert "Modality" not in queries["studies"]
    assert {"Modality", "00400275.00400009"} <= set(queries["studies/{study}/series"])
    for path in queries:
        for name in queries[path]:
            if name not in {"limit", "offset", "includefield", "fuzzymatching", "accept"}:
                filled = path.replace("{study}", "1.2").replace("{series}", "1.3")
                response = client.get(f"/dicom-web/{filled}", {name: "1"})
                assert response.status_code in {200, 400, 404}, name
                assert name not in response.get("Warning", "")


def test_other_types_and_people(client: Client, signed_in: Callable[[str], Client]) -> None:
    assert client.get("/dicom-web/", headers={"Accept": "image/png"}).status_code == 406
    for name, status in (("anonymous", 401), ("reader", 403), ("administrator", 200)):
        assert signed_in(name).get("/dicom-web/").status_code == status
        assert signed_in(name).options("/dicom-web/").status_code == status
