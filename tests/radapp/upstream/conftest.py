"""A PACS with studies, its proxy, and this application with an empty archive and cache before it."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from radapp.accounts import audit
from radapp.archive import byte_index
from radapp.upstream import inventory, prefetching, searching, web
from radapp.upstream.models import UpstreamSource
from tests.orthanc import PASSWORD, USER, Orthanc, Proxy
from tests.radapp.dicomweb.objects import encode, image

STUDY = "1.2.826.0.1.3680043.10.9.1"
OTHER = "1.2.826.0.1.3680043.10.9.2"
SERIES, SECOND = f"{STUDY}.1", f"{STUDY}.2"
SECRET = "PACS_SECRET_OF_TEST"


def study_files(study: str = STUDY, series: int = 2, slices: int = 4, **attributes: str) -> list[bytes]:
    """Some files of one study."""
    return list(_encoded(study, series, slices, tuple(attributes.items())))


@cache
def _encoded(study: str, series: int, slices: int, attributes: tuple[tuple[str, str], ...]) -> tuple[bytes, ...]:
    files = []
    for number in range(1, series + 1):
        for slice_number in range(1, slices + 1):
            dataset = image(study, f"{study}.{number}", slice_number)
            for keyword, value in attributes:
                setattr(dataset, keyword, value)
            files.append(encode(dataset))
    return tuple(files)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Archive and cache of each test lie in its own folder, and nothing is remembered of another's."""
    settings.STORAGE_DIR = tmp_path / "archive"
    settings.VAR_DIR = tmp_path
    settings.UPSTREAM_CACHE_DIR = tmp_path / "upstream"
    monkeypatch.setenv(SECRET, f"{USER}:{PASSWORD}")
    _forget()
    yield
    _forget()


def _forget() -> None:
    searching._answers.clear()
    inventory._absent.clear()
    prefetching._failed.clear()
    web._pool.cache_clear()
    audit.recently_seen.clear()
    byte_index.layout_of.cache_clear()


@pytest.fixture(scope="session")
def pacs_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    """One Orthanc for all tests: each begins with it empty and alive."""
    orthanc = Orthanc(tmp_path_factory.mktemp("orthanc"))
    yield orthanc
    orthanc.kill()


@pytest.fixture(scope="session")
def _as_filled() -> dict[str, int]:
    """How the PACS stood when it had been filled."""
    return {}


def _standing(pacs: Orthanc) -> dict[str, int]:
    """Another after whatever is stored or deleted: the number of its last change, and how much it holds."""
    change, held = (json.loads(pacs.ask("GET", path)[1]) for path in ("/changes?last", "/statistics"))
    return {
        "change": change["Last"],
        **{name: held[f"Count{name}"] for name in ("Patients", "Studies", "Series", "Instances")},
    }


@pytest.fixture
def pacs(pacs_process: Orthanc, _as_filled: dict[str, int]) -> Orthanc:
    """A PACS with two studies of two series of four slices: filled anew unless it is as it was."""
    if pacs_process.process is None:
        pacs_process.start()
    if _standing(pacs_process) != _as_filled:
        pacs_process.empty()
        pacs_process.store(
            *study_files(), *study_files(OTHER, PatientID="P-0008", PatientName="Wang^Fang", StudyDate="20260131")
        )
        _as_filled.update(_standing(pacs_process))
    return pacs_process


@pytest.fixture
def proxy(pacs: Orthanc) -> Iterator[Proxy]:
    """Before the PACS."""
    one = Proxy(pacs)
    yield one
    one.close()


def web_source(name: str, url: str, **fields: Any) -> UpstreamSource:
    """A configured source that speaks DICOMweb."""
    given = {"kind": "dicomweb", "url": url, "auth": "basic", "secret_variable": SECRET, **fields}
    return UpstreamSource.objects.create(name=name, **given)


@pytest.fixture
def source(db: None, proxy: Proxy) -> UpstreamSource:
    """The PACS as a source, asked through the proxy."""
    return web_source("PACS", proxy.url)


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    """A radiologist's client."""
    return signed_in("radiologist")
