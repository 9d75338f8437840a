"""The options of an analysis as people and programs name them: described, and read from what was sent. No Django.

An option is a field of the analysis' Options; those of a dataclass within it, such as a tariff, stand beside the others.
A field may describe itself: field(metadata={"kind", "choices", "help": Words}).
"""

import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import Enum
from math import isfinite
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ml.evaluation.plain import plain
from radapp.reports.analyses.comparisons import CORRECTIONS
from radapp.reports.analyses.figures import INTERVALS
from radapp.reports.document.blocks import Words
from radapp.reports.option_words import HELP, Kind


@dataclass(frozen=True, kw_only=True)
class Option:
    """`choices`: of a choice; `default`: as JSON has it, None where the protocol or the analysis decides."""

    name: str
    kind: Kind
    choices: tuple[str, ...]
    default: Any
    help: Words
    optional: bool
    whole: bool
    path: tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """What is wrong with one option, or (`name` empty) with what they are together."""

    name: str
    detail: str
    of: str = "options"

    @property
    def field(self) -> str:
        """Its path in what was sent."""
        return f"{self.of}.{self.name}" if self.name else self.of


class OptionsRefusedError(ValueError):
    """Options that an analysis cannot be made with: each with what was found and what is expected."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{one.name}: {one.detail}" if one.name else one.detail for one in problems))
        self.problems = problems


_CHOICES: Mapping[str, tuple[str, ...]] = {"intervals": INTERVALS, "correction": CORRECTIONS}
"""Of options that are plain texts in the code."""
_SHARES = frozenset({"prevalence", "prevalence_low", "prevalence_high", "level", "target"})
_MONEY = frozenset({"enhanced", "unenhanced", "second_visit"})


def described(options: type[Any]) -> tuple[Option, ...]:
    """The options of an analysis' Options, in their order."""
    return tuple(_described(options, ()))


def _described(kind: type[Any], path: tuple[str, ...]) -> Iterator[Option]:
    hints = get_type_hints(kind)
    for field in fields(kind):
        inner = hints[field.name]
        if is_dataclass(inner) and isinstance(inner, type):
            yield from _described(inner, (*path, field.name))
        else:
            yield _option(field, inner, (*path, field.name))


def _option(field: Field[Any], hint: Any, path: tuple[str, ...]) -> Option:
    optional = get_origin(hint) in {Union, types.UnionType} and type(None) in get_args(hint)
    bare = next(one for one in get_args(hint) if one is not type(None)) if optional else hint
    said = field.metadata
    choices = tuple(said.get("choices", ())) or _choices(field.name, bare)
    name = field.name
    return Option(
        name=name,
        kind=Kind(said["kind"]) if "kind" in said else _kind(name, bare, choices),
        choices=choices,
        default=plain(_default(field)),
        help=said.get("help") or HELP.get(name) or Words(name.replace("_", " "), name.replace("_", " ")),
        optional=optional,
        whole=bare is int or get_args(bare)[:1] == (int,),
        path=path,
    )


def _default(field: Field[Any]) -> Any:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else None


def _choices(name: str, bare: Any) -> tuple[str, ...]:
    if isinstance(bare, type) and issubclass(bare, Enum):
        return tuple(str(one.value) for one in bare)
    if get_origin(bare) is Literal:
        return tuple(str(one) for one in get_args(bare))
    return _CHOICES.get(name, ())


def _kind(name: str, bare: Any, choices: tuple[str, ...]) -> Kind:
    if choices:
        return Kind.CHOICE
    if bare is bool:
        return Kind.FLAG
    if bare in {int, float}:
        return Kind.SHARE if name in _SHARES else Kind.MONEY if name in _MONEY else Kind.NUMBER
    if get_origin(bare) is tuple and get_args(bare)[0] in {int, float}:
        return Kind.NUMBERS
    return Kind.TEXT


def options_from(options: type[Any], said: Mapping[str, Any]) -> Any:
    """The analysis' options from {name: value}; what is not named has its default. Raises OptionsRefusedError."""
    known = {one.name: one for one in described(options)}
    problems = [
        Problem(name, f"there is no such option; expected {', '.join(known)}") for name in sorted(set(said) - set(known))
    ]
    found: dict[tuple[str, ...], Any] = {}
    for name in sorted(set(said) & set(known)):
        try:
            found[known[name].path] = _checked(known[name], said[name])
        except ValueError as error:
            problems.append(Problem(name, str(error)))
    if problems:
        raise OptionsRefusedError(tuple(problems))
    try:
        return _built(options, found, ())
    except ValueError as error:
        raise OptionsRefusedError((Problem("", str(error)),)) from error


def _built(kind: type[Any], found: Mapping[tuple[str, ...], Any], path: tuple[str, ...]) -> Any:
    """Enumerations, tuples and what lies within are made of the field's own type."""
    hints, values = get_type_hints(kind), {}
    for field in fields(kind):
        here, hint = (*path, field.name), hints[field.name]
        if is_dataclass(hint) and isinstance(hint, type):
            if any(one[: len(here)] == here for one in found):
                values[field.name] = _built(hint, found, here)
        elif here in found:
            values[field.name] = _typed(hint, found[here])
    return kind(**values)


def _typed(hint: Any, value: Any) -> Any:
    bare = next((one for one in get_args(hint) if isinstance(one, type) and issubclass(one, Enum)), hint)
    return bare(value) if value is not None and isinstance(bare, type) and issubclass(bare, Enum) else value


def _checked(option: Option, value: Any) -> Any:
    """ValueError: what was found, what is expected."""
    if value is None and option.optional:
        return None
    if option.kind is Kind.CHOICE:
        if value not in option.choices:
            raise ValueError(f"found {value!r}, expected one of {', '.join(option.choices)}")
        return value
    if option.kind is Kind.TEXT:
        if not isinstance(value, str) or len(value) > MOST_SIGNS:
            raise ValueError(f"found {str(value)[:MOST_SIGNS]!r}, expected a text of at most {MOST_SIGNS} signs")
        return value
    if option.kind is Kind.FLAG:
        if not isinstance(value, bool):
            raise ValueError(f"found {value!r}, expected true or false")
        return value
    if option.kind is Kind.NUMBERS:
        if not isinstance(value, list | tuple) or len(value) > MOST_NUMBERS:
            raise ValueError(f"found {str(value)[:MOST_SIGNS]!r}, expected a list of at most {MOST_NUMBERS} numbers")
        return tuple(_number(option, one) for one in value)
    return _number(option, value)


MOST_SIGNS = 200
MOST_NUMBERS = 200


def _number(option: Option, value: Any) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"found {value!r}, expected a number")
    if option.kind is Kind.SHARE and not 0 < value < 1:
        raise ValueError(f"found {value!r}, expected a share between 0 and 1, such as 0.03")
    if not option.whole:
        return float(value)
    if value != int(value):
        raise ValueError(f"found {value!r}, expected a whole number")
    return int(value)


def flat(options: Any) -> dict[str, Any]:
    """Options as `options_from` takes them, as JSON has them."""
    found: dict[str, Any] = {}
    for option in described(type(options)):
        value = options
        for name in option.path:
            value = getattr(value, name)
        found[option.name] = plain(value)
    return found
