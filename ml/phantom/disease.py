"""Recurrences, and what imitates them after radiotherapy.

Kinds and shares follow the paper's hospitals (three quarters of recurrences are advanced, about a fifth of all necrotic).
Imitators are drawn without looking at the label, so that no amount of fluid, scar or dark marrow says by itself which case
is which.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ml.phantom.canvas import Canvas, Field, Point
from ml.phantom.tissues import Tissue

T = Tissue
SOFT = (T.MUCOSA, T.MUSCLE, T.FAT, T.CONNECTIVE, T.CARTILAGE, T.REACTIVE, T.MATURE_FIBROSIS, T.YOUNG_FIBROSIS, T.SECRETION)
BONE = (T.MARROW, T.RED_MARROW, T.CORTEX)


class Kind(StrEnum):
    """What a positive case has; `NONE` is a negative one."""

    NONE = "none"
    ADVANCED = "advanced"
    NECROTIC = "necrotic"
    FOCAL = "focal mucosal"
    SUBMUCOSAL = "submucosal"
    SKULL_BASE = "skull base"


SHARES: dict[Kind, float] = {
    Kind.ADVANCED: 0.58,
    Kind.NECROTIC: 0.18,
    Kind.FOCAL: 0.09,
    Kind.SUBMUCOSAL: 0.07,
    Kind.SKULL_BASE: 0.08,
}
"""Of the recurrences; advanced and necrotic together are the three quarters that DOMAIN.md asks for."""

DIAMETERS: dict[Kind, tuple[float, float]] = {
    Kind.ADVANCED: (26.0, 55.0),
    Kind.NECROTIC: (28.0, 52.0),
    Kind.FOCAL: (8.0, 20.0),
    Kind.SUBMUCOSAL: (12.0, 25.0),
    Kind.SKULL_BASE: (15.0, 32.0),
}
"""Longest diameter in mm."""


@dataclass(frozen=True)
class Recurrence:
    """One recurrence: kind, recurrent T stage, site in words, centre (patient mm) and longest diameter (mm)."""

    kind: Kind
    stage: str
    site: str
    centre: Point
    diameter: float


def sample_recurrence(rng: np.random.Generator, kind: Kind | None = None) -> Recurrence:
    """A recurrence of the given kind, or of one drawn by `SHARES`."""
    kind = kind if kind is not None else list(SHARES)[int(rng.choice(len(SHARES), p=list(SHARES.values())))]
    low, high = DIAMETERS[kind]
    diameter = float(rng.uniform(low, high))
    side = float(rng.choice([-1.0, 1.0]))
    where = "left" if side > 0 else "right"
    if kind is Kind.FOCAL:
        centre, site, stage = (side * 11.0, 4.0, float(rng.uniform(-8, 10))), f"{where} lateral wall", "rT1"
        if rng.random() < 0.35:
            centre, site = (side * 4.0, 8.0, 11.0), "roof"
    elif kind is Kind.SUBMUCOSAL:
        centre, site, stage = (side * 13.0, 11.0, float(rng.uniform(-8, 8))), f"{where} submucosal, prevertebral", "rT2"
    elif kind is Kind.SKULL_BASE:
        centre, site, stage = (side * float(rng.uniform(0, 16)), 19.0, 16.0), f"clivus and {where} petrous apex", "rT3"
    else:
        centre = (side * float(rng.uniform(7, 16)), float(rng.uniform(2, 11)), float(rng.uniform(-2, 13)))
        stage = "rT4" if diameter > 42 else "rT3"
        site = f"{where} nasopharynx, skull base" + (", intracranial" if stage == "rT4" else "")
    jitter = rng.normal(0.0, 1.5, 3)
    placed = (centre[0] + float(jitter[0]), centre[1] + float(jitter[1]), centre[2] + float(jitter[2]))
    return Recurrence(kind=kind, stage=stage, site=site, centre=placed, diameter=diameter)


def paint_recurrence(canvas: Canvas, recurrence: Recurrence) -> None:
    """Replace tissue by a lobulated mass and mark it in `canvas.recurrence`."""
    advanced = recurrence.kind in (Kind.ADVANCED, Kind.NECROTIC)
    over = {*SOFT, T.FLUID, T.AIR, *(BONE if advanced or recurrence.kind is Kind.SKULL_BASE else ())}
    if recurrence.kind is Kind.SUBMUCOSAL:
        over -= {T.AIR, T.MUCOSA}
    if recurrence.stage == "rT4":
        over |= {T.CSF, T.VEIN}
    level, box = _lobules(canvas, recurrence)
    allowed = np.zeros(256, bool)
    allowed[[int(t) for t in over]] = True
    mask = (level < 1.0) & allowed[canvas.labels[box]]
    canvas.labels[box][mask] = T.RECURRENCE
    if recurrence.kind is Kind.NECROTIC:
        inner = float(canvas.rng.uniform(0.30, 0.62))
        canvas.labels[box][mask & (level < inner)] = T.NECROSIS
        if canvas.rng.random() < 0.4:
            canvas.labels[box][mask & (level < inner * 0.45)] = T.AIR
    canvas.recurrence[box] |= mask


def _lobules(canvas: Canvas, recurrence: Recurrence) -> tuple[Field, tuple[slice, slice, slice]]:
    """Level field of a union of overlapping ellipsoids within the recurrence's diameter, and its box."""
    rng, radius = canvas.rng, recurrence.diameter / 2
    c = recurrence.centre
    box = canvas.box((c[0] - radius, c[1] - radius, c[2] - radius), (c[0] + radius, c[1] + radius, c[2] + radius))
    x, y, z = canvas.x[box] - np.float32(c[0]), canvas.y[box] - np.float32(c[1]), canvas.z[box] - np.float32(c[2])
    core = rng.uniform(0.58, 0.8, 3) * radius
    level = (x / core[0]) ** 2 + (y / core[1]) ** 2 + (z / core[2]) ** 2
    for _ in range(int(rng.integers(2, 6))):
        direction = rng.normal(0.0, 1.0, 3)
        offset = direction / np.linalg.norm(direction) * radius * 0.55
        r = radius * rng.uniform(0.28, 0.45, 3)
        lobe = ((x - offset[0]) / r[0]) ** 2 + ((y - offset[1]) / r[1]) ** 2 + ((z - offset[2]) / r[2]) ** 2
        level = np.minimum(level, lobe)
    return (level - np.float32(0.25) * canvas.wobble[box]).astype(np.float32), box


def paint_sequelae(canvas: Canvas) -> list[str]:
    """What radiotherapy and company leave behind, whatever the label; the names of what was painted."""
    rng = canvas.rng
    found = []
    for name, chance, paint in (
        ("fibrosis", 0.65, _fibrosis),
        ("mucosal thickening", 0.30, _thickening),
        ("necrosis", 0.13, _necrosis),
        ("dark clivus", 0.30, _dark_clivus),
        ("sinusitis", 0.50, _sinusitis),
        ("sphenoid sinusitis", 0.25, _sphenoid),
        ("mastoid effusion", 0.45, _effusion),
        ("parotid atrophy", 0.40, _parotid),
        ("muscle scars", 0.40, _scars),
        ("temporal lobe necrosis", 0.06, _temporal),
        ("enlarged node", 0.12, _node),
    ):
        if rng.random() < chance:
            paint(canvas)
            found.append(name)
    return found


def _side(rng: np.random.Generator) -> float:
    return float(rng.choice([-1.0, 1.0]))


def _fibrosis(canvas: Canvas) -> None:
    """Asymmetric scar at the wall and behind it: a crescent, now and then as bulky as a tumour."""
    rng = canvas.rng
    side = _side(rng)
    tissue = T.MATURE_FIBROSIS if rng.random() < 0.68 else T.YOUNG_FIBROSIS
    bulk = float(rng.choice([0.7, 1.0, 1.35], p=[0.4, 0.4, 0.2]))
    centre = (side * float(rng.uniform(9, 16)), float(rng.uniform(3, 12)), float(rng.uniform(-8, 10)))
    radii = (bulk * float(rng.uniform(6, 11)), bulk * float(rng.uniform(4, 8)), bulk * float(rng.uniform(8, 17)))
    angle = side * float(rng.uniform(10, 60))
    canvas.ellipsoid(centre, radii, angle, wobble=0.5).fill(
        tissue, over=(T.MUCOSA, T.FAT, T.CONNECTIVE, T.MUSCLE, T.CARTILAGE)
    )


def _thickening(canvas: Canvas) -> None:
    """Swollen, bright mucosa or lymphoid tissue, about symmetric, of roof and back wall."""
    rng = canvas.rng
    canvas.ellipsoid(
        (float(rng.normal(0, 2)), 6.0, 8.0),
        (float(rng.uniform(11, 16)), float(rng.uniform(4, 9)), float(rng.uniform(6, 13))),
        wobble=0.3,
    ).fill(T.REACTIVE, over=(T.MUCOSA, T.CONNECTIVE, T.AIR, T.FAT))


def _necrosis(canvas: Canvas) -> None:
    """Ulcer or necrosis of the wall: fluid and air in a rim of granulation."""
    rng = canvas.rng
    side, radius = _side(rng), float(rng.uniform(6, 15))
    centre = (side * float(rng.uniform(3, 13)), float(rng.uniform(6, 12)), float(rng.uniform(2, 12)))
    region = canvas.ellipsoid(centre, (radius, radius * 0.75, radius), wobble=0.5)
    over = (*SOFT, *BONE, T.AIR)
    rim = float(rng.uniform(1.5, 4.0)) / radius
    region.fill(T.REACTIVE, over=over).fill(T.NECROSIS, below=max((1 - rim) ** 2, 0.1), over=(T.REACTIVE,))
    if rng.random() < 0.6:
        region.fill(T.AIR, below=float(rng.uniform(0.1, 0.5)), over=(T.NECROSIS,))


def _dark_clivus(canvas: Canvas) -> None:
    """Marrow that stayed dark on T1 without disease, in part of the clivus and sphenoid."""
    rng = canvas.rng
    centre = (float(rng.normal(0, 6)), 18.0, float(rng.uniform(8, 24)))
    canvas.ellipsoid(centre, (float(rng.uniform(8, 18)), 12.0, float(rng.uniform(8, 18))), wobble=0.5).fill(
        T.RED_MARROW, over=(T.MARROW,)
    )


def _sinusitis(canvas: Canvas) -> None:
    """Thick mucosa, a level of fluid or full opacity in one or both maxillary sinuses and ethmoid cells."""
    rng = canvas.rng
    sides = (1.0, -1.0) if rng.random() < 0.5 else (_side(rng),)
    for side in sides:
        region = canvas.ellipsoid((side * 31, -46, 3), (16, 18, 20), wobble=0.0)
        air = region.inside(1.1, over=(T.AIR,))
        form = rng.random()
        if form < 0.4:
            air &= region.level > float(rng.uniform(0.3, 0.6))
        elif form < 0.75:
            air &= canvas.y[region.box] > float(rng.uniform(-52, -38))
        canvas.labels[region.box][air] = int(rng.choice([T.FLUID, T.SECRETION, T.MUCOSA], p=[0.4, 0.2, 0.4]))
        canvas.ellipsoid((side * 7, -44, 26), (7, 20, 11)).fill(T.SECRETION, over=(T.AIR,))


def _sphenoid(canvas: Canvas) -> None:
    rng = canvas.rng
    region = canvas.ellipsoid((float(rng.normal(0, 4)), -10, 29), (float(rng.uniform(7, 18)), 15, 12))
    region.fill(Tissue(int(rng.choice([T.FLUID, T.SECRETION, T.REACTIVE]))), over=(T.AIR,))


def _effusion(canvas: Canvas) -> None:
    sides = (1.0, -1.0) if canvas.rng.random() < 0.5 else (_side(canvas.rng),)
    for side in sides:
        canvas.ellipsoid((side * 56, 36, 0), (12, 16, 19), wobble=0.4).fill(T.FLUID, over=(T.AIR,))


def _parotid(canvas: Canvas) -> None:
    canvas.labels[canvas.labels == T.GLAND] = T.ATROPHIC_GLAND


def _scars(canvas: Canvas) -> None:
    """Bright young or dark old bands in the muscles of mastication of one side."""
    rng = canvas.rng
    side = _side(rng)
    tissue = T.YOUNG_FIBROSIS if rng.random() < 0.5 else T.MATURE_FIBROSIS
    centre = (side * float(rng.uniform(24, 34)), float(rng.uniform(-14, 0)), float(rng.uniform(-18, 8)))
    radii = (float(rng.uniform(3, 7)), float(rng.uniform(8, 16)), float(rng.uniform(6, 14)))
    canvas.ellipsoid(centre, radii, side * 40, wobble=0.6).fill(tissue, over=(T.MUSCLE, T.FAT, T.CONNECTIVE))


def _temporal(canvas: Canvas) -> None:
    rng = canvas.rng
    side, radius = _side(rng), float(rng.uniform(7, 16))
    canvas.ellipsoid((side * 38, -8, 32), (radius, radius, radius), wobble=0.6).fill(
        T.BRAIN_NECROSIS, over=(T.WHITE, T.GREY)
    )


def _node(canvas: Canvas) -> None:
    rng = canvas.rng
    side, radius = _side(rng), float(rng.uniform(5, 11))
    low = rng.random() < 0.6
    centre = (side * 40, 26, float(rng.uniform(-60, -30))) if low else (side * 18, 18, float(rng.uniform(-25, -8)))
    canvas.ellipsoid(centre, (radius, radius, radius * 1.2), wobble=0.2).fill(T.REACTIVE, over=SOFT)
