"""Accept headers as DICOM uses them (PS3.18 section 8.7): media types with `type` and `transfer-syntax` parameters."""

import re
from dataclasses import dataclass

from django.http import HttpRequest

OCTETS = "application/octet-stream"
DICOM = "application/dicom"
DICOM_JSON = "application/dicom+json"
MULTIPART = "multipart/related"
ANY = "*/*"

_PARAMETER = re.compile(r';\s*([\w-]+)\s*=\s*("[^"]*"|[^;,\s]*)')


@dataclass(frozen=True)
class MediaRange:
    """One entry of an Accept header. `transfer_syntax` is a UID, "*", or empty where the client names none."""

    media_type: str
    inner_type: str = ""
    transfer_syntax: str = ""
    quality: float = 1.0

    @property
    def multipart(self) -> bool:
        """Whether the answer would be multipart/related; a range of everything leaves that to the server."""
        return self.media_type in {MULTIPART, "multipart/*", ANY}

    @property
    def part_type(self) -> str:
        """The media type of each part, or of the single answer; `*/*` where anything will do."""
        if self.media_type == MULTIPART:
            return self.inner_type or ANY
        return ANY if self.media_type in {"multipart/*", ANY} else self.media_type


def _split(text: str) -> list[str]:
    """Split at commas outside quotes."""
    return [entry for entry in re.findall(r'(?:[^,"]|"[^"]*")+', text) if entry.strip()]


def parse_accept(text: str) -> list[MediaRange]:
    """The ranges, best first. Types may be quoted or not; a malformed quality counts as 1."""
    found = []
    for entry in _split(text):
        media_type = entry.split(";", 1)[0].strip().lower()
        parameters = {name.lower(): value.strip('"').strip() for name, value in _PARAMETER.findall(entry)}
        try:
            quality = float(parameters.get("q", "1"))
        except ValueError:
            quality = 1.0
        if media_type and quality > 0:
            inner = parameters.get("type", "").lower()
            found.append(MediaRange(media_type, inner, parameters.get("transfer-syntax", ""), quality))
    return sorted(found, key=lambda one: -one.quality)


def accepted(request: HttpRequest) -> list[MediaRange]:
    """What the client accepts: the `accept` query parameter (PS3.18 8.3.3.1), else the header, else everything."""
    text = request.GET.get("accept") or request.headers.get("Accept") or ANY
    return parse_accept(text) or [MediaRange(ANY)]


def accepts_gzip(request: HttpRequest) -> bool:
    """Whether the body may be gzip coded."""
    return welcomes_gzip(request.headers.get("Accept-Encoding", ""))


def welcomes_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header names gzip, or anything."""
    codings = [entry.replace(" ", "").lower() for entry in accept_encoding.split(",")]
    return any(coding.split(";")[0] in {"gzip", "*"} and not coding.endswith(";q=0") for coding in codings)
