"""What a request asks, as far as it is answered here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_UID = r"([0-9.]{1,64})"
_PATH = re.compile(
    rf"/dicom-web/studies/{_UID}/series/{_UID}(?:/instances/{_UID}/frames/([0-9,]{{1,40000}})|(/metadata))?", re.ASCII
)
_PREFIX = "/dicom-web/studies/"
# Heeded here; each may come once, so that nothing has to be joined as Django would.
_KNOWN = frozenset(
    {b"accept", b"accept-encoding", b"authorization", b"cookie", b"host", b"if-none-match", b"x-forwarded-proto"}
)
# A request with one of these is for Django: parts of answers, other sites' pages, bodies.
_LEFT_ALONE = frozenset({b"range", b"if-range", b"if-match", b"origin", b"transfer-encoding", b"x-may-not-wait"})

FRAMES, SERIES, METADATA = "dicomweb-frames", "dicomweb-series", "dicomweb-series-metadata"


@dataclass(frozen=True, slots=True)
class Asked:
    """One retrieval. `url_name`: FRAMES, SERIES or METADATA; `headers` by lower-case name."""

    url_name: str
    study_uid: str
    series_uid: str
    instance_uid: str
    numbers: str
    headers: Mapping[str, str]
    scheme: str

    @property
    def accept(self) -> str:
        """The Accept header, empty where there is none."""
        return self.headers.get("accept", "")


def asked_in(scope: Mapping[str, Any]) -> Asked | None:
    """What an ASGI request asks of this package; None where it is for Django."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"]:
        return None
    path = scope["path"]
    if not path.startswith(_PREFIX):
        return None
    found = _PATH.fullmatch(path)
    headers = None if found is None else _headers(scope["headers"])
    if found is None or headers is None:
        return None
    study, series, instance, numbers, metadata = found.groups()
    url_name = FRAMES if numbers else METADATA if metadata else SERIES
    return Asked(url_name, study, series, instance or "", numbers or "", headers, scope.get("scheme", "http"))


def _headers(raw: Any) -> dict[str, str] | None:
    """The headers that matter; None where one is not for us."""
    found: dict[str, str] = {}
    for name, value in raw:
        if name in _KNOWN:
            text = name.decode("latin-1")
            if text in found:
                return None
            found[text] = value.decode("latin-1")
        elif name in _LEFT_ALONE or (name == b"content-length" and value != b"0"):
            return None
    return found
