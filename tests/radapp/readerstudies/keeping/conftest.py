"""Folders of their own for every test: images, the audit key, signed heads."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: Any) -> None:
    settings.STORAGE_DIR = tmp_path / "archive"
    settings.VAR_DIR = tmp_path
    settings.AUDIT_KEY_FILE = tmp_path / "secrets" / "audit-key.pem"
    settings.AUDIT_HEADS_DIR = tmp_path / "heads"
