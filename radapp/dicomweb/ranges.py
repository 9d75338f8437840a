"""Byte ranges (RFC 9110 section 14) of answers that are one piece; several at once, or other units, get the whole."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from radapp.dicomweb.multipart import AT_ONCE_BYTES, BLOCK, Part
from radapp.dicomweb.refusals import Refusal

_ONE_RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII)


@dataclass(frozen=True)
class Span:
    """Octets `first` to `last`, both included, of `size`."""

    first: int
    last: int
    size: int

    @property
    def length(self) -> int:
        """Of the piece, in octets."""
        return self.last - self.first + 1

    @property
    def content_range(self) -> str:
        """As a Content-Range header."""
        return f"bytes {self.first}-{self.last}/{self.size}"


def asked_span(request: HttpRequest, size: int, etag: str) -> Span | None:
    """The piece that the client asks for, None for the whole; 416 where it lies behind the end.

    A client whose If-Range names another version gets the whole of this one.
    """
    found = _ONE_RANGE.fullmatch(request.headers.get("Range", "").strip())
    if request.method != "GET" or found is None or request.headers.get("If-Range", f'"{etag}"').strip() != f'"{etag}"':
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:  # the last so many
        span = Span(max(0, size - int(last)), size - 1, size) if int(last) else None
    else:
        if last and int(last) < int(first):
            return None  # no valid range, so none at all
        span = Span(int(first), min(int(last), size - 1) if last else size - 1, size)
    if span is None or span.first >= size:
        raise Refusal(
            416,
            "range_not_satisfiable",
            f"The range begins behind the end: this has {size} octets.",
            {"Content-Range": f"bytes */{size}"},
        )
    return span


def cut(part: Part, span: Span) -> Part:
    """The piece as a part of its own."""
    return Part(part.content_type, span.length, lambda: _blocks(part, span), part.location)


def _blocks(part: Part, span: Span) -> Iterator[bytes]:
    if part.path is not None:
        with part.path.open("rb", buffering=0) as file:
            file.seek(span.first)
            left = span.length
            while left and (block := file.read(min(BLOCK, left))):
                yield block
                left -= len(block)
        return
    at = 0
    for block in part.blocks():
        piece = block[max(0, span.first - at) : max(0, span.last + 1 - at)]
        if piece:
            yield piece
        at += len(block)
        if at > span.last:
            return


def send(request: HttpRequest, part: Part, etag: str, content_type: str = "") -> HttpResponseBase:
    """One part as the whole answer, or the piece of it that was asked for (206)."""
    span = asked_span(request, part.size, etag)
    sent = part if span is None else cut(part, span)
    kind, status = content_type or part.content_type, 200 if span is None else 206
    response: HttpResponseBase
    if sent.size <= AT_ONCE_BYTES:
        response = HttpResponse(b"".join(sent.blocks()), status=status, content_type=kind)
    else:
        response = StreamingHttpResponse(sent.blocks(), status=status, content_type=kind)
    response["Content-Length"] = str(sent.size)
    response["Accept-Ranges"] = "bytes"
    if span is not None:
        response["Content-Range"] = span.content_range
    return response
