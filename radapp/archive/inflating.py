"""Deflated data sets (PS3.5 A.5): measured before they are inflated, so that a bomb costs time and no memory."""

import zlib
from collections.abc import Iterator

from radapp.archive.limits import LimitExceededError, Limits, MalformedError
from radapp.archive.storage import Buffer

# What is fed to zlib at once, and the most that comes out of it at once.
_FED, _BLOCK = 64 * 1024, 1024 * 1024


def inflated(content: Buffer, start: int, limits: Limits) -> bytearray:
    """The data set that lies deflated in `content[start:]`. Raises MalformedError or LimitExceededError."""
    packed = len(content) - start
    most = max(limits.inflated_freely, min(limits.inflated_bytes, packed * limits.inflated_ratio))
    size = 0
    with memoryview(content) as view, view[start:] as data:
        for block in _blocks(data):
            size += len(block)
            if size > most:
                raise LimitExceededError(f"found a deflated data set of more than {most} bytes, a deflate bomb")
        made = bytearray(size)
        at = 0
        for block in _blocks(data):
            made[at : at + len(block)] = block
            at += len(block)
    return made


def _blocks(data: memoryview) -> Iterator[bytes]:
    """The inflated bytes, a little at a time; what stands behind the end mark is left."""
    inflater = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    for first in range(0, len(data), _FED):
        fed: bytes | memoryview = data[first : first + _FED]
        while len(fed) and not inflater.eof:
            try:
                block = inflater.decompress(fed, _BLOCK)
            except zlib.error as error:
                raise MalformedError(f"its deflated bytes cannot be inflated: {error}") from error
            yield block
            fed = inflater.unconsumed_tail
        if inflater.eof:
            return
    while block := inflater.decompress(b"", _BLOCK):
        yield block
    if not inflater.eof:
        raise MalformedError(f"it is deflated and ends after {len(data)} bytes without its end mark: truncated")
