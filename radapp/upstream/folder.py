"""The cache's folder: where its files, its unfinished ones and its locks lie."""

from pathlib import Path

from django.conf import settings

UNFINISHED = "unfinished"


def root() -> Path:
    """UPSTREAM_CACHE_DIR."""
    return Path(settings.UPSTREAM_CACHE_DIR)


def below(name: str) -> Path:
    """A folder in it, made where it is missing."""
    path = root() / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def path_of(sha256: str) -> Path:
    """Where the bytes with this SHA-256 lie, kept or not."""
    return root() / "kept" / sha256[:2] / sha256
