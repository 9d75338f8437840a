"""Archive and cache of each test lie in its own folder, and no look is remembered."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from radapp.readerstudies.blinding import look


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: object) -> Iterator[None]:
    settings.STORAGE_DIR = tmp_path / "archive"  # type: ignore[attr-defined]
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    settings.AXES_ENABLED = False  # type: ignore[attr-defined]  # which would count wrong passwords of all tests together
    look.forget()
    yield
    look.forget()
