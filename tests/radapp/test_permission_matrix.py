"""Who may do what, address by address: this table is written from the issue, apart from the rules in the code.

Addresses of reader studies, where parts in a study count, have a table of their own in readerstudies/.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from radapp.live import facts
from tests.radapp import secret
from tests.radapp.addresses import Address, tried, walk
from tests.radapp.readerstudies.test_permission_matrix import MAY as IN_STUDIES
from tests.radapp.secret import Examination

pytestmark = pytest.mark.once

ANYONE = {"anonymous", "newcomer", "radiologist", "reader", "investigator", "administrator"}
SIGNED_IN = ANYONE - {"anonymous"}
CLINICAL = {"radiologist", "administrator"}
RADIOLOGIST = {"radiologist"}
ADMINISTRATOR = {"administrator"}

QIDO = {"studies", "all-series", "all-instances", "study-series", "study-instances", "series-instances"}
WADO = {
    *("study", "study-metadata", "series", "series-metadata", "instance", "instance-metadata", "frames", "bulkdata"),
    "wado-uri",
    *(f"{level}-{kind}" for level in ("study", "series", "instance") for kind in ("bulkdata", "pixeldata")),
    *(f"{level}-{kind}" for level in ("study", "series", "instance", "frames") for kind in ("rendered", "thumbnail")),
}

# (URL name, method): the people who may; whatever stands nowhere here is refused to everyone.
MAY: dict[tuple[str, str], set[str]] = {
    ("page-home", "GET"): SIGNED_IN,
    ("page-sign-in", "GET"): ANYONE,
    ("page-worklist", "GET"): CLINICAL,
    ("page-viewer", "GET"): CLINICAL,
    ("page-set-aside", "GET"): ADMINISTRATOR,
    ("page-workers", "GET"): ADMINISTRATOR,
    ("api-session", "GET"): SIGNED_IN,
    ("api-session", "POST"): ANYONE,
    ("api-session", "DELETE"): SIGNED_IN,
    ("api-schema", "GET"): SIGNED_IN,
    ("api-docs", "GET"): SIGNED_IN,
    ("health-live", "GET"): ANYONE,
    ("health-ready", "GET"): ANYONE,
    ("api-status", "GET"): CLINICAL,
    ("api-events", "GET"): CLINICAL,
    ("api-study", "GET"): CLINICAL,
    ("api-series-role", "PUT"): CLINICAL,
    ("api-intakes", "POST"): CLINICAL,
    ("api-intake", "GET"): CLINICAL,
    ("api-intake-files", "POST"): CLINICAL,
    ("api-intake-finish", "POST"): CLINICAL,
    ("api-set-aside", "GET"): ADMINISTRATOR,
    ("api-set-aside-decision", "POST"): ADMINISTRATOR,
    ("api-worklist", "GET"): CLINICAL,
    ("api-worklist-neighbours", "GET"): CLINICAL,
    ("api-study-result", "GET"): CLINICAL,
    ("api-study-scope", "GET"): CLINICAL,
    ("api-study-scope", "POST"): RADIOLOGIST,
    ("api-study-confirmation", "POST"): RADIOLOGIST,
    ("api-study-retry", "POST"): CLINICAL,
    ("api-study-explanations", "GET"): CLINICAL,
    ("api-study-explanations", "POST"): CLINICAL,
    ("api-workers", "GET"): ADMINISTRATOR,
    ("page-sources", "GET"): ADMINISTRATOR,
    ("api-sources", "GET"): ADMINISTRATOR,
    ("api-source-test", "POST"): ADMINISTRATOR,
    ("api-outbox", "GET"): ADMINISTRATOR,
    ("api-upstream-studies", "GET"): CLINICAL,
    ("api-upstream-study", "GET"): CLINICAL,
    ("api-upstream-retrieval", "POST"): RADIOLOGIST,
    ("page-console", "GET"): ANYONE,
    ("page-shadow-mode", "GET"): CLINICAL,
    ("api-shadow-mode", "GET"): CLINICAL,
    ("api-shadow-mode", "POST"): CLINICAL,
    ("console-session", "POST"): ANYONE,
    **{(f"console-{name}", "GET"): CLINICAL for name in ("session", "table", "events", "people", "scope")},
    **{(f"console-{name}", "POST"): CLINICAL for name in ("scope", "decision")},
    **{(page, "GET"): SIGNED_IN for page in ("page-reports", "page-report", "page-reports-of")},
    ("api-reports-paper", "GET"): {"administrator", "investigator"},
    **{(f"api-cutoff-{name}", "GET"): {"administrator", "investigator"} for name in ("sources", "data", "drafts")},
    ("api-cutoff-drafts", "POST"): {"administrator", "investigator"},
    # Of which studies and which reports: reports/saved/test_permission_matrix.py.
    **{
        (f"api-report{name}", "GET"): {"administrator", "investigator"}
        for name in ("s", "-analyses", "-sources", "", "-changes", "-document", "-figure", "-file", "-cases")
    },
    **{(f"api-report{name}", "POST"): {"administrator", "investigator"} for name in ("s", "-again")},
    ("api-report-cohorts", "GET"): {"administrator"},
    ("api-report-cohorts", "POST"): {"administrator"},
    ("dicomweb-capabilities", "GET"): CLINICAL,
    ("dicomweb-capabilities", "OPTIONS"): CLINICAL,
    ("dicomweb-studies", "POST"): CLINICAL,
    ("dicomweb-study", "POST"): CLINICAL,
    **{(f"dicomweb-{name}", "GET"): CLINICAL for name in QIDO | WADO},
    **{(f"dicomweb-{name}", "DELETE"): ADMINISTRATOR for name in ("study", "series", "instance")},
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@pytest.fixture
def examination(db: None, tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> Examination:
    """One examination, so that what is allowed has something to act on."""
    settings.STORAGE_DIR = tmp_path / "archive"  # type: ignore[attr-defined]
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr(facts, "alive_workers", lambda: None)
    return secret.take_in()


def expected(name: str, method: str, person: str) -> str:
    """What the table says."""
    if person in MAY.get((name, method), set()):
        return "allowed"
    if person == "anonymous":
        rules = [people for (url, _), people in MAY.items() if url == name]
        everyone = all(people == ANYONE for people in rules)
        return "405" if everyone else ("302" if name.startswith("page-") else "401")
    has_any_right = any(person in people for (url, _), people in MAY.items() if url == name)
    return "405" if has_any_right and (name, method) not in MAY else "403"


def seen(client: Client, method: str, path: str, headers: dict[str, str]) -> str:
    """What the server does: a refusal's status, or 'allowed' whatever the view then made of an empty request."""
    response = client.generic(method, path, b"", content_type="application/json", headers=headers)
    if response.streaming:
        response.getvalue()
    if response.status_code in {403, 405}:
        return str(response.status_code)
    if response.status_code == 401 and response.json()["code"] == "not_signed_in":
        return "401"
    redirected = response.status_code == 302 and response["Location"].startswith("/sign-in/")
    assert response.status_code != 500, f"{method} {path} failed"
    return "302" if redirected else "allowed"


def addresses() -> list[Address]:
    """Every address but those of reader studies."""
    elsewhere = {name for name, _ in IN_STUDIES}
    return [address for address in walk() if address.name not in elsewhere]


def test_the_tables_know_every_address() -> None:
    assert {name for name, _ in (*MAY, *IN_STUDIES)} == {address.name for address in walk()}
    assert set(MAY) & set(IN_STUDIES) == set()


@pytest.mark.evidence
@pytest.mark.parametrize("person", sorted(ANYONE))
def test_matrix(examination: Examination, bearer: Callable[[str], dict[str, str]], person: str) -> None:
    """Every address and method for one person; all differences from the table at once. Reduced: each method that the table
    does not name for an address by one person or two.
    """
    client, headers = Client(), {} if person == "anonymous" else bearer(person)
    wrong = {}
    for address in addresses():
        path = address.filled(examination.values(address.route))
        named = {method for name, method in MAY if name == address.name}
        for method in tried(METHODS, named, sorted(ANYONE).index(person)):
            want, got = expected(address.name, method, person), seen(client, method, path, headers)
            if want != got:
                wrong[f"{method} {path}"] = f"table: {want}, server: {got}"
    assert wrong == {}


@pytest.mark.parametrize("person", ["reader", "investigator", "newcomer"])
def test_who_sees_no_clinical_study_hears_of_none(
    examination: Examination, signed_in: Callable[[str], Client], person: str
) -> None:
    """A refusal to a signed-in person says as little as one to nobody: the same for a study that is not there."""
    client = signed_in(person)
    for address in addresses():
        if not address.parameters:
            continue
        here = client.get(address.filled(examination.values(address.route)))
        there = client.get(address.filled(secret.ABSENT.values(address.route)))
        assert (here.status_code, here.content) == (there.status_code, there.content), address.name
        # The pages of reports are the same file for everybody.
        assert (here.status_code == 403) is (expected(address.name, "GET", person) == "403"), address.name
