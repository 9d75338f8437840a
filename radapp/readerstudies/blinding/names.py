"""The names of the blinded routes, and their rows in the permission table."""

from collections.abc import Mapping
from typing import TypeVar

LEVELS = ("study-metadata", "series", "series-metadata", "frames")
T = TypeVar("T")


def rows(name: str, who: T) -> Mapping[tuple[str, str], T]:
    """Rows of permissions.TABLE for routes that were made under this name: all are read, none is written."""
    return {(f"{name}-{level}", "GET"): who for level in LEVELS}
