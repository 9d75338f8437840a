"""Archive and cache of each test lie in its own folder, and no look is remembered; a small study at the stand."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from radapp.readerstudies.blinding import look
from radapp.readerstudies.models import ReaderStudy
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.blinding import stand
from tests.radapp.readerstudies.blinding.stand import Viewer


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: object) -> Iterator[None]:
    settings.STORAGE_DIR = tmp_path / "archive"  # type: ignore[attr-defined]
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    look.forget()
    yield
    look.forget()


@pytest.fixture
def study(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> ReaderStudy:
    """A study of three cases: two of one patient, one of another; two readers, and one who reads elsewhere."""
    stand.put_up(settings, monkeypatch)
    made = scene.study()
    scene.case(made, 1, examined=scene.examination(11, patient=1), truth=True)
    scene.case(made, 2, examined=scene.examination(12, patient=1), truth=False)
    scene.case(made, 3, examined=scene.examination(13, patient=3), truth=True)
    for name in ("reader", "other"):
        scene.member(made, scene.person(name, is_reader=True), "reader")
    scene.person("outsider", is_reader=True)
    return made


@pytest.fixture
def viewer(study: ReaderStudy) -> Callable[..., Viewer]:
    """Somebody's client at one subject of the study."""

    def of(subject: str = "1-a", who: str = "reader", **headers: str) -> Viewer:
        client = Client(raise_request_exception=False)
        client.force_login(scene.person(who), backend="django.contrib.auth.backends.ModelBackend")
        return Viewer(client, study.key, subject, headers)

    return of
