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
