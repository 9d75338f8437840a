"""How a heatmap is coloured wherever it is drawn, and from which value on it counts as shown. No torch here.

Colours, opacity and threshold are the viewer's (`frontend/src/features/viewer/imaging/heatmapColours.ts`; a test holds the
two equal): 0 to 1 for all studies, never stretched to one's own maximum.
"""

import numpy as np
from numpy.typing import NDArray

INFERNO = ((0, 0, 4), (11, 7, 36), (33, 12, 74), (61, 9, 101), (87, 16, 110), (113, 25, 110), (138, 34, 106), (163, 44, 97),
           (188, 55, 84), (208, 69, 69), (227, 89, 51), (241, 113, 31), (249, 140, 10), (252, 170, 15), (249, 201, 50),
           (242, 232, 101), (252, 255, 164))  # fmt: skip
OPACITY, THRESHOLD, SOFT_EDGE = 0.6, 0.3, 0.08


def above(values: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Which of a heatmap's values (0 to 1) count as shown."""
    return np.asarray(values > THRESHOLD)


def colours(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Colours (…, 3) of heatmap values from 0 to 1."""
    steps = np.linspace(0, 1, len(INFERNO))
    channels = [np.interp(values, steps, [colour[channel] for colour in INFERNO]) for channel in range(3)]
    return np.rint(np.stack(channels, axis=-1)).astype(np.uint8)


def opacity(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Of the overlay: nothing up to the threshold, then fading in."""
    return np.clip((values - THRESHOLD) / SOFT_EDGE, 0, 1) * OPACITY
