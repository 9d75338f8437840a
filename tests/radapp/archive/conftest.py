"""An archive of its own for each test, and the ordinary way in."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from radapp.archive.ingest import Ingest
from radapp.archive.models import Source
from radapp.archive.outcomes import IntakeReport
from radapp.archive.signals import series_roles_changed, studies_received


@pytest.fixture(autouse=True)
def storage_dir(tmp_path: Path, settings: Any) -> Path:
    """The archive's folder, empty."""
    settings.STORAGE_DIR = tmp_path / "archive"
    return tmp_path / "archive"


@pytest.fixture
def take_in(db: None, tmp_path: Path) -> Callable[..., IntakeReport]:
    """Takes in {name: bytes} (or a path) as import_dicom does, roles and announcements included."""
    rounds = iter(range(1000))

    def take(files: dict[str, bytes] | Path, source: str = Source.IMPORT) -> IntakeReport:
        path = files
        if isinstance(files, dict):
            path = tmp_path / f"in{next(rounds)}"
            for name, data in files.items():
                target = path / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
        assert isinstance(path, Path)
        ingest = Ingest(source)
        ingest.add_path(path, "")
        return ingest.finish()

    return take


@pytest.fixture
def announced() -> Iterator[list[list[str]]]:
    """The studies of each studies_received signal, sorted, as they come."""
    heard: list[list[str]] = []

    def listen(*, study_uids: list[str], **_: object) -> None:
        heard.append(sorted(study_uids))

    studies_received.connect(listen)
    yield heard
    studies_received.disconnect(listen)


@pytest.fixture
def roles_changed() -> Iterator[list[str]]:
    """The study of each series_roles_changed signal."""
    heard: list[str] = []

    def listen(*, study_uid: str, **_: object) -> None:
        heard.append(study_uid)

    series_roles_changed.connect(listen)
    yield heard
    series_roles_changed.disconnect(listen)


def files_below(folder: Path) -> list[Path]:
    """Every stored file, temporary ones included."""
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
