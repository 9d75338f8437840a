"""Archive and cache of each test lie in its own folder, and no look is remembered."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from radapp.readerstudies.blinding import look
from tests.radapp.readerstudies.reading.rows import Clock


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: object) -> Iterator[None]:
    settings.STORAGE_DIR = tmp_path / "archive"  # type: ignore[attr-defined]
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    look.forget()
    yield
    look.forget()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The server's clock in the test's hand."""
    return Clock(monkeypatch)
