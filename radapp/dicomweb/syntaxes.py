"""Transfer syntaxes: native ones, the media type of a compressed frame (PS3.18 table 8.7.3-5), whole-instance conversion."""

from io import BytesIO
from pathlib import Path

import pydicom
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from ml import decoding
from radapp.archive.headers import UNREADABLE

EXPLICIT = str(ExplicitVRLittleEndian)
IMPLICIT = str(ImplicitVRLittleEndian)
BIG_ENDIAN = str(ExplicitVRBigEndian)
DEFLATED = str(DeflatedExplicitVRLittleEndian)
NATIVE = frozenset({EXPLICIT, IMPLICIT, BIG_ENDIAN, DEFLATED})

_MEDIA_TYPES = {
    "1.2.840.10008.1.2.4.50": "image/jpeg",
    "1.2.840.10008.1.2.4.51": "image/jpeg",
    "1.2.840.10008.1.2.4.57": "image/jpeg",
    "1.2.840.10008.1.2.4.70": "image/jpeg",
    "1.2.840.10008.1.2.4.80": "image/jls",
    "1.2.840.10008.1.2.4.81": "image/jls",
    "1.2.840.10008.1.2.4.90": "image/jp2",
    "1.2.840.10008.1.2.4.91": "image/jp2",
    "1.2.840.10008.1.2.4.92": "image/jpx",
    "1.2.840.10008.1.2.4.93": "image/jpx",
    "1.2.840.10008.1.2.4.201": "image/jphc",
    "1.2.840.10008.1.2.4.202": "image/jphc",
    "1.2.840.10008.1.2.4.203": "image/jphc",
    "1.2.840.10008.1.2.5": "image/dicom-rle",
}


class ConversionImpossibleError(ValueError):
    """The instance cannot be written in the syntax that was asked for."""


def media_type_of(syntax: str) -> str:
    """The media type of a compressed frame; octets where the syntax has none of its own."""
    return _MEDIA_TYPES.get(syntax, "application/octet-stream")


def convert_instance(path: Path, wanted: str) -> bytes:
    """The stored file written anew as explicit or implicit VR little endian; compressed pixels are decoded.

    Raises ConversionImpossibleError for another target, or where pixels or values are such that nothing can be written.
    """
    if wanted not in {EXPLICIT, IMPLICIT}:
        raise ConversionImpossibleError(wanted)
    dataset = pydicom.dcmread(path, force=True)
    # A data set that came without file meta information is uncompressed; pydicom found out its encoding.
    stored = UID(str(dataset.file_meta.get("TransferSyntaxUID", EXPLICIT)))
    if not dataset.original_encoding[1]:
        stored = ExplicitVRBigEndian
    try:
        if stored.is_compressed and stored != DeflatedExplicitVRLittleEndian:
            if decoding.decoded_bytes(dataset) > decoding.MOST_DECODED:
                raise ConversionImpossibleError("too large")
            dataset.decompress(as_rgb=False, generate_instance_uid=False)
        elif stored == ExplicitVRBigEndian:
            raise ConversionImpossibleError("big endian")
        dataset.file_meta.TransferSyntaxUID = UID(wanted)
        out = BytesIO()
        dataset.save_as(out, implicit_vr=wanted == IMPLICIT, little_endian=True, enforce_file_format=True)
    except (*UNREADABLE, RuntimeError) as error:
        # Undecodable pixels, or a value that does not fit its VR and so cannot be written anew.
        raise ConversionImpossibleError(str(error)) from error
    return out.getvalue()
