"""Names of cohorts that are safe in file names, whatever a study calls them."""

import re
from collections.abc import Iterable

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
