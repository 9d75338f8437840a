"""What an answer to a retrieval is to be, apart from who sends it: Django's views, or radapp.ahead before its middleware."""

from collections.abc import Iterable

from radapp.dicomweb import cache
from radapp.dicomweb.negotiation import ANY, DICOM, OCTETS, MediaRange
from radapp.dicomweb.pixels import PixelLayout
from radapp.dicomweb.syntaxes import DEFLATED, EXPLICIT, IMPLICIT, NATIVE, media_type_of

VARY = "Accept, Accept-Encoding, Cookie, Authorization, Origin"
# Frames of one SOP instance never change (other pixels under its UID are refused), so a browser may keep them briefly.
FRAMES_KEPT = "private, max-age=600"
REVALIDATED = "private, no-cache"
FRAMES_AT_MOST = 4096
COMPRESSED = ("1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.5")
"""What radapp.dicomweb.compression writes; the first of a media type is what it means without a transfer syntax."""


def as_stored(syntax: str, one: MediaRange) -> bool | None:
    """How pixels of a transfer syntax go. True: compressed as stored; False: uncompressed; None: not under this range."""
    kind, asked = one.part_type, one.transfer_syntax
    if syntax in NATIVE:
        return False if kind in {OCTETS, ANY, "application/*"} else None
    if kind == media_type_of(syntax) and asked in {"", "*", syntax}:
        return True
    if kind in {OCTETS, ANY, "application/*"}:
        if asked in {"*", syntax}:
            return True
        return False if asked in {"", EXPLICIT, IMPLICIT} else None
    return True if kind == "image/*" else None


def compression_target(one: MediaRange) -> str | None:
    """The lossless syntax that a range asks frames to be compressed into, whether or not they can be; None for any other."""
    for target in COMPRESSED:
        kind = media_type_of(target)
        if one.part_type == kind and one.transfer_syntax in {"", target}:
            return target
        if one.part_type == OCTETS and one.transfer_syntax == target:
            return target
    return None


def frame_kind(layout: PixelLayout, *, stored: bool) -> str:
    """The media type of a frame's part."""
    return (
        f"{media_type_of(layout.syntax)}; transfer-syntax={layout.syntax}"
        if stored
        else f"{OCTETS}; transfer-syntax={EXPLICIT}"
    )


def shrinks(layout: PixelLayout) -> bool:
    """Maps are mostly zeros: gzip makes 43 MB of one into less than 1 MB. Images would only cost time."""
    return layout.keyword != "PixelData" or layout.syntax == DEFLATED


def frames_etag(sha256: str, numbers: str, accept: str) -> str:
    """Of some frames under an Accept header."""
    return f"{sha256[:24]}-{cache.digest_of([numbers, accept])[:8]}"


def instances_etag(transfer_syntax: str, sha256s: Iterable[str]) -> str:
    """Of whole instances under a range's transfer syntax."""
    return cache.digest_of([transfer_syntax, *sha256s])[:32]


def client_holds(if_none_match: str, etag: str) -> bool:
    """Whether a client that sends this If-None-Match header holds the answer of this ETag already."""
    held = [item.strip().removeprefix("W/").strip('"') for item in if_none_match.split(",")]
    return etag in held or "*" in held


def instance_syntax(stored: str, asked: str) -> str:
    """The transfer syntax to send: as stored, but deflated ones as explicit little endian unless deflation is asked for."""
    if asked in {"*", stored}:
        return stored
    if asked:
        return asked
    return EXPLICIT if stored == DEFLATED else stored


def sends_dicom(one: MediaRange) -> bool:
    """Whether whole files may be sent under this range."""
    return one.part_type in {DICOM, ANY, "application/*"}
