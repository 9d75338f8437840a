"""The nasopharynx and its neighbours: airway, parietal mucosa, torus, fossa of Rosenmüller, muscles and fat planes.

After radiotherapy the mucosa is thin and the two sides are seldom alike; `Pharynx` keeps what was drawn.
"""

from dataclasses import dataclass

import numpy as np

from ml.phantom.anatomy import SIDES, bone, jittered, paired
from ml.phantom.canvas import Canvas, Region, Station
from ml.phantom.tissues import Tissue

T = Tissue


@dataclass(frozen=True)
class Pharynx:
    """What disease needs to know of this pharynx: the airway's stations and the mucosa's thickness in mm."""

    airway: tuple[Station, ...]
    mucosa: float


def sample_pharynx(rng: np.random.Generator, retraction: float) -> Pharynx:
    """An airway of its own size and shift; `retraction` (mm, signed) pulls it towards a scarred side."""
    wide, deep = float(rng.normal(1.0, 0.13)), float(rng.normal(1.0, 0.13))
    stations = (
        (-125.0, 0.0, 10.0, 13.0 * wide, 5.0 * deep),
        (-45.0, 0.0, 6.0, 13.0 * wide, 6.0 * deep),
        (-24.0, retraction * 0.5, 4.0, 11.0 * wide, 5.5 * deep),
        (-10.0, retraction, -1.0, 11.5 * wide, 8.5 * deep),
        (4.0, retraction, -3.0, 12.0 * wide, 9.5 * deep),
        (12.0, retraction * 0.5, -5.0, 9.0 * wide, 7.0 * deep),
        (17.0, 0.0, -8.0, 4.0 * wide, 4.0 * deep),
    )
    return Pharynx(airway=stations, mucosa=float(rng.uniform(1.8, 4.2)))


def _grown(stations: tuple[Station, ...], by: float) -> list[Station]:
    return [
        (z + (by if i == len(stations) - 1 else 0.0), x, y, rx + by, ry + by) for i, (z, x, y, rx, ry) in enumerate(stations)
    ]


def paint_pharynx(canvas: Canvas, pharynx: Pharynx) -> None:
    """Muscles and fat about the pharynx, then its mucosa, air, tori and fossae."""
    _paint_surroundings(canvas)
    soft = (T.CONNECTIVE, T.FAT, T.MUSCLE, T.MUCOSA, T.AIR, T.CORTEX, T.TONGUE)
    wall = canvas.column(_grown(pharynx.airway, pharynx.mucosa + 2.0), wobble=0.35, exponent=2.6).ragged(0.08)
    wall.fill(T.MUSCLE, over=(T.CONNECTIVE, T.FAT))
    lining = canvas.column(_grown(pharynx.airway, pharynx.mucosa), wobble=0.3, exponent=2.6).ragged(0.07)
    lining.fill(T.MUCOSA, over=soft)
    roof = canvas.ellipsoid((0.0, 6.0, 12.0), (11.0, 6.0 + pharynx.mucosa, 5.0))
    roof.fill(T.MUCOSA, over=(T.CONNECTIVE, T.FAT))
    canvas.column(pharynx.airway, wobble=0.3, exponent=2.6).ragged(0.05).fill(T.AIR)
    shift = pharynx.airway[4][1]
    for side in SIDES:
        _paint_wall(canvas, side, shift)
    for side in SIDES:
        canvas.column(((-14, side * 6.5, -17, 5, 9), (10, side * 6, -17, 4.5, 9))).fill(
            T.AIR, over=(T.MUCOSA, T.CONNECTIVE, T.MUSCLE)
        )
    canvas.column(((-15, 0, -20, 1.2, 9), (14, 0, -18, 1.4, 9))).fill(T.MUCOSA)
    canvas.ellipsoid((0, -8, -23), (12, 12, 4.5), wobble=0.2).fill(T.MUSCLE)


def _paint_surroundings(canvas: Canvas) -> None:
    for side in SIDES:
        canvas.column(((-50, side * 32, 6, 6, 12), (-15, side * 26, 2, 5, 13), (8, side * 23, -2, 4, 10)), wobble=0.3).fill(
            T.FAT, over=(T.CONNECTIVE,)
        )
        canvas.column(
            ((-125, side * 9, 19, 7, 4), (-25, side * 8, 15, 8, 5), (-6, side * 9, 15, 10, 6), (4, side * 9, 16, 7, 5)),
            wobble=0.2,
        ).fill(T.MUSCLE)
        plate: tuple[Station, ...] = ((-16, side * 14, -22, 1.5, 5), (4, side * 15, -21, 3, 6), (16, side * 17, -18, 4, 4.5))
        bone(canvas.column(plate, wobble=0.3), core=0.5)
        plate = ((-14, side * 20, -18, 1.2, 7), (6, side * 20, -19, 1.6, 7))
        canvas.column(plate).fill(T.CORTEX)
    for region in paired(canvas, (18.5, 0.0, -5.0), (2.6, 5.5, 13.0), angle=-20):
        region.fill(T.MUSCLE, over=(T.CONNECTIVE, T.FAT))


def _paint_wall(canvas: Canvas, side: float, shift: float) -> None:
    """Torus tubarius and behind it the fossa of Rosenmüller, which scars may have closed."""
    rng = canvas.rng
    c, r = jittered(canvas, (11.5, -3.0, 2.0), (3.6, 3.4, 6.0), side)
    c = (c[0] + shift, c[1], c[2])
    canvas.ellipsoid(c, r, side * -25, wobble=0.5).fill(T.MUCOSA, over=(T.AIR, T.MUCOSA, T.CONNECTIVE, T.MUSCLE)).fill(
        T.CARTILAGE, below=0.15
    )
    c, r = jittered(canvas, (13.5, 6.0, 3.0), (6.5, 3.8, 7.0), side)
    fossa: Region = canvas.ellipsoid((c[0] + shift, c[1], c[2]), r, side * 30, wobble=0.2)
    fossa.fill(T.MUCOSA, below=1.0, over=(T.CONNECTIVE, T.FAT, T.MUSCLE, T.AIR))
    if rng.random() < 0.7:
        fossa.fill(T.AIR, below=float(rng.uniform(0.15, 0.5)))
