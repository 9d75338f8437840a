"""The JSON Schema (draft 2020-12) of a report's JSON, from the types of its options and result."""

import types
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np

from ml.evaluation.estimate import Estimate
from radapp.reports.inputs.values import Plan

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: Mapping[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    type(None): {"type": "null"},
    Any: {},
}


def report_schema(
    name: str, options: type[Any], result: type[Any], parts: Mapping[str, type[Any]] | None = None
) -> dict[str, Any]:
    """Of the report `name`. Every member is required and no other allowed, but that kinds of estimates add their own.

    `parts`: of a whole report, the type of each analysis' result.
    """
    known = _Definitions()
    text: dict[str, Any] = {"type": "string"}
    texts = {"type": "array", "items": text}
    recipe = {"analysis": {"const": name}, "version": {"type": "integer"}, "options": known.of(options)}
    count = {"type": "integer", "minimum": 0}
    inputs = {"sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}, "version": count, "cases": count, "answers": count}
    members = {
        "$schema": text,
        "report": {"const": name},
        "labels": texts,
        "made_by": text,
        "study": _closed({"key": text, "title": text, "state": text}),
        "recipe": _closed(recipe),
        "inputs": _closed({**inputs, "cutoffs": text}),
        "protocol": known.of(Plan),
        "notes": texts,
        "result": known.of(result)
        if parts is None
        else _closed({"parts": _closed({one: known.of(kind) for one, kind in parts.items()})}),
    }
    return {"$schema": DIALECT, "title": f"Report {name}", **_closed(members), "$defs": known.found}


def _closed(members: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(members), "required": list(members), "additionalProperties": False}


class _Definitions:
    """Schemas of types; those of dataclasses once each under `found`, by module and name."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, Any]] = {}
        self._names: dict[type[Any], str] = {}

    def of(self, kind: Any) -> dict[str, Any]:
        """Of what ml.evaluation.plain makes of it; TypeError for a type that has no place in JSON."""
        if kind in _PLAIN:
            return dict(_PLAIN[kind])
        if is_dataclass(kind):
            return {"$ref": f"#/$defs/{self._defined(kind)}"}  # type: ignore[arg-type]
        if isinstance(kind, type) and issubclass(kind, Enum):
            return {"enum": [one.value for one in kind]}
        return self._generic(kind, get_origin(kind), get_args(kind))

    def _generic(self, kind: Any, origin: Any, inner: tuple[Any, ...]) -> dict[str, Any]:
        if origin in {Union, types.UnionType}:
            return {"anyOf": [self.of(one) for one in inner]}
        if origin is Literal:
            return {"enum": list(inner)}
        if origin is np.ndarray:
            return {"type": "array"}
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(inner[1])}
        if origin is tuple and not (len(inner) == 2 and inner[1] is Ellipsis):
            each = [self.of(one) for one in inner]
            return {"type": "array", "prefixItems": each, "minItems": len(each), "maxItems": len(each)}
        if isinstance(origin, type) and issubclass(origin, Collection):
            return {"type": "array", "items": self.of(inner[0])}
        raise TypeError(f"found {kind}, expected a dataclass, a mapping, a sequence or a plain value")

    def _defined(self, kind: type[Any]) -> str:
        if kind in self._names:
            return self._names[kind]
        name = f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}"
        self._names[kind] = name = f"{name}-{len(self._names)}" if name in self.found else name
        self.found[name] = {}  # its place, should it hold itself
        hints = get_type_hints(kind)
        said = _closed({item.name: self.of(hints[item.name]) for item in fields(kind)})
        if issubclass(kind, Estimate):
            del said["additionalProperties"]
        self.found[name] = {"description": " ".join((kind.__doc__ or "").split()), **said}
        return name
