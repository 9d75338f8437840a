"""Pixel data that hold pixels only: no bytes behind the last one, no comments within compressed frames.

The pixels' values stay what they were, to the bit.
"""

from collections.abc import Iterator

import pydicom
from pydicom.encaps import encapsulate, generate_frames

from radapp.archive.encoding import encoding_of

_END = b"\xff\xd9"
_JPEG = b"\xff\xd8\xff"
_JPEG_2000 = b"\xff\x4f\xff\x51"
_BOXED = b"\0\0\0\x0cjP  "
_SCAN, _TILE, _COMMENT_2000 = 0xDA, 0x90, 0x64
_SPEAKING = frozenset({0xFE, *range(0xE0, 0xF0)})
"""COM and APPn of JPEG and JPEG-LS."""
_NEEDED = (b"Adobe", b"mrfx")
"""APPn that say which transform of colours was applied; and JFIF's without its thumbnail."""
_BARE_JFIF = 18


class Unclean(ValueError):  # noqa: N818 - a reason
    """Pixel data that hold more than pixels, which cannot be taken out."""


def tidy(dataset: pydicom.Dataset, transfer_syntax: str) -> None:
    """Take out of the data set's pixel data what is no pixel; Unclean where it cannot be."""
    if "PixelData" not in dataset:
        return
    encoding = encoding_of(transfer_syntax)
    if encoding is None or not encoding.encapsulated:
        _cut(dataset)
    elif not encoding.video:
        _strip(dataset)


def _cut(dataset: pydicom.Dataset) -> None:
    bits = _number(dataset, "Rows") * _number(dataset, "Columns") * _number(dataset, "BitsAllocated")
    samples = 2 if dataset.get("PhotometricInterpretation") == "YBR_FULL_422" else _number(dataset, "SamplesPerPixel")
    length = (bits * samples * _number(dataset, "NumberOfFrames") + 7) // 8
    if len(dataset.PixelData) > length:
        dataset["PixelData"].value = dataset.PixelData[:length] + b"\0" * (length % 2)


def _number(dataset: pydicom.Dataset, keyword: str) -> int:
    return int(dataset.get(keyword) or 1)


def _strip(dataset: pydicom.Dataset) -> None:
    try:
        frames = list(generate_frames(dataset.PixelData, number_of_frames=_number(dataset, "NumberOfFrames")))
    except ValueError as error:
        raise Unclean("its compressed frames cannot be told apart") from error
    stripped = [_without_comments(frame) for frame in frames]
    if stripped == frames:
        return
    for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"):
        if keyword in dataset:
            del dataset[keyword]
    # The basic table counts to 2 GiB; without one, frames of one fragment each are told apart all the same.
    dataset["PixelData"].value = encapsulate(stripped, has_bot=sum(map(len, stripped)) < 2**31)


def _without_comments(frame: bytes) -> bytes:
    if frame.startswith(_BOXED):
        raise Unclean("its frames are JP2 files, whose boxes may hold words")
    if not frame.startswith((_JPEG, _JPEG_2000)):
        return frame
    jpeg_2000 = frame.startswith(_JPEG_2000)
    kept = b"".join(_segments(frame, jpeg_2000))
    end = kept.rfind(_END)
    kept = kept if end < 0 else kept[: end + 2]
    return frame if len(kept) >= len(frame.rstrip(b"\0")) else kept + b"\0" * (len(kept) % 2)


def _segments(frame: bytes, jpeg_2000: bool) -> Iterator[bytes]:
    """The frame's segments without those that speak, then all from the first scan or tile on."""
    yield frame[:2]
    at = 2
    while at + 4 <= len(frame) and frame[at] == 0xFF:
        marker = frame[at + 1]
        if marker == 0xFF:  # fill
            at += 1
            continue
        if marker == (_TILE if jpeg_2000 else _SCAN):
            break
        segment = frame[at : at + 2 + int.from_bytes(frame[at + 2 : at + 4])]
        speaks = marker == _COMMENT_2000 if jpeg_2000 else marker in _SPEAKING and not _is_needed(segment)
        if not speaks:
            yield segment
        at += len(segment)
    yield frame[at:]


def _is_needed(segment: bytes) -> bool:
    return segment[4:].startswith(_NEEDED) or (segment[4:].startswith(b"JFIF\0") and len(segment) == _BARE_JFIF)
