"""Transfer syntaxes and value representations: what a data set's bytes mean before anything is parsed (PS3.5)."""

import re
from dataclasses import dataclass

from pydicom.uid import UID_dictionary

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
DEFLATED_LITTLE = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"

# The UIDs of PS3.6: letters never occur, and 64 characters are the most.
VALID_UID = re.compile(r"[0-9]+(\.[0-9]+)*")

# Explicit VRs with a 4-byte length after two reserved bytes (PS3.5 table 7.1-1), and those with a 2-byte length (7.1-2).
LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
SHORT_VRS = frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
# The unit that a change of byte order turns round, in bytes.
SWAPPED_UNITS = dict.fromkeys(b"US SS OW AT".split(), 2) | dict.fromkeys(b"UL SL FL OL OF".split(), 4)
SWAPPED_UNITS |= dict.fromkeys(b"FD OD SV UV OV".split(), 8)

_IMAGE = re.compile(r"Image Storage|Segmentation Storage$|Parametric Map Storage$|US Volume Storage$")


def _of_type(kind: str) -> dict[str, str]:
    return {uid: name for uid, (name, its_kind, *_rest) in UID_dictionary.items() if its_kind == kind}


# SOP classes whose instances carry pixel data: without it they are broken.
IMAGE_CLASSES = frozenset(
    uid
    for uid, name in _of_type("SOP Class").items()
    if _IMAGE.search(name) and "Surface Segmentation" not in name and "SOP Class" not in name
) | {"1.2.840.10008.5.1.4.1.1.66.7"}  # Label Map Segmentation, younger than pydicom's dictionary
MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"


@dataclass(frozen=True)
class Encoding:
    """How a data set is written. `encapsulated`: its pixel data is a sequence of compressed fragments."""

    uid: str
    implicit: bool = False
    little: bool = True
    deflated: bool = False
    encapsulated: bool = False

    @property
    def video(self) -> bool:
        """MPEG-2, MPEG-4 and HEVC: one stream for all frames, in as few fragments as its writer likes (PS3.5 8.2.5 on)."""
        return self.uid.startswith("1.2.840.10008.1.2.4.10")


# Compressed pixel data in fragments: JPEG's family, video, RLE, and the uncompressed one in fragments. JPIP holds no pixels.
_ENCAPSULATED = frozenset(
    uid
    for uid, name in _of_type("Transfer Syntax").items()
    if uid.startswith(("1.2.840.10008.1.2.4.", "1.2.840.10008.1.2.5")) and "JPIP" not in name
) | {"1.2.840.10008.1.2.1.98"}
_NATIVE = {
    IMPLICIT_LITTLE: Encoding(IMPLICIT_LITTLE, implicit=True),
    EXPLICIT_LITTLE: Encoding(EXPLICIT_LITTLE),
    DEFLATED_LITTLE: Encoding(DEFLATED_LITTLE, deflated=True),
    EXPLICIT_BIG: Encoding(EXPLICIT_BIG, little=False),
}


_JPEG = b"\xff\xd8\xff"
# A bare code stream, or one in a JP2 file's boxes, which some writers leave around it.
_JPEG_2000 = (b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  ")
_RLE = "1.2.840.10008.1.2.5"
_RLE_SEGMENTS = 15  # at most (PS3.5 G.5)
_STARTS: dict[str, tuple[bytes, ...]] = {
    **{f"1.2.840.10008.1.2.4.{number}": (_JPEG,) for number in (50, 51, 57, 70, 80, 81)},
    **{f"1.2.840.10008.1.2.4.{number}": _JPEG_2000 for number in (90, 91, 92, 93, 201, 202, 203)},
}


def begins_like_its_codec(transfer_syntax: str, beginning: bytes) -> bool:
    """Whether a frame's first bytes could be of the codec that the syntax names; True for codecs not known here."""
    if transfer_syntax == _RLE:
        return 1 <= int.from_bytes(beginning[:4], "little") <= _RLE_SEGMENTS
    starts = _STARTS.get(transfer_syntax)
    return starts is None or beginning.startswith(starts)


def encoding_of(transfer_syntax: str) -> Encoding | None:
    """The encoding that a Transfer Syntax UID names, or None where this program does not know it."""
    if transfer_syntax in _NATIVE:
        return _NATIVE[transfer_syntax]
    if transfer_syntax in _ENCAPSULATED:
        return Encoding(transfer_syntax, encapsulated=True)
    return None


def is_uid(text: str) -> bool:
    """Whether a text has a UID's form: up to 64 characters, digits and dots."""
    return len(text) <= 64 and VALID_UID.fullmatch(text) is not None
