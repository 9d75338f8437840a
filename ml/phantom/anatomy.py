"""The head and neck about the nasopharynx, painted from the outside in: contour, skull and brain, face, neck.

Positions and sizes (mm, patient coordinates of `ml.phantom.canvas`) are rough adult averages read off axial MR; nothing
here was measured in a patient. The pharynx itself, the part a reader looks at, is in `ml.phantom.pharynx`.
"""

import numpy as np

from ml.phantom.canvas import Canvas, Point, Region, Station
from ml.phantom.tissues import Tissue

T = Tissue
SIDES = (1.0, -1.0)

HEAD: tuple[Station, ...] = (
    (-125, 0, 34, 55, 56),
    (-72, 0, 26, 58, 66),
    (-58, 0, 14, 63, 78),
    (-40, 0, 12, 67, 84),
    (-20, 0, 13, 72, 88),
    (0, 0, 15, 75, 91),
    (25, 0, 16, 77, 94),
    (50, 0, 17, 78, 97),
    (90, 0, 18, 76, 96),
)
"""Outer contour without face, nose, chin and ears."""

FACE: tuple[Station, ...] = (
    (-70, 0, -30, 36, 46),
    (-50, 0, -30, 46, 48),
    (-25, 0, -30, 57, 46),
    (5, 0, -30, 66, 46),
    (36, 0, -30, 64, 42),
)
"""The flat front: cheeks, lips, brow."""

CLIVUS: tuple[Station, ...] = (
    (-6, 0, 27, 8, 4),
    (4, 0, 24, 13, 7),
    (18, 0, 18, 14, 8),
    (30, 0, 13, 13, 7),
    (39, 0, 11, 11, 4),
)
CORD: tuple[Station, ...] = (
    (-125, 0, 47, 6, 4.5),
    (-40, 0, 45, 6, 5),
    (-12, 0, 43, 7, 6),
    (5, 0, 41, 8, 7),
    (16, 0, 38, 11, 9),
)
CANAL: tuple[Station, ...] = ((-125, 0, 48, 12, 9), (-20, 0, 46, 11.5, 9.5), (0, 0, 43, 12.5, 11), (14, 0, 40, 15, 13))


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


def paint_contour(canvas: Canvas) -> None:
    """Skin, subcutaneous fat and a mixed interior on which the rest is painted."""
    fat = float(canvas.rng.uniform(0.82, 0.90))
    head = canvas.column(HEAD, wobble=0.04, exponent=2.35)
    face = canvas.column(FACE, wobble=0.06, exponent=3.2)
    nose = canvas.ellipsoid((0, -78, -4), (16, 27, 22), wobble=0.05)
    for region in (head, face, nose):
        region.fill(T.SKIN)
    for side in SIDES:
        canvas.ellipsoid((side * 80, 24, -6), (5, 14, 24), side * 25, wobble=0.3).fill(T.SKIN)
    nose.fill(T.FAT, below=0.85).fill(T.CONNECTIVE, below=0.6)
    for region in (head, face):
        region.fill(T.FAT, below=0.95)
    head.fill(T.CONNECTIVE, below=fat, over=(T.FAT, T.SKIN))
    face.fill(T.CONNECTIVE, below=fat * 0.85, over=(T.FAT, T.SKIN))
    buccal = canvas.wobble > 0.12
    buccal &= (canvas.y < 5) & (canvas.labels == T.CONNECTIVE)
    canvas.labels[buccal] = T.FAT


def _brain(canvas: Canvas, region: Region, fold: float) -> None:
    """Fill a cavity with cerebrospinal fluid and a folded cortex over white matter; `fold` is the wavelength in mm."""
    region.fill(T.CSF)
    box, k = region.box, np.float32(2 * np.pi / fold)
    x, y, z = canvas.x[box], canvas.y[box], canvas.z[box]
    bend = canvas.wobble[box] * np.float32(3.2)
    radial = np.sqrt(np.maximum(region.level, 0)) * np.float32(2.2 * fold)
    folds = np.sin(k * (x + 0.6 * z) + bend + radial) * np.sin(np.float32(0.7) * k * (y - 0.4 * x) - bend)
    if fold < 10.0:
        folds = np.sin(radial * np.float32(6.0) + bend) * (
            np.float32(0.55) + np.float32(0.4) * np.cos(np.float32(0.11) * x + bend)
        )
    region.fill(T.WHITE, below=0.95)
    brain = region.inside(0.95)
    labels = canvas.labels[box]
    depth = np.clip((region.level - 0.45) * 1.5, -0.6, 0.5)
    labels[brain & (folds + depth > 0.35)] = T.GREY
    labels[brain & (folds + depth > 1.12)] = T.CSF


def paint_cranium(canvas: Canvas) -> None:
    """Calvaria, posterior and middle fossa, cerebellum, temporal and frontal lobes, brain stem and cord."""
    posterior = canvas.ellipsoid((0, 66, 16), (57, 42, 32), wobble=0.06)
    vault = canvas.ellipsoid((0, 22, 78), (69, 87, 56), wobble=0.04)
    middle = paired(canvas, (41, 2, 40), (25, 34, 22), wobble=0.12)
    frontal = canvas.ellipsoid((0, -38, 68), (44, 34, 22), wobble=0.1)
    cavities = [posterior, vault, *middle, frontal]
    for region in cavities:
        region.fill(T.CORTEX, below=1.24).fill(T.MARROW, below=1.17).fill(T.CORTEX, below=1.07)
    for region in (vault, frontal, *middle):
        _brain(canvas, region, fold=17.0)
    _brain(canvas, posterior, fold=6.0)
    canvas.column(CANAL, wobble=0.1).fill(T.CSF)
    cistern = canvas.ellipsoid((0, 31, 30), (18, 15, 26), wobble=0.3)
    cistern.fill(T.CSF, over=(T.WHITE, T.GREY, T.CSF, T.CORTEX, T.MARROW))
    canvas.ellipsoid((0, 35, 28), (16, 13, 15), wobble=0.08).fill(T.WHITE)
    canvas.ellipsoid((0, 32, 50), (17, 11, 14), wobble=0.08).fill(T.WHITE)
    canvas.ellipsoid((0, 53, 24), (8, 6, 9), wobble=0.3).fill(T.CSF)
    canvas.column(CORD, wobble=0.05).fill(T.WHITE)


def paint_skull_base(canvas: Canvas) -> None:
    """Clivus, petrous bones, mastoids, sphenoid with sinus and wings, pterygoid bases, orbits' contents, carotid siphons."""
    for region in paired(canvas, (36, 27, 12), (25, 8, 9), angle=35):
        bone(region, core=0.35)
    for region in paired(canvas, (56, 36, 0), (11, 15, 18), wobble=0.3):
        region.fill(T.CORTEX).fill(T.AIR, below=0.6)
    bone(canvas.ellipsoid((0, -6, 26), (22, 18, 15)), core=0.75)
    bone(canvas.column(CLIVUS, wobble=0.1), core=0.72)
    for region in paired(canvas, (38, -20, 20), (20, 12, 6), angle=-20):
        bone(region, core=0.5)
    c, r = jittered(canvas, (0, -10, 29), (15, 13, 10))
    canvas.ellipsoid(c, r, wobble=0.2).fill(T.CORTEX, below=1.15).fill(T.MUCOSA).fill(T.AIR, below=0.84)
    canvas.ellipsoid((0, 3, 43), (7, 6, 4)).fill(T.GREY)
    for side in SIDES:
        canvas.ellipsoid((side * 13, 4, 41), (5, 12, 8)).fill(T.VEIN)
        canvas.ellipsoid((side * 13, 3, 41), (2.6, 8, 2.8)).fill(T.FLOW_VOID)
        canvas.ellipsoid((side * 30, -48, 42), (19, 26, 17)).fill(T.FAT, over=(T.CONNECTIVE, T.FAT))
        canvas.ellipsoid((side * 31, -60, 42), (12, 12.5, 12), wobble=0.0).fill(T.SKIN, below=1.15).fill(T.VITREOUS)
        canvas.ellipsoid((side * 22, -42, 42), (2.4, 16, 4), side * -18).fill(T.MUSCLE)
        canvas.ellipsoid((side * 42, -42, 42), (2.4, 16, 4), side * 18).fill(T.MUSCLE)


def paint_face(canvas: Canvas) -> None:
    """Maxillary sinuses, nasal cavity with septum and turbinates, ethmoid, palate, tongue, teeth, mandible, cheeks."""
    for region in paired(canvas, (52, -52, 2), (9, 12, 11), wobble=0.25):
        bone(region, core=0.6)
    for region in paired(canvas, (61, -28, 1), (2.8, 22, 4), angle=6):
        bone(region, core=0.45)
    for region in paired(canvas, (31, -46, 3), (15, 17, 19), wobble=0.3):
        region.fill(T.CORTEX, below=1.14).fill(T.MUCOSA).fill(T.AIR, below=0.86)
    for region in paired(canvas, (30, -27, -2), (13, 7, 15), angle=15):
        region.fill(T.FAT, over=(T.CONNECTIVE,))
    _paint_nose(canvas)
    _paint_mouth(canvas)


def _paint_nose(canvas: Canvas) -> None:
    canvas.column(
        ((-15, 0, -44, 13, 34), (0, 0, -44, 13, 34), (18, 0, -44, 10, 30), (32, 0, -42, 10, 26)), exponent=4.0
    ).fill(T.MUCOSA).fill(T.AIR, below=0.55)
    for region in paired(canvas, (7, -44, 26), (7, 20, 11), wobble=0.4):
        region.fill(T.CORTEX).fill(T.MUCOSA, below=0.9).fill(T.AIR, below=0.6)
    for region in paired(canvas, (7.0, -44, -6), (5.0, 27, 7.0), angle=3, wobble=0.35):
        region.fill(T.MUCOSA)
    for region in paired(canvas, (6.4, -42, 9), (3.8, 22, 6.0), angle=3, wobble=0.35):
        region.fill(T.MUCOSA)
    bend = float(canvas.rng.normal(0.0, 1.8))
    canvas.column(((-15, bend, -46, 1.5, 32), (5, -bend, -46, 1.5, 32), (22, 0, -44, 1.3, 26)), exponent=6.0).fill(
        T.CARTILAGE
    )


def _paint_mouth(canvas: Canvas) -> None:
    canvas.column(((-22, 0, -46, 25, 30), (-16, 0, -46, 25, 30)), exponent=3.0).fill(T.CORTEX).fill(T.MARROW, below=0.5)
    arch = canvas.column(((-46, 0, -40, 31, 36), (-22, 0, -42, 30, 38)), exponent=2.6)
    arch.fill(T.MARROW).fill(T.MUCOSA, below=0.72)
    box = arch.box
    tooth = np.sin(canvas.x[box] * 0.75) * np.sin(canvas.y[box] * 0.75) > 0.05
    ring = (arch.level > 0.76) & (arch.level < 0.98) & tooth & (canvas.y[box] < -24)
    canvas.labels[box][ring] = T.CORTEX
    canvas.ellipsoid((0, -38, -40), (23, 30, 21), wobble=0.15).fill(T.AIR, below=1.05).fill(T.TONGUE)
    canvas.ellipsoid((0, -46, -62), (27, 30, 14)).fill(T.MUSCLE).fill(T.FAT, below=0.25)
    jaw = canvas.column(((-76, 0, -42, 34, 38), (-48, 0, -42, 37, 40)), exponent=2.4)
    labels, box = canvas.labels[jaw.box], jaw.box
    ring = (jaw.level > 0.66) & (jaw.level < 1.0) & (canvas.y[box] < -30)
    labels[ring] = T.CORTEX
    labels[ring & (jaw.level > 0.74) & (jaw.level < 0.93)] = T.MARROW


def paint_neck(canvas: Canvas) -> None:
    """Spine, muscles of the neck and of mastication, mandible's rami, parotids, vessels, fat planes."""
    _paint_spine(canvas)
    for centre, radii, angle in (
        ((55.0, -20.0, 24.0), (9.0, 23.0, 24.0), 12.0),
        ((57.0, -15.0, -18.0), (9.0, 19.0, 27.0), 12.0),
        ((33.0, -11.0, 5.0), (20.0, 10.5, 12.0), 42.0),
        ((29.0, -8.0, -18.0), (7.5, 18.0, 19.0), -28.0),
    ):
        for region in paired(canvas, centre, radii, angle, wobble=0.25):
            region.fill(T.FAT, below=1.22, over=(T.CONNECTIVE,)).fill(T.MUSCLE)
    for side in SIDES:
        _paint_side(canvas, side)


def _paint_spine(canvas: Canvas) -> None:
    canvas.column(((-125, 0, 78, 46, 34), (-40, 0, 76, 48, 36), (-14, 0, 72, 50, 34)), exponent=2.4).fill(
        T.FAT, over=(T.CONNECTIVE,)
    )
    for centre, radii, angle in (
        ((15.0, 82.0, -45.0), (12.0, 13.0, 40.0), 10.0),
        ((33.0, 74.0, -45.0), (8.0, 17.0, 40.0), 30.0),
        ((16.0, 62.0, -32.0), (12.0, 7.0, 24.0), -10.0),
        ((36.0, 54.0, -45.0), (7.0, 10.0, 40.0), 0.0),
        ((17.0, 100.0, -60.0), (15.0, 4.0, 40.0), -15.0),
        ((51.0, 42.0, -45.0), (6.0, 13.0, 42.0), 25.0),
    ):
        for region in paired(canvas, centre, radii, angle, wobble=0.3):
            region.fill(T.MUSCLE, over=(T.CONNECTIVE, T.FAT))
    canal = canvas.column(CANAL, wobble=0.1)
    ring = canvas.column(((-125, 0, 48, 19, 17), (-18, 0, 46, 21, 18)), wobble=0.3)
    ring.fill(T.CORTEX, below=1.0).fill(T.MARROW, below=0.75)
    for region in paired(canvas, (24, 38, -18), (11, 9, 7)):
        bone(region)
    bone(canvas.ellipsoid((0, 29, -22), (6, 6, 15)), core=0.7)
    bone(canvas.ellipsoid((0, 19, -16), (13, 4, 5)), core=0.4)
    for level in (-47.0, -66.0, -85.0):
        bone(canvas.ellipsoid((0, 29, level), (13, 9, 8.5), wobble=0.05), core=0.8)
    canal.fill(T.CSF)
    canvas.column(CORD, wobble=0.05).fill(T.WHITE)


def _paint_side(canvas: Canvas, side: float) -> None:
    ramus = canvas.column(
        ((-52, side * 42, -12, 5, 15), (-20, side * 45, -3, 4.5, 15), (-4, side * 48, 2, 5, 11), (10, side * 50, 6, 6, 6))
    )
    bone(ramus, core=0.62)
    c, r = jittered(canvas, (58, 15, -14), (14, 17, 25), side)
    canvas.ellipsoid(c, r, side * 20, wobble=0.35).fill(T.GLAND, over=(T.CONNECTIVE, T.FAT))
    tilt = float(canvas.rng.normal(0.0, 1.0))
    canvas.column(
        ((-125, side * 25, 18, 3.2, 3.2), (-20, side * 25, 15 + tilt, 2.9, 2.9), (14, side * 27, 16, 2.8, 2.8))
    ).fill(T.FLOW_VOID)
    canvas.column(((-125, side * 30, 24, 5.5, 4.5), (-10, side * 29, 23, 4.5, 4), (8, side * 29, 26, 4, 4))).fill(T.VEIN)
    canvas.ellipsoid((side * 25, 26, -6), (3, 3, 20)).fill(T.MUSCLE, over=(T.CONNECTIVE, T.FAT))
