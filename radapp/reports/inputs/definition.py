"""What a cohort of the archive's examinations is: a definition that is kept as JSON with the report. No Django.

Nothing of it enters the inputs: two definitions that find equal examinations give equal inputs.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

SOURCES = ("import", "page", "stow", "dimse", "upstream")
"""How an examination's images came in (radapp.archive.models.Source)."""
YES, NO, ANY = "yes", "no", "any"
LONGEST = 200


class DefinitionRefusedError(ValueError):
    """A definition that says nothing usable: everything that is wrong with it, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class Split(StrEnum):
    """What makes the cohorts that figures are told by. Scores of two protocols are on two scales."""

    PROTOCOL = "protocol"
    SOURCE = "source"
    MANUFACTURER = "manufacturer"
    NONE = "none"


class Learnt(StrEnum):
    """What becomes of patients that networks learnt from, or cutoffs were chosen on: left out, or told as apparent."""

    LEFT_OUT = "left_out"
    APPARENT = "apparent"


@dataclass(frozen=True, kw_only=True)
class CohortDefinition:
    """Examinations that meet all of it; an empty tuple or None asks for nothing.

    `first_day`, `last_day`: of the examination, both included. `protocols`: name and version as pages show them, such as
    'demonstration 1'. `bundles`: SHA-256. `manufacturers`, `stations`: of a series with images. `synthetic`: yes, no, any.
    `established`: only examinations whose truth is.
    """

    title: str = "Cohort"
    first_day: date | None = None
    last_day: date | None = None
    sources: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    bundles: tuple[str, ...] = ()
    manufacturers: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    synthetic: str = ANY
    established: bool = False
    learnt: Learnt = Learnt.LEFT_OUT
    split: Split = Split.PROTOCOL

    def as_json(self) -> dict[str, Any]:
        """What `definition_of` reads back; what asks for nothing is left out."""
        said: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if value == one.default and one.name != "title":
                continue
            said[one.name] = value.isoformat() if isinstance(value, date) else _plain(value)
        return said


def definition_of(values: Any) -> CohortDefinition:
    """From JSON; DefinitionRefusedError names everything that is wrong: unknown keys, other types, days out of order."""
    if not isinstance(values, Mapping):
        raise DefinitionRefusedError([f"A cohort is an object of {', '.join(_READ)}; found {type(values).__name__}."])
    problems = [f"Found {key!r}; a cohort's definition knows {', '.join(_READ)}." for key in values if key not in _READ]
    found: dict[str, Any] = {}
    for key, read in _READ.items():
        if key not in values:
            continue
        try:
            found[key] = read(values[key])
        except ValueError as error:
            problems.append(f"{key}: {error}")
    first, last = found.get("first_day"), found.get("last_day")
    if first and last and first > last:
        problems.append(f"The first day is {first}, the last {last}; expected them in order.")
    if problems:
        raise DefinitionRefusedError(problems)
    return CohortDefinition(**found)


def definition_from_words(words: Iterable[str]) -> CohortDefinition:
    """From `key=value`, as a command takes it: lists are separated by commas, true and false are yes and no."""
    found: dict[str, Any] = {}
    problems = []
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            problems.append(f"Found {word!r}; expected key=value, such as first_day=2024-01-31.")
        found[key] = _read_word(key, value)
    if problems:
        raise DefinitionRefusedError(problems)
    return definition_of(found)


def _read_word(key: str, value: str) -> Any:
    if key in _LISTS:
        return [part.strip() for part in value.split(",") if part.strip()]
    return {YES: True, NO: False}.get(value, value) if key == "established" else value


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.value if isinstance(value, StrEnum) else value


def _title(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
        raise ValueError(f"found {value!r}, expected a text of 1 to {LONGEST} signs.")
    return value.strip()


def _day(value: Any) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"found {value!r}, expected a day such as 2025-01-31.") from None


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) and one for one in value):
        raise ValueError(f"found {value!r}, expected a list of texts.")
    return tuple(sorted(set(value)))


def _of_these(allowed: tuple[str, ...]) -> Callable[[Any], tuple[str, ...]]:
    def read(value: Any) -> tuple[str, ...]:
        strange = [one for one in _texts(value) if one not in allowed]
        if strange:
            raise ValueError(f"found {', '.join(strange)}, expected some of {', '.join(allowed)}.")
        return _texts(value)

    return read


def _one_of(allowed: type[StrEnum] | tuple[str, ...]) -> Callable[[Any], Any]:
    names = tuple(allowed)

    def read(value: Any) -> Any:
        if value not in names:
            raise ValueError(f"found {value!r}, expected one of {', '.join(names)}.")
        return names[names.index(value)]

    return read


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"found {value!r}, expected true or false.")
    return value


_READ: Mapping[str, Callable[[Any], Any]] = {
    "title": _title,
    "first_day": _day,
    "last_day": _day,
    "sources": _of_these(SOURCES),
    "protocols": _texts,
    "bundles": _texts,
    "manufacturers": _texts,
    "stations": _texts,
    "synthetic": _one_of((YES, NO, ANY)),
    "established": _truth,
    "learnt": _one_of(Learnt),
    "split": _one_of(Split),
}
"""{key: how its value is read}"""
_LISTS = frozenset({"sources", "protocols", "bundles", "manufacturers", "stations"})
