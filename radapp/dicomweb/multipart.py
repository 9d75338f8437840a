"""multipart/related bodies, written (RFC 2387, PS3.18 section 8.6.1.2)."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

BLOCK = 512 * 1024
# Larger answers are sent block by block.
AT_ONCE_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True)
class Part:
    """One part: its media type with parameters, its size in octets, and what yields them when their turn comes."""

    content_type: str
    size: int
    blocks: Callable[[], Iterator[bytes]]
    location: str = ""
    path: Path | None = None  # where the octets are a file's, so that a piece of it can be read alone

    @classmethod
    def of_bytes(cls, content_type: str, octets: bytes, location: str = "") -> "Part":
        """A part whose octets are at hand."""
        return cls(content_type, len(octets), lambda: iter((octets,)), location)

    @classmethod
    def of_file(cls, content_type: str, path: Path, size: int, location: str = "") -> "Part":
        """A part that is a file, read block by block when sent."""
        return cls(content_type, size, lambda: read_blocks(path), location, path)


def read_blocks(path: Path) -> Iterator[bytes]:
    """A file's octets in large blocks."""
    with path.open("rb", buffering=0) as file:
        while block := file.read(BLOCK):
            yield block


def head_of(content_type: str, size: int, location: str, boundary: str, *, first: bool) -> bytes:
    """What stands before a part's octets."""
    place = f"\r\nContent-Location: {location}" if location else ""
    start = "" if first else "\r\n"
    return f"{start}--{boundary}\r\nContent-Type: {content_type}\r\nContent-Length: {size}{place}\r\n\r\n".encode()


def tail_of(boundary: str) -> bytes:
    """What stands behind the last part."""
    return f"\r\n--{boundary}--\r\n".encode()


def _head(part: Part, boundary: str, *, first: bool) -> bytes:
    return head_of(part.content_type, part.size, part.location, boundary, first=first)


def walk(parts: Sequence[Part], boundary: str) -> Iterator[bytes]:
    """The body, piece by piece."""
    for index, part in enumerate(parts):
        yield _head(part, boundary, first=index == 0)
        yield from part.blocks()
    yield tail_of(boundary)


def multipart_length(parts: Sequence[Part], boundary: str) -> int:
    """Octets of the whole body, known before the first one is read."""
    heads = sum(len(_head(part, boundary, first=index == 0)) + part.size for index, part in enumerate(parts))
    return heads + len(tail_of(boundary))


def content_type(inner: str, boundary: str) -> str:
    """The body's own media type; `inner` is the bare media type of its parts."""
    return f'multipart/related; type="{inner}"; boundary={boundary}'


def body_of(parts: Sequence[Part], boundary: str) -> bytes:
    """The whole body in memory."""
    return b"".join(walk(parts, boundary))


def new_boundary() -> str:
    """A boundary that no image holds by accident."""
    return uuid.uuid4().hex


def respond(parts: Sequence[Part], inner: str) -> HttpResponseBase:
    """An answer of several parts: at once where it is small, else block by block with its length told beforehand."""
    boundary = new_boundary()
    length = multipart_length(parts, boundary)
    kind = content_type(inner, boundary)
    response: HttpResponseBase
    if length <= AT_ONCE_BYTES:
        response = HttpResponse(body_of(parts, boundary), content_type=kind)
    else:
        response = StreamingHttpResponse(walk(parts, boundary), content_type=kind)
    response["Content-Length"] = str(length)
    return response
