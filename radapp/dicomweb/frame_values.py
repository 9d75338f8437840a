"""One frame of a stored instance as numbers, with the header that says what they mean."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.pixels import pixel_array
from pydicom.pixels.utils import expand_ybr422

from radapp.archive.headers import text, whole_number
from radapp.archive.models import Instance
from radapp.dicomweb import pixels, whereabouts
from radapp.dicomweb.pixels import DAMAGED, NoPixelsError, PixelLayout

PIXELS_AT_MOST = 32 * 1024 * 1024
"""Of a frame that is drawn: far more than any screen has, and what takes part of a gigabyte on the way."""

_FLOATS: dict[str, Any] = {"FloatPixelData": np.dtype("<f4"), "DoubleFloatPixelData": np.dtype("<f8")}


@dataclass(frozen=True)
class Frame:
    """Stored values (rows, columns) or (rows, columns, 3), before any transformation. `index` counts from 0.

    `fixed`: the ends of a scale that does not hang on the frame's own values.
    """

    values: NDArray[Any]
    header: pydicom.Dataset
    index: int
    photometric: str
    bits_stored: int
    fixed: tuple[float, float] | None = None

    @property
    def is_float(self) -> bool:
        """Floats have no padding value and no half steps."""
        return bool(np.issubdtype(self.values.dtype, np.floating))


def frame_of(instance: Instance, layout: PixelLayout, index: int) -> Frame:
    """Read one frame; NoPixelsError where it cannot be decoded, or is larger than anybody looks at."""
    header = header_of(whereabouts.path_of(instance), instance.sha256)
    if (whole_number(header, "Rows") or 0) * (whole_number(header, "Columns") or 0) > PIXELS_AT_MOST:
        raise NoPixelsError("the frame is too large to be drawn")
    photometric = text(header, "PhotometricInterpretation") or "MONOCHROME2"
    try:
        values, photometric = _values(layout, header, index, photometric)
    except DAMAGED as error:
        raise NoPixelsError("the frame cannot be decoded") from error
    stored = whole_number(header, "BitsStored") or layout.bits_allocated
    return Frame(values, header, index, photometric, stored, _fixed(layout, header))


@lru_cache(maxsize=16)
def header_of(path: Path, sha256: str) -> pydicom.Dataset:
    """Everything but the pixels. Bytes never change, so the last few are kept; nobody may change what is returned."""
    return pydicom.dcmread(path, stop_before_pixels=True, force=True)


def _values(layout: PixelLayout, header: pydicom.Dataset, index: int, photometric: str) -> tuple[NDArray[Any], str]:
    """The values, and what they mean by now: the decoders of compressed colour hand out RGB."""
    if not layout.native:
        values = pixel_array(layout.path, index=index)
        return values, "RGB" if values.ndim == 3 else photometric
    (octets,) = pixels.native_frames(layout, [index])
    rows, columns = whole_number(header, "Rows") or 0, whole_number(header, "Columns") or 0
    samples = whole_number(header, "SamplesPerPixel") or 1
    if layout.keyword in _FLOATS:
        return np.frombuffer(octets, _FLOATS[layout.keyword]).reshape(rows, columns), photometric
    if layout.bits_allocated < 8:
        bits = np.unpackbits(np.frombuffer(octets, np.uint8), bitorder="little")[: rows * columns]
        return bits.reshape(rows, columns), photometric
    if layout.bits_allocated not in {8, 16, 32, 64}:
        raise NoPixelsError("pixels of this width cannot be drawn")
    if photometric == "YBR_FULL_422":
        octets, photometric = expand_ybr422(octets, layout.bits_allocated), "YBR_FULL"
    flat = np.frombuffer(octets, np.dtype(f"<u{layout.bits_allocated // 8}"))
    if samples == 1:
        return _signed(flat.reshape(rows, columns), header, layout.bits_allocated), photometric
    if whole_number(header, "PlanarConfiguration") == 1:
        return flat.reshape(samples, rows, columns).transpose(1, 2, 0), photometric
    return flat.reshape(rows, columns, samples), photometric


def _signed(values: NDArray[Any], header: pydicom.Dataset, allocated: int) -> NDArray[Any]:
    """The stored bits alone, with their sign: others may hold anything, old overlays for one (PS3.5 section 8.1.1)."""
    stored = min(whole_number(header, "BitsStored") or allocated, allocated)
    high = min(whole_number(header, "HighBit") or stored - 1, allocated - 1)
    lifted = values << (allocated - 1 - high) if high < allocated - 1 else values
    if whole_number(header, "PixelRepresentation") == 1:
        lifted = lifted.view(np.dtype(f"<i{allocated // 8}"))
    return lifted >> (allocated - stored) if stored < allocated else lifted


def _fixed(layout: PixelLayout, header: pydicom.Dataset) -> tuple[float, float] | None:
    """The scale of segmentations: nothing to all, whatever a frame holds of them."""
    if layout.bits_allocated == 1:
        return 0.0, 1.0
    most = whole_number(header, "MaximumFractionalValue")
    return (0.0, float(most)) if most and text(header, "SegmentationType") == "FRACTIONAL" else None
