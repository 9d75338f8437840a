"""Results as plain JSON values: frozen dataclasses, enumerations and arrays in, what `json.dumps` takes out."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """The same figures, floats in full precision; ValueError where one is NaN or infinite, since JSON has no such number."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, np.ndarray | list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    return _number(value)


def _number(value: Any) -> float:
    if not isinstance(value, float | np.floating | Fraction):
        raise TypeError(f"{type(value).__name__} has no place in JSON; expected numbers, texts, sequences and dataclasses.")
    if not isfinite(value):
        raise ValueError(f"A figure is {value}; what cannot be estimated is None, with its reason.")
    return float(value)
