"""The grey window with which a series opens: one for all its images."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from radapp.dicomweb import pixels
from radapp.readerstudies.blinding.frames import octets
from radapp.readerstudies.blinding.headers import Plane


def window_of(planes: Sequence[Plane]) -> tuple[float, float]:
    """(centre, width): the middle image's as stored, else from its pixels, so that a series without one opens as well."""
    middle = planes[len(planes) // 2]
    centre, width = middle.first("WindowCenter"), middle.first("WindowWidth")
    if isinstance(centre, int | float) and isinstance(width, int | float) and width > 0:
        return float(centre), float(width)
    slope, intercept = middle.first("RescaleSlope", 1.0), middle.first("RescaleIntercept", 0.0)
    kind = ("i" if middle.first("PixelRepresentation") else "u") + str(middle.first("BitsAllocated") // 8)
    return _from_pixels(middle.sha256, middle.index, kind, float(slope), float(intercept))


@lru_cache(maxsize=4096)
def _from_pixels(sha256: str, index: int, kind: str, slope: float, intercept: float) -> tuple[float, float]:
    """0.5 to 99.5 % of the values, as the viewer's own automatic window; (0, 1) where no decoder reads them."""
    try:
        values = np.frombuffer(octets(sha256, [index])[0], f"<{kind}") * slope + intercept
    except (pixels.NoPixelsError, ValueError, TypeError):
        return 0.0, 1.0
    low, high = (float(value) for value in np.percentile(values, (0.5, 99.5)))
    return (low + high) / 2, max(high - low, 1e-6)
