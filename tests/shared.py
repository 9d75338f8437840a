"""Where the project's shared material lies, if it is there: tests may use it, none may need it outside CI."""

import json
import os
from pathlib import Path
from typing import Any, NoReturn

import pytest

_FOLDER = Path(__file__).resolve().parent.parent.parent / "shared"
SHARED: Path | None = _FOLDER if _FOLDER.is_dir() else None
REAL_HEAD_MR: Path | None = SHARED / "data" / "real-head-mr.zip" if SHARED else None


def not_here(words: str) -> NoReturn:
    """What a test needs is missing: a failure in CI, where nothing may be skipped, and a skip elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{words}; CI must have it")
    pytest.skip(words)


def ohif_requests() -> list[dict[str, Any]]:
    """What OHIF asks, as recorded: method, path, query and accept of each request, with names in braces for UIDs."""
    path = SHARED / "tools" / "pacs" / "ohif-requests.json" if SHARED else None
    if path is None or not path.is_file():
        not_here("shared/tools/pacs/ohif-requests.json is not beside this checkout")
    return list(json.loads(path.read_text())["requests"])


def real_head_mr() -> Path:
    """The real examination's zip."""
    if REAL_HEAD_MR is None or not REAL_HEAD_MR.is_file():
        not_here("shared/data/real-head-mr.zip is not beside this checkout")
    return REAL_HEAD_MR
