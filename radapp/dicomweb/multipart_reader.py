"""multipart/related request bodies, read from a stream part by part (RFC 2046 section 5.1), never whole in memory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

BLOCK = 1024 * 1024
HEADERS_AT_MOST = 16 * 1024
PREAMBLE_AT_MOST = 64 * 1024
CONTENT_TYPE_AT_MOST = 1024
PARTS_AT_MOST = 100_000


class MultipartError(ValueError):
    """The body is not the multipart message that its Content-Type announces; the text says what was found."""


class Stream(Protocol):
    """What gives octets: a Django request or a file."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class PartHead:
    """A part's headers, names in lower case."""

    headers: dict[str, str]

    @property
    def content_type(self) -> str:
        """The bare media type, lower case; empty where the part names none."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


def parameters_of(content_type: str) -> tuple[str, dict[str, str]]:
    """(media type in lower case, parameters with names in lower case) of a Content-Type header."""
    media_type, _, rest = content_type[:CONTENT_TYPE_AT_MOST].partition(";")
    found = re.findall(r'([\w-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]+)', rest)
    return media_type.strip().lower(), {name.lower(): value.strip('"') for name, value in found}


def _headers(text: bytes) -> PartHead:
    found = {}
    for line in text.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon:
            found[name.decode("latin-1").strip().lower()] = value.decode("latin-1").strip()
    return PartHead(found)


class MultipartReader:
    """Walks over the parts of one body; each part's content is written into the file that the caller gives for it."""

    def __init__(self, stream: Stream, boundary: str) -> None:
        if not boundary or len(boundary) > 200:
            raise MultipartError("the Content-Type names no usable boundary")
        self._stream = stream
        self._delimiter = b"\r\n--" + boundary.encode("latin-1", "replace")
        # A line break before the first delimiter lets it be found like every other.
        self._buffer = bytearray(b"\r\n")
        self._ended = False

    def _fill(self) -> bool:
        block = self._stream.read(BLOCK)
        self._buffer += block
        self._ended = not block
        return bool(block)

    def _until(self, mark: bytes, at_most: int, what: str) -> bytes:
        """The octets up to the mark, which is consumed with them."""
        searched = 0
        while True:
            found = self._buffer.find(mark, searched)
            if found >= 0:
                octets = bytes(self._buffer[:found])
                del self._buffer[: found + len(mark)]
                return octets
            searched = max(0, len(self._buffer) - len(mark) + 1)
            if len(self._buffer) > at_most + len(mark) or not self._fill():
                raise MultipartError(f"no {what} was found")

    def parts(self) -> Iterator[PartHead]:
        """Each part's head; `copy_to` must be called before the next one."""
        self._until(self._delimiter, PREAMBLE_AT_MOST, "first boundary")
        for _ in range(PARTS_AT_MOST):
            while len(self._buffer) < 2 and self._fill():
                pass
            if self._buffer.startswith(b"--"):
                self._drain()
                return
            line = self._until(b"\r\n", 256, "line end behind a boundary")
            if line.strip():
                raise MultipartError("a boundary is followed by other text")
            # A part without headers begins with the empty line itself.
            self._buffer[:0] = b"\r\n"
            yield _headers(self._until(b"\r\n\r\n", HEADERS_AT_MOST, "end of a part's headers"))
        raise MultipartError(f"found more than {PARTS_AT_MOST} parts")

    def copy_to(self, out: BinaryIO) -> int:
        """Write the current part's content; returns its size. Raises MultipartError where the body ends within it.

        What `out` raises ends it; the caller may go on with another `out`, which takes the rest of the part.
        """
        size, keep = 0, len(self._delimiter) - 1
        while True:
            found = self._buffer.find(self._delimiter)
            if found >= 0:
                out.write(self._buffer[:found])
                del self._buffer[: found + len(self._delimiter)]
                return size + found
            ready = len(self._buffer) - keep
            if ready > 0:
                piece = bytes(self._buffer[:ready])
                del self._buffer[:ready]
                size += ready
                out.write(piece)
            if not self._fill():
                raise MultipartError("the body ends within a part, before its closing boundary")

    def _drain(self) -> None:
        """Read what follows the last boundary, so that the connection can be used again."""
        self._buffer.clear()
        while self._fill():
            self._buffer.clear()
