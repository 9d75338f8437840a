"""Pixels as they are sent: always uncompressed, cut to the frame's own octets.

So the media type does not tell one scanner's files from another's, and neither comments within compressed frames nor what
lies behind the last pixel leaves the server.
"""

import gzip
from collections.abc import Sequence

from radapp.dicomweb import cache, multipart, pixels
from radapp.dicomweb.multipart import Part
from radapp.dicomweb.negotiation import OCTETS
from radapp.dicomweb.syntaxes import EXPLICIT

BOUNDARY = "5f0d7c52a6b14f3fb0ce1a5d93e7c8aa"
"""The same in every answer, so that a heatmap's can be kept compressed for the next reader."""
CONTENT_TYPE = multipart.content_type(OCTETS, BOUNDARY)


def octets(sha256: str, indices: Sequence[int]) -> list[bytes]:
    """Frames (indices from 0), little endian. Raises pixels.NoPixelsError where there are none or no decoder reads them."""
    layout = pixels.layout_of(sha256)
    if layout is None or max(indices) >= layout.frames:
        raise pixels.NoPixelsError("no such frame")
    return pixels.native_frames(layout, indices) if layout.native else pixels.decoded_frames(layout, indices)


def body(sha256: str, indices: Sequence[int]) -> bytes:
    """As one multipart/related body."""
    kind = f"{OCTETS}; transfer-syntax={EXPLICIT}"
    return multipart.body_of([Part.of_bytes(kind, one) for one in octets(sha256, indices)], BOUNDARY)


def zipped_body(sha256: str, indices: Sequence[int]) -> bytes:
    """The same gzipped, and kept: a heatmap is mostly zeros."""
    digest = cache.digest_of(["blinded frames", sha256, ",".join(map(str, indices))])
    return cache.kept("frames", digest, lambda: gzip.compress(body(sha256, indices), compresslevel=1, mtime=0))
