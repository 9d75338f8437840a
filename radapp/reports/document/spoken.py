"""A document in one language, as plain values for JSON: what the page reads."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from radapp.reports.document.blocks import Document, FigureBlock, Paragraph, Points, TableBlock, Words

LANGUAGES = ("en", "zh")
_KINDS = {TableBlock: "table", FigureBlock: "figure", Paragraph: "paragraph", Points: "points"}


def spoken(document: Document, language: str) -> dict[str, Any]:
    """Every Words as its text; every block says its `kind`: table, figure, paragraph or points."""
    if language not in LANGUAGES:
        raise ValueError(f"found the language {language!r}, expected {' or '.join(LANGUAGES)}")
    return dict(_plain(document, language))


def _plain(value: Any, language: str) -> Any:
    if isinstance(value, Words):
        return getattr(value, language)
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        kind = {"kind": _KINDS[type(value)]} if type(value) in _KINDS else {}
        return kind | {one.name: _plain(getattr(value, one.name), language) for one in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(one, language) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one, language) for one in value]
    return value
