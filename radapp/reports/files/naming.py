"""How names of files begin, and names of cohorts that are safe in them, whatever a study calls them."""

import re
from collections.abc import Iterable

PRELIMINARY = "preliminary"
SIDE_BY_SIDE = "side-by-side"
"""What shows all cohorts together."""
_SAFE = re.compile(r"(?!cohort-\d+$)[a-z0-9][a-z0-9_-]{0,39}", re.IGNORECASE)


def cohort_names(cohorts: Iterable[str]) -> dict[str, str]:
    """{cohort: its name in file names}: its own where that is plain and no other's, else cohort-2 for the second."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for number, cohort in enumerate(cohorts, 1):
        plain = _SAFE.fullmatch(cohort) is not None and cohort.lower() not in taken
        found[cohort] = cohort if plain else f"cohort-{number}"
        taken.add(found[cohort].lower())
    return found


def begin_name(name: str, *, preliminary: bool) -> str:
    """How the names of all files of a report begin."""
    return f"{PRELIMINARY}-{name}" if preliminary else name
