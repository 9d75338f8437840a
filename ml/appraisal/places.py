"""Where the phantom paints each imitator: boxes in its own coordinates, to tell which one a heatmap's peak lies at.

LPS in mm about the nasopharynx (the phantom's origin; `Examination.isocentre` in the patient's space), x mirrored to both
sides, as `ml.phantom.sequelae` draws centres and radii. A case's head is turned and stretched by a few mm against them, and
a heatmap's cells measure some 18 mm: near enough to say what a network looked at.
"""

from collections.abc import Sequence

import numpy as np

Box = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]

ZONES: dict[str, Box] = {
    "fibrosis": ((2, 24), (-3, 19), (-22, 24)),
    "bulky fibrosis": ((0, 31), (-9, 25), (-22, 28)),
    "mucosal thickening": ((0, 16), (-2, 15), (-4, 20)),
    "necrosis": ((0, 26), (-5, 23), (-12, 26)),
    "skull base necrosis": ((0, 20), (0, 26), (2, 34)),
    "dark clivus": ((0, 22), (8, 28), (-6, 40)),
    "sinusitis": ((0, 46), (-59, -20), (-17, 40)),
    "enhancing turbinate": ((0, 16), (-58, -4), (-21, 21)),
    "sphenoid sinusitis": ((0, 20), (-25, 5), (17, 41)),
    "mastoid effusion": ((43, 71), (15, 51), (-21, 21)),
    "parotid atrophy": ((35, 75), (-15, 35), (-50, 10)),
    "muscle scars": ((18, 41), (-28, 14), (-32, 22)),
    "temporal lobe necrosis": ((24, 56), (-20, 12), (12, 44)),
    "enlarged node": ((9, 49), (9, 35), (-72, 2)),
}
"""Box by imitator: from and to for |x|, y and z."""


def distance_to(name: str, peak: Sequence[float]) -> float | None:
    """mm from a peak (LPS about the nasopharynx) to where the phantom paints this, 0 inside; None without a zone."""
    zone = ZONES.get(name)
    if zone is None:
        return None
    point = np.array([abs(peak[0]), peak[1], peak[2]])
    low, high = np.array(zone, float).T
    return float(np.linalg.norm(np.maximum(np.maximum(low - point, point - high), 0.0)))
