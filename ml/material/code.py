"""A fingerprint of the code that makes training material: cohorts made by other code are made again."""

import hashlib
from pathlib import Path

ML = Path(__file__).resolve().parent.parent
WITHOUT_PIXELS = {"dicom.py", "vendors.py", "words.py", "__init__.py"}
"""Of the phantom: how it is written as DICOM, which no network input depends on."""


def phantom_fingerprint() -> str:
    """SHA-256 over the phantom's sources and what crops its images."""
    phantom = [path for path in (ML / "phantom").rglob("*.py") if path.name not in WITHOUT_PIXELS]
    return _fingerprint([*phantom, *(ML / name for name in ("nasopharynx.py", "preprocessing.py", "resampling.py"))])


def _fingerprint(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(ML).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
