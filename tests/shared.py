"""Where the project's shared material lies, if it is there: tests may use it, none may need it outside CI."""

import os
from pathlib import Path

import pytest

_FOLDER = Path(__file__).resolve().parent.parent.parent / "shared"
SHARED: Path | None = _FOLDER if _FOLDER.is_dir() else None
REAL_HEAD_MR: Path | None = SHARED / "data" / "real-head-mr.zip" if SHARED else None


def real_head_mr() -> Path:
    """The real examination's zip; a missing one is a failure in CI and a skip elsewhere."""
    if REAL_HEAD_MR is None or not REAL_HEAD_MR.is_file():
        if os.environ.get("CI") == "true":
            pytest.fail("shared/data/real-head-mr.zip is missing beside the checkout; CI has it")
        pytest.skip("shared/data/real-head-mr.zip is not beside this checkout")
    return REAL_HEAD_MR
