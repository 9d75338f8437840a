"""Compressing what is stored uncompressed, or otherwise, for clients that ask for it: losslessly, and checked each time.

JPEG-LS, JPEG 2000 and RLE have an encoder here; HTJ2K and the lossy ones have none (docs/dicomweb.md).
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.encaps import encapsulate
from pydicom.pixels import get_decoder, get_encoder
from pydicom.uid import UID

from ml import decoding
from radapp.archive.headers import UNREADABLE, text, whole_number
from radapp.dicomweb import cache, choices, pixels
from radapp.dicomweb.negotiation import MediaRange
from radapp.dicomweb.pixels import NoPixelsError, PixelLayout
from radapp.dicomweb.syntaxes import BIG_ENDIAN, NATIVE, ConversionImpossibleError

_WIDTHS = {8, 16}


def target_under(layout: PixelLayout, one: MediaRange) -> str | None:
    """The syntax to compress frames into for this range; None where it asks for nothing that can be made."""
    if layout.keyword != "PixelData" or layout.bits_allocated not in _WIDTHS:
        return None
    return choices.compression_target(one)


def compressed_frames(layout: PixelLayout, header: pydicom.Dataset, indices: Sequence[int], target: str) -> list[bytes]:
    """Frames (indices from 0) in another syntax, kept for the next client; NoPixelsError where that cannot be."""
    return [_kept(layout, header, index, target) for index in indices]


def _kept(layout: PixelLayout, header: pydicom.Dataset, index: int, target: str) -> bytes:
    digest = cache.digest_of(["compressed", layout.sha256, str(index), target])
    return cache.kept("frames", digest, lambda: _compress(layout, header, index, target))


def _compress(layout: PixelLayout, header: pydicom.Dataset, index: int, target: str) -> bytes:
    (octets,) = (pixels.native_frames if layout.native else pixels.decoded_frames)(layout, [index])
    options: dict[str, Any] = {
        "rows": whole_number(header, "Rows"),
        "columns": whole_number(header, "Columns"),
        "samples_per_pixel": whole_number(header, "SamplesPerPixel") or 1,
        "bits_allocated": layout.bits_allocated,
        "bits_stored": whole_number(header, "BitsStored"),
        "pixel_representation": whole_number(header, "PixelRepresentation") or 0,
        "photometric_interpretation": text(header, "PhotometricInterpretation"),
        "number_of_frames": 1,
    }
    if options["samples_per_pixel"] > 1:
        # What decoders hand out lies pixel by pixel, whatever the header says of the stored bytes.
        options["planar_configuration"] = (whole_number(header, "PlanarConfiguration") or 0) if layout.native else 0
    try:
        encoded = get_encoder(UID(target)).encode(octets, **options)
        described: dict[str, Any] = options | {"pixel_keyword": "PixelData"}
        again, _ = get_decoder(UID(target)).as_array(encapsulate([encoded]), index=0, raw=True, **described)
    except (*UNREADABLE, RuntimeError) as error:
        raise NoPixelsError("these pixels cannot be compressed") from error
    if not np.array_equal(again, _array(octets, options)):
        raise NoPixelsError("these pixels would not come back equal")
    return encoded


def _array(octets: bytes, options: Mapping[str, Any]) -> NDArray[Any]:
    """Uncompressed octets as numbers: (rows, columns), or (rows, columns, samples)."""
    kind = "i" if options["pixel_representation"] else "u"
    flat = np.frombuffer(octets, np.dtype(f"<{kind}{options['bits_allocated'] // 8}"))
    rows, columns, samples = options["rows"], options["columns"], options["samples_per_pixel"]
    if samples == 1:
        return flat.reshape(rows, columns)
    if options["planar_configuration"]:
        return flat.reshape(samples, rows, columns).transpose(1, 2, 0)
    return flat.reshape(rows, columns, samples)


def compress_instance(path: Path, wanted: str) -> bytes:
    """The stored file written anew in a lossless compressed syntax; ConversionImpossibleError where that cannot be."""
    dataset = pydicom.dcmread(path, force=True)
    stored = UID(str(dataset.file_meta.get("TransferSyntaxUID", "")))
    if "PixelData" not in dataset or whole_number(dataset, "BitsAllocated") not in _WIDTHS or stored == BIG_ENDIAN:
        raise ConversionImpossibleError(wanted)
    if decoding.decoded_bytes(dataset) > decoding.MOST_DECODED:
        raise ConversionImpossibleError("too large")
    try:
        if stored not in NATIVE:
            dataset.decompress(as_rgb=False, generate_instance_uid=False)
        before = dataset.pixel_array
        dataset.compress(UID(wanted), generate_instance_uid=False)
        out = BytesIO()
        dataset.save_as(out, implicit_vr=False, little_endian=True, enforce_file_format=True)
        out.seek(0)
        if not np.array_equal(before, pydicom.dcmread(out).pixel_array):
            raise ConversionImpossibleError("the pixels would not come back equal")
    except (*UNREADABLE, RuntimeError) as error:
        raise ConversionImpossibleError(str(error)) from error
    return out.getvalue()
