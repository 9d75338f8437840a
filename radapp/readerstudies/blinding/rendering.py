"""Subjects as DICOM JSON (PS3.18 annex F), attribute by attribute from the allow-list."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from radapp.readerstudies.blinding import allowed
from radapp.readerstudies.blinding.allowed import Allowed, Subject

Json = dict[str, Any]


def object_json(subject: Subject, *, dated: bool) -> Json:
    """One image or heatmap; `dated` where the protocol shifts dates."""
    rows = (*(allowed.MAP if subject.heatmap else allowed.IMAGE), *([allowed.DATE] if dated else []))
    found = _elements(rows, subject)
    if subject.heatmap:
        found |= _groups(subject)
    return dict(sorted(found.items()))


def series_json(subject: Subject) -> Json:
    """A series in a list of series."""
    return dict(sorted(_elements(allowed.SERIES, subject).items()))


def as_text(objects: Sequence[Json]) -> bytes:
    """The answer's body."""
    return json.dumps(objects, separators=(",", ":"), allow_nan=False).encode()


def _elements(rows: Iterable[Allowed], subject: Subject) -> Json:
    return {row.tag: _element(row.vr, row.value(subject)) for row in rows}


def _element(vr: str, values: Iterable[Any]) -> Json:
    found = [{"Alphabetic": str(one)} if vr == "PN" else one for one in values]
    return {"vr": vr, "Value": found} if found else {"vr": vr}


def _groups(subject: Subject) -> Json:
    frames = [replace(subject, planes=(plane,)) for plane in subject.planes]
    return {
        "52009229": _element("SQ", [_macros(allowed.SHARED, subject)]),
        "52009230": _element("SQ", [_macros(allowed.PER_FRAME, frame) for frame in frames]),
    }


def _macros(macros: Mapping[str, tuple[Allowed, ...]], subject: Subject) -> Json:
    return {sequence_tag(name): _element("SQ", [_elements(rows, subject)]) for name, rows in macros.items()}


def sequence_tag(keyword: str) -> str:
    """Eight hexadecimal digits of a sequence's tag."""
    return allowed.constant(keyword, "").tag
