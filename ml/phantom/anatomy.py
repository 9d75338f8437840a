"""The head and neck about the nasopharynx, painted from the outside in: contour, face, mouth, chewing muscles, neck.

Positions and sizes (mm, patient coordinates of `ml.phantom.canvas`) are rough adult averages read off axial MR; nothing
here was measured in a patient. The skull and the brain are in `ml.phantom.cranium`, the pharynx itself, the part a reader
looks at, in `ml.phantom.pharynx`.
"""

from collections.abc import Sequence

import numpy as np

from ml.phantom.canvas import Canvas, Field, Point, Region, Station
from ml.phantom.tissues import Tissue

T = Tissue
SIDES = (1.0, -1.0)

MIDDLE: tuple[Station, ...] = (
    (-125, 0, 26, 57, 58),
    (-72, 0, 22, 59, 60),
    (-50, 0, 6, 64, 60),
    (-25, 0, 0, 70, 60),
    (0, 0, 2, 72, 60),
    (25, 0, 8, 73, 66),
    (50, 0, 13, 76, 74),
    (90, 0, 16, 76, 90),
)
"""Outer contour at the ears and jaw; stations above and below say how it changes."""
BACK: tuple[Station, ...] = (
    (-125, 0, 50, 52, 44),
    (-60, 0, 50, 54, 48),
    (-30, 0, 50, 54, 57),
    (0, 0, 49, 59, 61),
    (30, 0, 48, 66, 65),
    (90, 0, 44, 70, 68),
)
"""Nape and occiput."""
FACE: tuple[Station, ...] = (
    (-98, 0, -6, 24, 16),
    (-84, 0, -22, 30, 30),
    (-76, 0, -30, 33, 36),
    (-52, 0, -30, 45, 43),
    (-28, 0, -30, 58, 41),
    (0, 0, -28, 66, 40),
    (22, 0, -26, 66, 38),
    (46, 0, -26, 60, 38),
    (90, 0, -14, 55, 50),
)
"""The flat front: chin, lips, cheeks, brow."""
NOSE: tuple[Station, ...] = (
    (-24, 0, -58, 8, 12),
    (-16, 0, -62, 17, 24),
    (-6, 0, -64, 17, 32),
    (8, 0, -63, 13, 28),
    (24, 0, -59, 10, 22),
    (40, 0, -54, 8, 13),
)
"""The outer nose; its cross-section is nearly a diamond."""


def jittered(canvas: Canvas, centre: Point, radii: Point, side: float = 1.0) -> tuple[Point, Point]:
    """A structure's centre and half-axes on one side, moved by about 1 mm and resized by about 6 %."""
    c = canvas.rng.normal(0.0, 0.9, 3)
    r = np.exp(canvas.rng.normal(0.0, 0.06, 3))
    return (
        (side * (centre[0] + float(c[0])), centre[1] + float(c[1]), centre[2] + float(c[2])),
        (radii[0] * float(r[0]), radii[1] * float(r[1]), radii[2] * float(r[2])),
    )


def paired(canvas: Canvas, centre: Point, radii: Point, angle: float = 0.0, wobble: float = 0.15) -> list[Region]:
    """The same ellipsoid on both sides; `angle` is that of the left one and is mirrored."""
    regions = []
    for side in SIDES:
        c, r = jittered(canvas, centre, radii, side)
        regions.append(canvas.ellipsoid(c, r, side * angle, wobble))
    return regions


def bone(region: Region, *, core: float = 0.62, marrow: Tissue = T.MARROW) -> None:
    """Cortical shell with a marrow core."""
    region.fill(T.CORTEX).fill(marrow, below=core)


def united(canvas: Canvas, regions: Sequence[Region]) -> Region:
    """Several regions as one over the whole canvas, their meeting places rounded: (Σ level^-4)^(-1/4)."""
    inverse: Field = np.zeros(canvas.labels.shape, np.float32)
    for region in regions:
        power = 1.0 / np.maximum(region.level, np.float32(0.05))
        power *= power
        power *= power
        inverse[region.box] += power
    np.maximum(inverse, np.float32(1e-12), out=inverse)
    whole = (slice(None), slice(None), slice(None))
    return Region(canvas, whole, (1.0 / np.sqrt(np.sqrt(inverse))).astype(np.float32))


def paint_contour(canvas: Canvas) -> None:
    """Skin, subcutaneous fat of uneven thickness, and a fatty interior with strands on which the rest is painted."""
    thickness = float(canvas.rng.normal(1.0, 0.22))
    middle = canvas.column(MIDDLE, wobble=0.02, exponent=2.6)
    back = canvas.column(BACK, wobble=0.02)
    face = canvas.column(FACE, wobble=0.02, exponent=2.9)
    nose = canvas.column(NOSE, wobble=0.03, exponent=1.5)
    head = united(canvas, (middle, back, face))
    _paint_ears(canvas)
    nose.fill(T.SKIN).fill(T.CONNECTIVE, below=0.84)
    for side in SIDES:
        canvas.column(((-22, side * 6, -72, 4, 8), (-8, side * 5, -70, 3.6, 12), (6, side * 4, -64, 3, 10))).fill(T.AIR)
    front = np.clip((-canvas.y - 2.0) / 45.0, 0.0, 1.0) * np.clip((45.0 - canvas.z) / 40.0, 0.0, 1.0)
    inner = np.float32(1.0) - np.float32(0.10 * thickness) - np.float32(0.17 * thickness) * front.astype(np.float32)
    inner += np.float32(0.012) * canvas.coarse
    head.fill(T.SKIN)
    labels = canvas.labels
    labels[head.level < 0.955] = T.FAT
    labels[(head.level < 0.95) & (head.level >= inner) & (canvas.fine > 1.7)] = T.CONNECTIVE
    inside = head.level < inner
    labels[inside] = T.FAT
    labels[inside & (canvas.coarse + np.float32(0.45) * canvas.fine > np.float32(0.35))] = T.CONNECTIVE
    nape = inside & (canvas.y > np.float32(24.0) + np.float32(4.0) * canvas.coarse)
    labels[nape & (canvas.coarse + np.float32(0.7) * canvas.fine < np.float32(0.75))] = T.MUSCLE
    labels[(head.level < inner + 0.022) & (head.level >= inner) & (canvas.coarse > -0.6)] = T.MUSCLE


def _paint_ears(canvas: Canvas) -> None:
    for side in SIDES:
        c, r = jittered(canvas, (75.5, 24.0, -2.0), (2.6, 14.0, 27.0), side)
        pinna = canvas.ellipsoid(c, r, side * -24, wobble=0.25)
        pinna.fill(T.SKIN, below=1.3).fill(T.CARTILAGE, below=0.5)
        c, r = jittered(canvas, (80.0, 35.0, 4.0), (2.2, 4.5, 20.0), side)
        canvas.ellipsoid(c, r, side * 12, wobble=0.2).fill(T.SKIN)


def paint_face(canvas: Canvas) -> None:
    """Maxillary sinuses, nasal cavity with septum and turbinates, ethmoid, palate, tongue, teeth, mandible, cheeks."""
    for region in paired(canvas, (43, -33, -6), (11, 13, 20), angle=-25, wobble=0.3):
        region.fill(T.FAT, over=(T.CONNECTIVE, T.MUSCLE))
    for region in paired(canvas, (48, -50, 5), (3.6, 10, 8), angle=-38, wobble=0.3):
        bone(region, core=0.55)
    for region in paired(canvas, (63, -24, 2), (2.4, 23, 3.6), angle=9):
        bone(region, core=0.45)
    size = float(canvas.rng.normal(1.0, 0.1))
    for region in paired(canvas, (29, -41, 4), (14 * size, 16 * size, 18 * size), angle=28, wobble=0.5):
        region.fill(T.CORTEX, below=1.16).fill(T.MUCOSA).fill(T.AIR, below=float(canvas.rng.uniform(0.82, 0.93)))
    for region in paired(canvas, (26, -25, -2), (9, 4.5, 13), angle=15):
        region.fill(T.FAT, over=(T.CONNECTIVE,))
    _paint_nose(canvas)
    _paint_mouth(canvas)


def _paint_nose(canvas: Canvas) -> None:
    """Cavity, ethmoid cells, inferior and middle turbinates of unequal swelling (the nasal cycle), septum."""
    canvas.column(
        ((-16, 0, -40, 13, 30), (0, 0, -40, 13.5, 31), (18, 0, -40, 10, 27), (34, 0, -38, 9, 23)), exponent=4.0
    ).fill(T.CORTEX, below=1.12).fill(T.MUCOSA).fill(T.AIR, below=0.62)
    for region in paired(canvas, (7.5, -38, 28), (7, 17, 11), wobble=0.4):
        region.fill(T.CORTEX).fill(T.MUCOSA, below=0.92)
        cells = np.sin(0.7 * canvas.y[region.box]) + 0.8 * canvas.fine[region.box] + 0.5 * canvas.coarse[region.box] > -0.5
        canvas.labels[region.box][cells & (region.level < 0.8)] = T.AIR
    for side in SIDES:
        swelling = float(canvas.rng.uniform(0.85, 1.35))
        c, r = jittered(canvas, (7.4, -39.0, -5.0), (4.8 * swelling, 25.0, 7.0 * swelling), side)
        turbinate = canvas.ellipsoid(c, r, side * 3, wobble=0.3)
        turbinate.fill(T.TURBINATE).fill(T.CORTEX, below=0.06)
        c, r = jittered(canvas, (6.6, -37.0, 9.0), (3.9 * swelling, 19.0, 5.8), side)
        canvas.ellipsoid(c, r, side * 3, wobble=0.3).fill(T.TURBINATE).fill(T.CORTEX, below=0.07)
        canvas.ellipsoid((side * 13.5, -56, 12), (2.2, 2.6, 9)).fill(T.CORTEX, below=1.5).fill(T.MUCOSA)
    bend = float(canvas.rng.normal(0.0, 1.8))
    canvas.column(((-15, bend, -42, 1.6, 29), (5, -bend, -42, 1.6, 30), (22, 0, -40, 1.4, 24)), exponent=6.0).fill(
        T.MUCOSA, below=1.2
    ).fill(T.CARTILAGE, below=0.55)


def _paint_mouth(canvas: Canvas) -> None:
    canvas.column(((-22, 0, -40, 24, 27), (-17, 0, -40, 24, 27)), exponent=3.0).fill(T.CORTEX).fill(T.MARROW, below=0.5)
    arch = canvas.column(((-46, 0, -34, 29, 32), (-22, 0, -36, 28, 33)), exponent=2.6)
    arch.fill(T.CORTEX).fill(T.MARROW, below=0.95).fill(T.MUCOSA, below=0.70)
    box = arch.box
    around = np.arctan2(canvas.x[box], -(canvas.y[box] + 26.0))
    tooth = np.sin(around * 13.0) > -0.2
    ring = (arch.level > 0.74) & (arch.level < 0.95) & (canvas.y[box] < -20)
    canvas.labels[box][ring & tooth] = T.CORTEX
    tongue = canvas.ellipsoid((0, -33, -40), (22, 27, 21), wobble=0.15)
    tongue.fill(T.AIR, below=1.06).fill(T.TONGUE)
    stripes = np.sin(np.float32(0.9) * canvas.x[tongue.box] + canvas.coarse[tongue.box]) + canvas.fine[tongue.box] > 1.3
    canvas.labels[tongue.box][stripes & (tongue.level < 0.9) & (np.abs(canvas.x[tongue.box]) < 14)] = T.FAT
    canvas.ellipsoid((0, -40, -62), (26, 27, 14)).fill(T.MUSCLE).fill(T.FAT, below=0.25).streaks(90, T.FAT)
    jaw = canvas.column(((-76, 0, -36, 33, 33), (-48, 0, -36, 36, 35)), exponent=2.4)
    labels, box = canvas.labels[jaw.box], jaw.box
    ring = (jaw.level > 0.66) & (jaw.level < 1.0) & (canvas.y[box] < -24)
    labels[ring] = T.CORTEX
    labels[ring & (jaw.level > 0.74) & (jaw.level < 0.93)] = T.MARROW


def paint_neck(canvas: Canvas) -> None:
    """Muscles of mastication, mandible's rami, parotids, vessels, fat planes; the spine comes from `ml.phantom.cranium`."""
    for centre, radii, angle, share in (
        ((54.0, -22.0, 24.0), (9.5, 24.0, 26.0), 14.0, 0.05),
        ((59.0, -17.0, -20.0), (9.0, 21.0, 28.0), 8.0, 0.04),
        ((36.0, -13.0, 3.0), (22.0, 10.0, 13.0), 50.0, 0.09),
        ((32.0, -9.0, -18.0), (8.0, 20.0, 20.0), -26.0, 0.06),
    ):
        for side, region in zip(SIDES, paired(canvas, centre, radii, angle, wobble=0.3), strict=True):
            region.fill(T.FAT, below=1.25, over=(T.CONNECTIVE,)).ragged(0.05).fill(T.MUSCLE)
            region.streaks(side * (angle + (90.0 if angle > 40 else 0.0)), T.FAT, share=share)
    for side in SIDES:
        _paint_side(canvas, side)


def _paint_side(canvas: Canvas, side: float) -> None:
    ramus = canvas.column(
        (
            (-54, side * 43, -16, 4.0, 14),
            (-20, side * 46, -7, 3.6, 14),
            (-4, side * 49, -1, 4.2, 10),
            (9, side * 50, 4, 7, 5),
        )
    )
    bone(ramus, core=0.5)
    c, r = jittered(canvas, (57, 12, -16), (12, 15, 25), side)
    gland = canvas.ellipsoid(c, r, side * 20, wobble=0.4)
    gland.ragged(0.08).fill(T.GLAND, over=(T.CONNECTIVE, T.FAT))
    lobules = (gland.level < 1.0) & (canvas.fine[gland.box] > 1.0)
    labels = canvas.labels[gland.box]
    labels[lobules & (labels == T.GLAND)] = T.FAT
    canvas.ellipsoid((side * 53, 10, -16), (2.2, 2.2, 22)).fill(T.VEIN)
    tilt = float(canvas.rng.normal(0.0, 1.0))
    canvas.column(
        ((-125, side * 25, 18, 3.2, 3.2), (-20, side * 25, 14 + tilt, 2.7, 2.7), (14, side * 27, 15, 2.6, 2.6))
    ).fill(T.FLOW_VOID)
    canvas.column(((-125, side * 30, 24, 5.5, 4.5), (-10, side * 30, 21, 4.2, 3.6), (8, side * 30, 24, 4.5, 4))).fill(T.VEIN)
    canvas.column(((-60, side * 37, 8, 1.6, 1.6), (-6, side * 41, 4, 1.4, 1.4))).fill(T.FLOW_VOID)
    canvas.ellipsoid((side * 35, 9, -8), (1.5, 1.5, 20)).fill(T.CORTEX)
    canvas.ellipsoid((side * 38, 19, -22), (4, 9, 22), side * 30).fill(T.MUSCLE, over=(T.CONNECTIVE, T.FAT))
