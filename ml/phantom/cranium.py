"""Skull, brain, skull base and spine: what lies behind and above the nasopharynx. Patient mm as in `ml.phantom.canvas`."""

import numpy as np

from ml.phantom.anatomy import SIDES, bone, jittered, paired
from ml.phantom.canvas import Canvas, Region, Station
from ml.phantom.tissues import Tissue

T = Tissue

POSTERIOR: tuple[Station, ...] = (
    (-15, 0, 50, 13, 12),
    (-8, 0, 58, 34, 27),
    (2, 0, 60, 48, 33),
    (14, 0, 60, 54, 38),
    (28, 0, 58, 58, 42),
    (40, 0, 56, 58, 44),
)
"""The posterior fossa's inner surface."""
VAULT: tuple[Station, ...] = (
    (34, 0, 20, 55, 58),
    (46, 0, 18, 66, 76),
    (66, 0, 17, 69, 84),
    (95, 0, 16, 67, 86),
)
TEMPORAL: tuple[Station, ...] = (
    (9, 42, 6, 9, 10),
    (17, 42, 2, 19, 21),
    (28, 42, 1, 23, 29),
    (42, 42, 2, 25, 33),
)
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
    (0, 0, 40, 9, 7),
    (5, 0, 40, 9, 7.5),
    (16, 0, 38, 11, 9),
)
CANAL: tuple[Station, ...] = ((-125, 0, 48, 12, 9), (-20, 0, 46, 11.5, 9.5), (0, 0, 41, 11.5, 8.8), (14, 0, 40, 14, 11))


def _cerebrum(canvas: Canvas, region: Region) -> None:
    """A folded cortex over white matter: sulci run where noise of gyral size crosses zero, deeper towards the surface."""
    region.fill(T.CSF)
    box = region.box
    fold = np.abs(canvas.coarse[box] + np.float32(0.22) * canvas.fine[box])
    depth = np.clip((region.level - np.float32(0.30)) * np.float32(1.6), 0.0, 1.0)
    labels, brain = canvas.labels[box], region.inside(0.955)
    labels[brain] = T.WHITE
    labels[brain & (fold < np.float32(0.16) + np.float32(0.42) * depth)] = T.GREY
    labels[brain & (region.level > 0.84)] = T.GREY
    labels[brain & (fold < np.float32(0.15) * depth)] = T.CSF


def _cerebellum(canvas: Canvas, region: Region) -> None:
    """Two hemispheres of fine folia about their peduncles, a vermis and the cleft behind it."""
    region.fill(T.CSF)
    box = region.box
    x, y, z = canvas.x[box], canvas.y[box], canvas.z[box]
    brain = region.inside(0.965)
    labels = canvas.labels[box]
    labels[brain] = T.GREY
    radius = np.sqrt((np.abs(x) - np.float32(8.0)) ** 2 + (y - np.float32(36.0)) ** 2 + np.float32(0.3) * (z - 14.0) ** 2)
    folia = np.sin(np.float32(2 * np.pi / 4.4) * (radius + np.float32(0.5) * canvas.coarse[box] + canvas.wobble[box]))
    folia *= np.clip(np.float32(0.95) + np.float32(0.4) * canvas.coarse[box], 0.3, 1.15)
    folia += np.float32(0.25) * canvas.fine[box]
    labels[brain & (folia < np.float32(-0.78))] = T.WHITE
    labels[brain & (folia > np.float32(1.33)) & (radius > 22)] = T.CSF
    stem = (radius < np.float32(20.0)) & (folia < 0.9)
    labels[brain & stem & (np.abs(x) > 6)] = T.WHITE
    cleft = np.abs(x) < np.clip((y - np.float32(82.0)) * np.float32(0.16), 0.0, 2.2)
    labels[brain & cleft] = T.CSF


def paint_cranium(canvas: Canvas) -> None:
    """Calvaria with diploe, cerebrum, cerebellum, brain stem, cisterns and their vessels."""
    posterior = canvas.column(POSTERIOR, wobble=0.05)
    vault = canvas.column(VAULT, wobble=0.03, exponent=2.2)
    middle = []
    for side in SIDES:
        stations = tuple((z, side * x, y, rx, ry) for z, x, y, rx, ry in TEMPORAL)
        middle.append(canvas.column(stations, wobble=0.1))
    shells: list[tuple[Region, tuple[float, float, float]]] = [
        (posterior, (1.30, 1.17, 1.10)),
        (vault, (1.20, 1.12, 1.07)),
        *((region, (1.28, 1.14, 1.1)) for region in middle),
    ]
    for number, tissue in enumerate((T.CORTEX, T.MARROW, T.CORTEX)):
        for region, levels in shells:
            diploe = region if tissue is T.CORTEX else region.ragged(0.06)
            diploe.fill(tissue, below=levels[number], over=None if tissue is T.CORTEX else (T.CORTEX,))
    _cerebellum(canvas, posterior)
    for region in (*middle, vault):
        _cerebrum(canvas, region)
    _paint_brainstem(canvas)


def _paint_brainstem(canvas: Canvas) -> None:
    canvas.column(CANAL, wobble=0.45).ragged(0.08).fill(T.CSF)
    over = (T.WHITE, T.GREY, T.CSF, T.CORTEX, T.MARROW)
    canvas.ellipsoid((0, 29, 22), (24, 10, 20), wobble=0.3).fill(T.CSF, over=over)
    canvas.ellipsoid((0, 31, 44), (17, 13, 14), wobble=0.3).fill(T.CSF, over=over)
    canvas.column(((4, 0, 40, 8, 7), (14, 0, 35, 11, 8.5), (22, 0, 32, 16.5, 12), (34, 0, 32, 16.5, 12)), wobble=0.05).fill(
        T.WHITE
    )
    for region in paired(canvas, (17, 43, 25), (7, 9, 8), angle=25):
        region.fill(T.WHITE)
    canvas.ellipsoid((0, 33, 48), (15, 10, 13), wobble=0.1).fill(T.WHITE)
    canvas.ellipsoid((0, 47, 22), (8, 4.5, 10), wobble=0.35).fill(T.CSF)
    canvas.ellipsoid((0, 51, 10), (3, 5, 7), wobble=0.3).fill(T.CSF)
    canvas.column(CORD, wobble=0.15).fill(T.WHITE)
    canvas.column(((8, 1, 27, 1.7, 1.7), (24, 0, 17.5, 1.8, 1.8), (40, 0, 18, 1.7, 1.7))).fill(T.FLOW_VOID)
    for side in SIDES:
        canvas.column(((-30, side * 15, 36, 1.7, 1.7), (-12, side * 12, 36, 1.7, 1.7), (8, side * 2, 29, 1.6, 1.6))).fill(
            T.FLOW_VOID
        )


def paint_skull_base(canvas: Canvas) -> None:
    """Clivus, petrous bones, mastoids, sphenoid with sinus and wings, orbits' contents, cavernous sinuses, pituitary."""
    for region in paired(canvas, (38, 27, 11), (26, 7, 9), angle=35, wobble=0.35):
        region.fill(T.CORTEX)
    for region in paired(canvas, (22, 20, 13), (8, 4.5, 6), angle=35, wobble=0.4):
        region.fill(T.MARROW, over=(T.CORTEX,))
    for region in paired(canvas, (29, 29, 13), (6, 1.8, 2.0), angle=10):
        region.fill(T.CSF, over=(T.CORTEX, T.MARROW))
    for region in paired(canvas, (35, 24, 11), (3, 2.6, 2.5)):
        region.fill(T.FLUID, over=(T.CORTEX, T.MARROW))
    _paint_mastoids(canvas)
    bone(canvas.ellipsoid((0, -6, 26), (21, 16, 15), wobble=0.5), core=0.86)
    bone(canvas.column(CLIVUS, wobble=0.35, exponent=2.6), core=0.82)
    for region in paired(canvas, (38, -20, 20), (19, 7, 6), angle=-20, wobble=0.4):
        bone(region, core=0.5)
    c, r = jittered(canvas, (0, -10, 29), (14, 12.5, 10))
    sinus = canvas.ellipsoid(c, r, wobble=0.45)
    sinus.fill(T.CORTEX, below=1.08).fill(T.MUCOSA).fill(T.AIR, below=0.84)
    septum = np.abs(canvas.x[sinus.box] - float(canvas.rng.normal(0, 3)) - 0.15 * canvas.y[sinus.box]) < 0.9
    canvas.labels[sinus.box][septum & (sinus.level < 1.0)] = T.CORTEX
    canvas.ellipsoid((0, 3, 43), (7, 6, 4)).fill(T.GREY)
    for side in SIDES:
        canvas.ellipsoid((side * 13, 4, 41), (5, 12, 8)).fill(T.VEIN)
        canvas.column(((12, side * 25, 13, 2.6, 2.6), (24, side * 17, 9, 2.8, 3.2), (34, side * 12, 6, 2.6, 6))).fill(
            T.FLOW_VOID
        )
        canvas.ellipsoid((side * 13, 3, 41), (2.6, 8, 2.8)).fill(T.FLOW_VOID)
        canvas.ellipsoid((side * 21, 3, 33), (3.2, 5.5, 5), side * 15).fill(
            T.CSF, over=(T.GREY, T.WHITE, T.CORTEX, T.MARROW)
        )
        canvas.ellipsoid((side * 22, -4, 12), (3.0, 3.0, 6)).fill(T.FAT, over=(T.CORTEX, T.MARROW))
        _paint_orbit(canvas, side)


def _paint_mastoids(canvas: Canvas) -> None:
    pneumatised = float(canvas.rng.uniform(0.35, 0.75))
    for side, region in zip(SIDES, paired(canvas, (57, 33, 0), (11, 15, 19), wobble=0.3), strict=True):
        region.fill(T.CORTEX)
        cells = (region.level < pneumatised) & (canvas.fine[region.box] > -0.9)
        canvas.labels[region.box][cells] = T.AIR
        canvas.labels[region.box][cells & (canvas.fine[region.box] > 1.3)] = T.MUCOSA
        canvas.ellipsoid((side * 68, 16, 3), (12, 3.2, 3.2)).fill(T.SKIN, below=1.7).fill(T.AIR)
        canvas.column(((-10, side * 38, 38, 4, 4), (6, side * 47, 46, 5, 6), (24, side * 52, 52, 4, 6))).fill(T.VEIN)


def _paint_orbit(canvas: Canvas, side: float) -> None:
    canvas.ellipsoid((side * 28, -42, 42), (18, 23, 16)).fill(
        T.CORTEX, below=1.12, over=(T.CONNECTIVE, T.FAT, T.MUSCLE)
    ).fill(T.FAT, over=(T.CONNECTIVE, T.FAT, T.CORTEX))
    canvas.ellipsoid((side * 30, -52, 42), (12, 12.5, 12), wobble=0.0).fill(T.SKIN, below=1.15).fill(T.VITREOUS)
    canvas.ellipsoid((side * 30, -61, 42), (4, 2, 4), wobble=0.0).fill(T.CARTILAGE)
    canvas.ellipsoid((side * 20, -36, 42), (2.2, 15, 4), side * -18).fill(T.MUSCLE)
    canvas.ellipsoid((side * 40, -36, 42), (2.2, 15, 4), side * 18).fill(T.MUSCLE)
    canvas.ellipsoid((side * 26, -34, 42), (1.9, 15, 1.9), side * -20).fill(T.WHITE)


def paint_spine(canvas: Canvas) -> None:
    """Nuchal muscles in their layers, atlas, axis and the vertebrae below, canal and cord."""
    canvas.column(((-125, 0, 76, 46, 32), (-40, 0, 74, 47, 33), (-14, 0, 70, 48, 31)), exponent=2.4).fill(
        T.FAT, over=(T.CONNECTIVE,)
    )
    for centre, radii, angle, share in (
        ((13.0, 80.0, -45.0), (11.0, 13.0, 40.0), 10.0, 0.10),
        ((31.0, 72.0, -45.0), (8.5, 18.0, 40.0), 30.0, 0.11),
        ((15.0, 62.0, -30.0), (12.5, 7.5, 24.0), -10.0, 0.07),
        ((35.0, 53.0, -45.0), (8.0, 11.0, 40.0), 0.0, 0.07),
        ((17.0, 95.0, -60.0), (16.0, 4.0, 40.0), -15.0, 0.07),
        ((51.0, 42.0, -45.0), (6.5, 14.0, 42.0), 25.0, 0.05),
        ((26.0, 88.0, -20.0), (16.0, 6.0, 20.0), -30.0, 0.07),
        ((44.0, 64.0, -14.0), (6.0, 15.0, 16.0), 40.0, 0.10),
    ):
        for side, region in zip(SIDES, paired(canvas, centre, radii, angle, wobble=0.35), strict=True):
            region.ragged(0.10).fill(T.MUSCLE, over=(T.CONNECTIVE, T.FAT))
            region.streaks(side * angle, T.FAT, share=share, width=4.0)
    canal = canvas.column(CANAL, wobble=0.45).ragged(0.08)
    ring = canvas.column(((-125, 0, 48, 19, 17), (-18, 0, 46, 21, 18)), wobble=0.3)
    ring.fill(T.CORTEX, below=1.0).fill(T.MARROW, below=0.75)
    for region in paired(canvas, (23, 38, -18), (11, 9, 7)):
        bone(region)
    bone(canvas.ellipsoid((0, 29, -22), (6, 6, 15)), core=0.7)
    bone(canvas.ellipsoid((0, 19, -16), (13, 4, 5)), core=0.4)
    for level in (-47.0, -66.0, -85.0):
        bone(canvas.ellipsoid((0, 29, level), (13, 9, 8.5), wobble=0.05), core=0.8)
    canal.fill(T.CSF)
    canvas.column(CORD, wobble=0.15).fill(T.WHITE)
    # The tonsils of the cerebellum close the cistern behind the medulla; in front lies the tectorial membrane.
    for region in paired(canvas, (6.5, 52, 0), (6.0, 6.5, 11), angle=-15, wobble=0.4):
        region.ragged(0.06).fill(T.GREY, over=(T.CSF, T.WHITE))
    for side in SIDES:
        canvas.ellipsoid((side * 9, 33, 2), (4.5, 2.4, 10), side * 35, wobble=0.4).fill(T.CONNECTIVE, over=(T.CSF,))
    for side in SIDES:
        canvas.column(((-125, side * 16, 36, 1.8, 1.8), (-14, side * 17, 38, 1.8, 1.8))).fill(T.FLOW_VOID)
