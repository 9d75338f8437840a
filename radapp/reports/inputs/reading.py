"""Frozen inputs out of their canonical JSON. No Django."""

import hashlib
import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from radapp.reports.inputs.clinical import ClinicalInputs
from radapp.reports.inputs.values import StudyInputs

Inputs = StudyInputs | ClinicalInputs
"""What an analysis may be made from."""


class UnreadableInputsError(ValueError):
    """These bytes are no inputs that this program understands."""


def inputs_from(text: bytes, sha256: str = "") -> Inputs:
    """The inputs whose `canonical` these bytes are; numbers are of the type that their field has.

    Raises UnreadableInputsError for another version, another hash than `sha256` (where one is given), or another shape.
    """
    try:
        said = json.loads(text)
    except ValueError as error:
        raise UnreadableInputsError(f"found no JSON ({error}); expected inputs as `radapp.reports` writes them") from error
    if not isinstance(said, dict):
        raise UnreadableInputsError(f"found {type(said).__name__}; expected inputs as `radapp.reports` writes them")
    kind: type[Inputs] = ClinicalInputs if "calibrated" in said else StudyInputs
    if said.get("version") != kind.version:
        raise UnreadableInputsError(
            f"found inputs of version {said.get('version')}; this program reads version {kind.version}"
        )
    try:
        found: Inputs = _value(kind, said)
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise UnreadableInputsError(f"found inputs of another shape: {type(error).__name__}: {error}") from error
    expected = sha256 or hashlib.sha256(text).hexdigest()
    if found.sha256 != expected:
        raise UnreadableInputsError(f"found inputs with the SHA-256 {found.sha256}; expected {expected}")
    return found


@cache
def _hints(kind: type[Any]) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _value(kind: Any, said: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return None if said is None else _value(next(one for one in inner if one is not type(None)), said)
    if origin is tuple:
        return tuple(_value(inner[0], one) for one in said)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: _value(inner[1], one) for key, one in said.items()}
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{one.name: _value(hints[one.name], said[one.name]) for one in fields(kind)})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(said)
    return _plain(kind, said)


def _plain(kind: Any, said: Any) -> Any:
    """Whole floats are integers in canonical JSON."""
    if kind is float and isinstance(said, int) and not isinstance(said, bool):
        return float(said)
    if type(said) is not kind:
        raise TypeError(f"found {said!r}, expected {kind.__name__}")
    return said
