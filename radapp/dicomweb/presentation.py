"""From stored pixels to eight bits on a screen: the grayscale and colour pipelines (PS3.4 annex N.2, PS3.3 C.11).

Modality LUT, VOI LUT or window, presentation (MONOCHROME1 and INVERSE turned around); palettes and YBR to RGB. Presentation
states, overlays and ICC profiles are not applied.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.pixels import apply_color_lut, apply_modality_lut, convert_color_space

from ml import heatmap_look
from radapp.archive.headers import whole_number
from radapp.dicomweb.frame_values import Frame

Values = NDArray[np.floating[Any]]
Picture = NDArray[np.uint8]
"""(rows, columns) or (rows, columns, 3)."""


class Function(Enum):
    """How a window maps values (PS3.3 C.11.2.1.2 and .3)."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True)
class Window:
    """Centre and width in what comes out of the modality LUT."""

    center: float
    width: float
    function: Function = Function.LINEAR


def picture_of(frame: Frame, window: Window | None, *, heat: bool) -> Picture:
    """One frame as it is to be shown; `window` goes before the object's own. `heat`: coloured as heatmaps are here."""
    if frame.values.ndim == 3:
        return _eight_bits(_rgb(frame), frame.bits_stored)
    if frame.photometric == "PALETTE COLOR":
        coloured = apply_color_lut(frame.values, frame.header)
        return _eight_bits(coloured, 8 * coloured.dtype.itemsize)
    shown = _grey(frame, window)
    return heatmap_look.colours(shown) if heat else np.rint(shown * 255).astype(np.uint8)


def _rgb(frame: Frame) -> NDArray[Any]:
    if frame.photometric.startswith("YBR_FULL"):
        return convert_color_space(frame.values, "YBR_FULL", "RGB")
    return frame.values


def _eight_bits(values: NDArray[Any], bits: int) -> Picture:
    return (values >> max(bits - 8, 0)).astype(np.uint8) if bits > 8 else values.astype(np.uint8)


def _grey(frame: Frame, window: Window | None) -> Values:
    """Values from 0 (black) to 1 (white)."""
    groups = list(_groups(frame.header, frame.index))
    padding = _padding(frame)
    values = _modality(frame, groups)
    chosen = window or (None if frame.fixed else _own_window(frame, groups))
    if chosen is not None:
        shown = windowed(values, chosen, exact=frame.is_float)
    else:
        table = next((found for group in groups if (found := group.get("VOILUTSequence"))), None)
        shown = _looked_up(values, table[0]) if table else _stretched(values, padding, frame.fixed)
    if padding is not None:
        shown = np.where(padding, 0.0, shown)
    inverse = frame.photometric == "MONOCHROME1" or frame.header.get("PresentationLUTShape") == "INVERSE"
    return 1.0 - shown if inverse else shown


def _groups(header: pydicom.Dataset, index: int) -> Iterator[pydicom.Dataset]:
    """Where the transformations of a frame may stand: its own functional groups, the shared ones, the data set."""
    per_frame = header.get("PerFrameFunctionalGroupsSequence") or []
    candidates = [per_frame[index]] if index < len(per_frame) else []
    candidates += list(header.get("SharedFunctionalGroupsSequence") or [])[:1]
    for group in candidates:
        for name in ("PixelValueTransformationSequence", "FrameVOILUTSequence"):
            yield from list(group.get(name) or [])[:1]
    yield header


def _modality(frame: Frame, groups: list[pydicom.Dataset]) -> Values:
    """The modality LUT: a table, or slope and intercept."""
    for group in groups:
        if group.get("ModalityLUTSequence"):
            return apply_modality_lut(frame.values, group).astype(np.float64)
        if group.get("RescaleSlope") is not None and group.get("RescaleIntercept") is not None:
            return frame.values * float(group.RescaleSlope) + float(group.RescaleIntercept)
    return frame.values.astype(np.float64)


def _own_window(frame: Frame, groups: list[pydicom.Dataset]) -> Window | None:
    """The first window that the object itself names; None for one that no image can be shown under."""
    for group in groups:
        center, width = _first(group.get("WindowCenter")), _first(group.get("WindowWidth"))
        if center is None or width is None:
            continue
        named = str(group.get("VOILUTFunction", "LINEAR"))
        function = Function(named) if named in Function.__members__ else Function.LINEAR
        least = 0.0 if function is not Function.LINEAR or frame.is_float else 1.0
        return Window(center, width, function) if width > 0 and width >= least else None
    return None


def _first(value: Any) -> float | None:
    """The first of one or several values, as a finite number."""
    if value is None or value == "" or isinstance(value, str | bytes):
        return None
    first = value[0] if isinstance(value, list | pydicom.multival.MultiValue) and len(value) else value
    try:
        number = float(first)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None


def windowed(values: Values, window: Window, *, exact: bool = False) -> Values:
    """Values from 0 to 1 under a window. `exact`: floats have no half a step, so LINEAR means LINEAR_EXACT."""
    if window.function is Function.SIGMOID:
        return 1.0 / (1.0 + np.exp(np.clip(-4.0 * (values - window.center) / window.width, -700, 700)))
    if window.function is Function.LINEAR and not exact:
        center, width = window.center - 0.5, window.width - 1.0
        if width <= 0:
            return (values > center).astype(np.float64)
        return np.clip((values - center) / width + 0.5, 0.0, 1.0)
    return np.clip((values - window.center) / window.width + 0.5, 0.0, 1.0)


def _looked_up(values: Values, table: pydicom.Dataset) -> Values:
    """A VOI LUT (PS3.3 C.11.2.1.1): values below its first map to its first entry, those above its last to its last."""
    entries, first, bits = (int(number) for number in table.LUTDescriptor)
    entries = entries or 65536
    data = table.LUTData
    words = np.frombuffer(data, "<u2") if isinstance(data, bytes) else np.asarray(data, np.uint16)
    if bits <= 8 and len(words) < entries:
        words = words.view(np.uint8).astype(np.uint16)  # eight-bit entries packed into words
    first -= 65536 if first > 32767 and values.min() < 0 else 0
    places = np.clip(np.rint(values).astype(np.int64) - first, 0, min(entries, len(words)) - 1)
    return words[places] / float(2**bits - 1)


def _stretched(values: Values, padding: NDArray[np.bool_] | None, fixed: tuple[float, float] | None) -> Values:
    """From black to white over fixed ends, or over what the frame holds beside padding."""
    if fixed is not None:
        low, high = fixed
    else:
        finite = np.isfinite(values)
        inside = values[finite if padding is None else finite & ~padding]
        low, high = (float(inside.min()), float(inside.max())) if inside.size else (0.0, 0.0)
    if high <= low:
        return np.zeros(values.shape)
    return np.clip(np.nan_to_num((values - low) / (high - low)), 0.0, 1.0)


def _padding(frame: Frame) -> NDArray[np.bool_] | None:
    """Which pixels are padding (PS3.3 C.7.5.1.1.2)."""
    value = whole_number(frame.header, "PixelPaddingValue")
    if value is None or frame.is_float:
        return None
    limit = whole_number(frame.header, "PixelPaddingRangeLimit")
    ends = sorted((value, value if limit is None else limit))
    return (frame.values >= ends[0]) & (frame.values <= ends[1])
