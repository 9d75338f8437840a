"""Archive and cache of each test lie in its own folder, no look is remembered, and nothing is sent to a broker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from radapp import broker
from radapp.readerstudies.blinding import look


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.STORAGE_DIR = tmp_path / "archive"  # type: ignore[attr-defined]
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr(broker, "ring", lambda *_args, **_named: False)
    look.forget()
    yield
    look.forget()
