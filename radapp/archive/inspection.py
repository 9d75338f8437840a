"""Looks at a file before pydicom does: is it DICOM, whole, within limits, named by UIDs? No path is taken from it."""

import math
import struct
import warnings
from dataclasses import dataclass

import pydicom
from pydicom.charset import convert_encodings
from pydicom.dataelem import RawDataElement

from radapp.archive.clutter import Judgement, Kind
from radapp.archive.encoding import (
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMAGE_CLASSES,
    IMPLICIT_LITTLE,
    LONG_VRS,
    MEDIA_DIRECTORY,
    SHORT_VRS,
    Encoding,
    begins_like_its_codec,
    encoding_of,
    is_uid,
)
from radapp.archive.fragments import Fragments
from radapp.archive.frames import EXTENDED_OFFSETS, NOWHERE, PixelPlace, place_of
from radapp.archive.headers import INDEXED_TAGS, tag_of, text, whole_number
from radapp.archive.inflating import inflated
from radapp.archive.limits import LIMITS, LimitExceededError, Limits, MalformedError
from radapp.archive.outcomes import Identity
from radapp.archive.storage import Buffer
from radapp.archive.walk import PixelData, Walk, Walked

META_ELEMENTS = 100


class BrokenFileError(ValueError):
    """The file claims to be DICOM and is broken or hostile; the text says what was found and what was expected."""


class ClutterError(ValueError):
    """The file is nothing that an archive keeps, and no harm."""


@dataclass(frozen=True)
class Inspected:
    """A data set that may be stored. `header` holds its indexed top-level attributes (radapp.archive.headers).

    `bare`: the file lacks preamble and DICM.
    """

    identity: Identity
    header: pydicom.Dataset
    transfer_syntax_uid: str
    dataset_digest: str
    pixel_digest: str
    pixels: PixelPlace = NOWHERE
    bare: bool = False


@dataclass(frozen=True)
class _Meta:
    """File meta information: where the data set begins and what it is written in."""

    end: int
    transfer_syntax: str
    sop_class: str


def inspect(content: Buffer, judgement: Judgement, limits: Limits = LIMITS) -> Inspected:
    """Check the whole file. `judgement` is clutter.judge's, DICOM or BARE. Raises BrokenFileError or ClutterError."""
    try:
        start, encoding = _beginning(content, judgement.kind)
        if encoding.deflated:
            content, start = inflated(content, start, limits), 0
        walked = Walk(content, start, encoding, INDEXED_TAGS | {EXTENDED_OFFSETS}, limits).run()
    except MalformedError as error:
        raise BrokenFileError(f"the data set is damaged: {error}") from error
    except LimitExceededError as error:
        raise BrokenFileError(f"{error}: no examination needs that, and it is not read") from error
    extended = walked.wanted.pop(EXTENDED_OFFSETS, None)
    header = _header(walked, encoding)
    identity = _identity(header)
    _check_pixels(identity.sop_class_uid, header, walked.pixel_data, encoding)
    _check_frames(header, limits)
    pixel_digest = walked.pixel_data.sha256 if walked.pixel_data else ""
    place = place_of(content, walked.pixel_data, header, encoding, extended.value if extended else b"")
    bare = judgement.kind is not Kind.DICOM
    return Inspected(identity, header, encoding.uid, walked.digest, pixel_digest, place, bare)


def _beginning(content: Buffer, kind: Kind) -> tuple[int, Encoding]:
    """Where the data set begins, and its encoding."""
    if kind is Kind.DICOM:
        meta = _read_meta(content, 132)
    elif content[:2] == b"\x02\0":
        meta = _read_meta(content, 0)
    else:
        return 0, _guessed_encoding(content)
    if meta.sop_class == MEDIA_DIRECTORY:
        raise ClutterError("a DICOMDIR")
    if not meta.transfer_syntax:
        raise BrokenFileError("found no Transfer Syntax UID (0002,0010), expected one in the file meta information")
    encoding = encoding_of(meta.transfer_syntax)
    if encoding is None:
        raise BrokenFileError(
            f"found the transfer syntax {meta.transfer_syntax[:64]!r}, which this program does not know; "
            "expected one of PS3.5: have the sender convert it to Explicit VR Little Endian"
        )
    return meta.end, encoding


def _guessed_encoding(content: Buffer) -> Encoding:
    """The encoding of a data set that stands alone, from its first element."""
    explicit = bytes(content[4:6]) in LONG_VRS | SHORT_VRS
    uid = EXPLICIT_BIG if content[0] == 0 else EXPLICIT_LITTLE if explicit else IMPLICIT_LITTLE
    encoding = encoding_of(uid)
    assert encoding is not None
    return encoding


def _read_meta(content: Buffer, start: int) -> _Meta:
    """Group 0002, always Explicit VR Little Endian (PS3.10 section 7.1). Its own length element is not trusted."""
    found: dict[int, str] = {}
    position = start
    for _ in range(META_ELEMENTS):
        if len(content) - position < 8:
            break
        group, element, vr, length = struct.unpack_from("<HH2sH", content, position)
        if group != 2:
            break
        if vr in LONG_VRS:
            if len(content) - position < 12:
                raise MalformedError(f"the file meta information ends at offset {position}: truncated")
            length = struct.unpack_from("<L", content, position + 8)[0]
            position += 4
        elif vr not in SHORT_VRS:
            raise MalformedError(f"found the VR {vr!r} in the file meta information at offset {position + 4}")
        position += 8
        if position + length > len(content):
            raise MalformedError(f"(0002,{element:04x}) claims {length} bytes at offset {position}: truncated")
        if length <= 128:
            found[element] = bytes(content[position : position + length]).decode("latin-1").rstrip("\0 ")
        position += length
    if position == start:
        raise BrokenFileError("found no file meta information (group 0002), expected it behind DICM")
    return _Meta(position, found.get(0x0010, ""), found.get(0x0002, ""))


def _header(walked: Walked, encoding: Encoding) -> pydicom.Dataset:
    """The indexed attributes as a Dataset. Values are little endian already, whatever the file was."""
    header = pydicom.Dataset(
        {
            tag_of(tag): RawDataElement(
                tag_of(tag), raw.vr, len(raw.value), raw.value or None, 0, raw.vr is None, True, True
            )
            for tag, raw in walked.wanted.items()
        }
    )
    with warnings.catch_warnings():
        # An unknown character set is read as ASCII with replacement characters; the bytes stay as they are.
        warnings.simplefilter("ignore")
        charset = convert_encodings(text(header, "SpecificCharacterSet").split("\\"))
        header.set_original_encoding(encoding.implicit, True, charset)
    return header


def _identity(header: pydicom.Dataset) -> Identity:
    uids = {}
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID"):
        value = text(header, keyword)
        if not value:
            raise BrokenFileError(f"found no {keyword}, expected one")
        if not is_uid(value):
            raise BrokenFileError(f"found the {keyword} {value[:80]!r}, expected at most 64 digits and dots")
        uids[keyword] = value
    if uids["SOPClassUID"] == MEDIA_DIRECTORY:
        raise ClutterError("a DICOMDIR")
    return Identity(
        study_uid=uids["StudyInstanceUID"],
        series_uid=uids["SeriesInstanceUID"],
        sop_instance_uid=uids["SOPInstanceUID"],
        sop_class_uid=uids["SOPClassUID"],
    )


def _check_frames(header: pydicom.Dataset, limits: Limits) -> None:
    frames = whole_number(header, "NumberOfFrames") or 1
    if frames > limits.frames:
        raise BrokenFileError(f"found {frames} frames, expected at most {limits.frames}: no examination needs that")


def _check_pixels(sop_class: str, header: pydicom.Dataset, pixels: PixelData | None, encoding: Encoding) -> None:
    """An image has its pixels, all of them. Sources: PS3.3 C.7.6.3, PS3.5 section 8 and A.4."""
    if pixels is None:
        if sop_class in IMAGE_CLASSES:
            name = pydicom.uid.UID(sop_class).name
            raise BrokenFileError(f"found no pixel data in an object of the class {name}, expected it: truncated or emptied")
        return
    if sop_class not in IMAGE_CLASSES and not whole_number(header, "Rows"):
        return
    if encoding.encapsulated != (pixels.fragments is not None) and pixels.length:
        kind = "fragments" if encoding.encapsulated else "one value of defined length"
        raise BrokenFileError(f"the transfer syntax {encoding.uid} wants its pixel data as {kind}, found otherwise")
    if pixels.fragments is not None:
        _check_fragments(header, pixels.fragments, encoding)
        return
    expected = _expected_length(header, pixels)
    if pixels.length < expected:
        raise BrokenFileError(
            f"found {pixels.length} bytes of pixel data, expected {expected} "
            f"({_shape(header)}): truncated, or the header lies"
        )


def _check_fragments(header: pydicom.Dataset, fragments: Fragments, encoding: Encoding) -> None:
    """Compressed frames: at least a fragment each (PS3.5 A.4), the first of which begins as its codec's streams do."""
    if not whole_number(header, "Rows") or not whole_number(header, "Columns"):
        raise BrokenFileError("found no Rows and Columns, expected both beside pixel data")
    if not len(fragments):
        raise BrokenFileError("found no fragment in the compressed pixel data, expected one for each frame at least")
    frames = max(whole_number(header, "NumberOfFrames") or 1, 1)
    if len(fragments) < frames and not encoding.video:
        raise BrokenFileError(
            f"found {len(fragments)} fragments of compressed pixel data for NumberOfFrames {frames}, "
            "expected one for each frame at least: truncated, or the header lies"
        )
    if not begins_like_its_codec(encoding.uid, fragments.beginning):
        raise BrokenFileError(
            f"found compressed pixel data that begins with {fragments.beginning[:4].hex(' ') or 'nothing'}, "
            f"expected the beginning of {pydicom.uid.UID(encoding.uid).name}: damaged"
        )


def _expected_length(header: pydicom.Dataset, pixels: PixelData) -> int:
    """Bytes that Rows × Columns × samples × frames need."""
    rows, columns = whole_number(header, "Rows") or 0, whole_number(header, "Columns") or 0
    bits = {0x7FE00008: 32, 0x7FE00009: 64}.get(pixels.tag) or whole_number(header, "BitsAllocated") or 0
    if rows <= 0 or columns <= 0 or bits <= 0:
        raise BrokenFileError(f"found {_shape(header)}, expected Rows, Columns and BitsAllocated beside pixel data")
    samples = max(whole_number(header, "SamplesPerPixel") or 1, 1)
    if text(header, "PhotometricInterpretation") == "YBR_FULL_422" and samples == 3:
        samples = 2
    frames = max(whole_number(header, "NumberOfFrames") or 1, 1)
    return math.ceil(rows * columns * samples * frames * bits / 8)


def _shape(header: pydicom.Dataset) -> str:
    keywords = ("Rows", "Columns", "SamplesPerPixel", "NumberOfFrames", "BitsAllocated")
    return ", ".join(f"{keyword} {text(header, keyword) or 'missing'}" for keyword in keywords)
