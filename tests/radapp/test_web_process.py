"""What a web process is: no torch in its memory, safe headers on everything, pages that say when they are not built."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.test.utils import override_settings

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
ONE_REQUEST = """
import json, sys, time
begun = time.perf_counter()
import radapp.asgi
from django.test import Client
status = Client().get("/sign-in/", headers={"host": "localhost"}).status_code
pages = [Client().get(page, headers={"host": "localhost"}).status_code for page in ("/api/worklist/", "/dicom-web/studies")]
heavy = sorted({name.split(".")[0] for name in sys.modules} & {"torch", "captum", "torchio", "monai", "scipy", "sklearn"})
resident = next(line for line in open("/proc/self/status") if line.startswith("VmRSS"))
found = {"status": status, "pages": pages, "heavy": heavy, "mb": int(resident.split()[1]) / 1024}
print(json.dumps({**found, "seconds": time.perf_counter() - begun}))
"""


def test_a_web_process_answers_without_torch(tmp_path: Path) -> None:
    """A subprocess: this one may have loaded anything."""
    import os

    environment = {
        **os.environ,
        "VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "radapp.settings",
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", ONE_REQUEST], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["heavy"] == []
    assert found["status"] in {200, 503}
    assert found["pages"] == [401, 401]
    assert found["mb"] < 200, found
    print(f"first answers after {found['seconds']:.1f} s with {found['mb']:.0f} MB")  # noqa: T201 - shown by pytest -s


@pytest.mark.parametrize(
    "path", ["/sign-in/", "/worklist/", "/nowhere", "/api/session/", "/dicom-web/studies", "/health/live/"]
)
def test_safe_headers_on_every_answer(db: None, path: str) -> None:
    response = Client().get(path)
    policy = {part.split(" ", 1)[0]: part.split(" ", 1)[1] for part in response["Content-Security-Policy"].split("; ")}
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert policy["style-src"] == "'self'"
    assert policy["worker-src"] == "'self' blob:"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cache-Control"] == "no-store"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A front end's build folder."""
    (tmp_path / "index.html").write_text("<!doctype html><script type=module src=/static/assets/index-abcd1234.js></script>")
    return tmp_path


@pytest.mark.parametrize("page", ["/sign-in/", "/worklist/", "/viewer/1.2.3/", "/set-aside/"])
def test_every_page_is_the_built_index(signed_in: Callable[[str], Client], built: Path, page: str) -> None:
    with override_settings(FRONTEND_DIST=built):
        response = signed_in("administrator").get(page)
    assert response.status_code == 200
    assert response.content == (built / "index.html").read_bytes()
    assert response.cookies["csrftoken"].value
    assert response["Cache-Control"] == "no-store"


def test_a_page_that_is_not_built_says_what_to_do(db: None, tmp_path: Path) -> None:
    with override_settings(FRONTEND_DIST=tmp_path / "nowhere"):
        response = Client().get("/sign-in/")
    assert response.status_code == 503
    assert b"npm run build" in response.content


@pytest.mark.parametrize(
    ("person", "status", "location"),
    [
        ("radiologist", 302, "/worklist/"),
        ("administrator", 302, "/worklist/"),
        ("reader", 200, None),
        ("investigator", 200, None),
        ("newcomer", 200, None),
        ("anonymous", 302, "/sign-in/?next=/"),
    ],
)
def test_home(signed_in: Callable[[str], Client], built: Path, person: str, status: int, location: str | None) -> None:
    with override_settings(FRONTEND_DIST=built):
        response = signed_in(person).get("/")
    assert (response.status_code, response.headers.get("Location")) == (status, location)


def test_the_way_back_keeps_the_query_and_nothing_else(db: None) -> None:
    response = Client().get("/worklist/?tier=positive&next=//evil.example")
    assert response["Location"] == "/sign-in/?next=/worklist/%3Ftier%3Dpositive%26next%3D//evil.example"


def test_hashed_files_are_immutable_and_others_are_not() -> None:
    import re

    test = re.compile(settings.WHITENOISE_IMMUTABLE_FILE_TEST)
    assert test.search("/static/assets/index-BX3f_9-2.js")
    assert test.search("/static/assets/codec-Ab12Cd34.wasm")
    assert not test.search("/static/favicon.svg")
    assert not test.search("/static/assets/logo.svg")


def test_api_docs_run_under_the_policy(signed_in: Callable[[str], Client]) -> None:
    """No inline script or style in the page; every file it names is our own."""
    import re

    client = signed_in("reader")
    page = client.get("/api/docs/").content.decode()
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*src=)", page)
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert address.startswith("/"), address
        file = client.get(address.replace("&amp;", "&"))
        assert file.status_code == 200, address
        assert file.getvalue()


def test_the_schema_is_served_and_clean(signed_in: Callable[[str], Client]) -> None:
    response = signed_in("investigator").get("/api/schema/?format=json")
    schema = json.loads(response.content)
    assert schema["info"]["title"] == "DARNDEST"
    assert {"/api/session/", "/api/status/", "/api/events/"} <= set(schema["paths"])
    assert set(schema["components"]["securitySchemes"]) >= {"bearerToken", "cookieAuth"}
