"""Recurrences: their kinds and shares by hospital, and how each is painted.

Kinds and shares follow the paper (Deng et al. 2025, Results; DOMAIN.md's table): advanced (rT3–4) 75 % of recurrences in the
internal hospital, 84 and 82 % in the external ones; with necrosis 24 %, 13 and 22 %; submucosal 86 %, 4 and 10 %. The three
shares exceed 1 together, so they cannot be one list of exclusive kinds. Our reading: necrosis makes a kind of an advanced
tumour; "submucosal" says how a recurrence of any stage grows, beneath an intact mucosa, which most advanced ones do in the
internal hospital and few in the external ones. `Recurrence.growth` holds that; `Kind.SUBMUCOSAL` is the small (rT2),
purely submucosal one. The external hospitals are pooled by their numbers of recurrences (188 and 123). How the advanced
ones split into mass, skull base and cavernous or intracranial, and how many lie in atypical sites, the paper does not say:
that is set here.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ml.phantom.canvas import Box, Canvas, Field, Point
from ml.phantom.scanner import Cohort
from ml.phantom.tissues import Tissue

T = Tissue
SOFT = (T.MUCOSA, T.MUSCLE, T.FAT, T.CONNECTIVE, T.CARTILAGE, T.REACTIVE, T.MATURE_FIBROSIS, T.YOUNG_FIBROSIS, T.SECRETION,
        T.TURBINATE)  # fmt: skip
BONE = (T.MARROW, T.RED_MARROW, T.CORTEX)


class Kind(StrEnum):
    """What a case has; `NONE` and `NODAL` are negative."""

    NONE = "none"
    NODAL = "nodal only"
    ADVANCED = "advanced"
    NECROTIC = "necrotic"
    FOCAL = "focal mucosal"
    SUBMUCOSAL = "submucosal"
    SKULL_BASE = "skull base"
    CAVERNOUS = "cavernous or intracranial"
    ATYPICAL = "atypical site"


NEGATIVE = (Kind.NONE, Kind.NODAL)
SHARES: dict[Cohort, dict[Kind, float]] = {
    "internal": {
        Kind.ADVANCED: 0.305,
        Kind.NECROTIC: 0.235,
        Kind.SKULL_BASE: 0.11,
        Kind.CAVERNOUS: 0.09,
        Kind.SUBMUCOSAL: 0.14,
        Kind.FOCAL: 0.08,
        Kind.ATYPICAL: 0.04,
    },
    "external": {
        Kind.ADVANCED: 0.43,
        Kind.NECROTIC: 0.167,
        Kind.SKULL_BASE: 0.12,
        Kind.CAVERNOUS: 0.10,
        Kind.SUBMUCOSAL: 0.05,
        Kind.FOCAL: 0.083,
        Kind.ATYPICAL: 0.05,
    },
}
"""Of the recurrences."""
SUBMUCOSAL_GROWTH: dict[Cohort, float] = {"internal": 0.967, "external": 0.016}
"""Of the advanced, necrotic, skull base and cavernous ones; with every SUBMUCOSAL one they give the paper's 86 and 6 %."""
NODAL_SHARE = 0.04
"""Of the negative cases: nodal recurrence alone. The paper counts it as negative and gives no share; set here."""

DIAMETERS: dict[Kind, tuple[float, float]] = {
    Kind.ADVANCED: (28.0, 58.0),
    Kind.NECROTIC: (28.0, 54.0),
    Kind.FOCAL: (13.0, 24.0),
    Kind.SUBMUCOSAL: (17.0, 32.0),
    Kind.SKULL_BASE: (26.0, 46.0),
    Kind.CAVERNOUS: (27.0, 46.0),
    Kind.ATYPICAL: (14.0, 30.0),
}
"""Longest diameter in mm."""
RAGGED: dict[Kind, float] = {Kind.ADVANCED: 0.16, Kind.NECROTIC: 0.16, Kind.SKULL_BASE: 0.14, Kind.SUBMUCOSAL: 0.08}
"""How far the border is frayed, in units of the level; 0.07 for the others."""


@dataclass(frozen=True)
class Recurrence:
    """One recurrence: kind, recurrent T stage, site in words, centre (patient mm) and longest diameter (mm)."""

    kind: Kind
    stage: str
    site: str
    centre: Point
    diameter: float
    growth: str = "mucosal"
    """submucosal: beneath an intact mucosa; mucosal: it reaches the surface."""


def sample_recurrence(rng: np.random.Generator, kind: Kind | None = None, cohort: Cohort = "internal") -> Recurrence:
    """A recurrence of the given kind, or of one drawn by the cohort's `SHARES`."""
    shares = SHARES[cohort]
    kind = kind if kind is not None else list(shares)[int(rng.choice(len(shares), p=list(shares.values())))]
    low, high = DIAMETERS[kind]
    diameter = float(rng.uniform(low, high))
    side = float(rng.choice([-1.0, 1.0]))
    centre, site, stage = _place(rng, kind, side, diameter)
    jitter = rng.normal(0.0, 1.5, 3)
    placed = (centre[0] + float(jitter[0]), centre[1] + float(jitter[1]), centre[2] + float(jitter[2]))
    beneath = rng.random() < SUBMUCOSAL_GROWTH[cohort]
    if kind in (Kind.FOCAL, Kind.ATYPICAL):
        beneath = False
    growth = "submucosal" if beneath or kind is Kind.SUBMUCOSAL else "mucosal"
    return Recurrence(kind=kind, stage=stage, site=site, centre=placed, diameter=diameter, growth=growth)


def _place(rng: np.random.Generator, kind: Kind, side: float, diameter: float) -> tuple[Point, str, str]:
    """Centre (patient mm), site in words and recurrent T stage (AJCC 8)."""
    where = "left" if side > 0 else "right"
    if kind is Kind.FOCAL:
        if rng.random() < 0.35:
            return (side * 4.0, 8.0, 11.0), "roof", "rT1"
        return (side * 11.0, 4.0, float(rng.uniform(-8, 10))), f"{where} lateral wall", "rT1"
    if kind is Kind.SUBMUCOSAL:
        return (side * 13.0, 11.0, float(rng.uniform(-8, 8))), f"{where} submucosal, prevertebral", "rT2"
    if kind is Kind.SKULL_BASE:
        return (side * float(rng.uniform(0, 16)), 19.0, 16.0), f"clivus and {where} petrous apex", "rT3"
    if kind is Kind.CAVERNOUS:
        if rng.random() < 0.6:
            return (side * 15.0, float(rng.uniform(-2, 8)), 33.0), f"{where} cavernous sinus", "rT4"
        return (side * 26.0, float(rng.uniform(0, 8)), 27.0), f"{where} middle fossa, Meckel's cave", "rT4"
    if kind is Kind.ATYPICAL:
        if rng.random() < 0.65:
            return (side * 7.0, float(rng.uniform(-36, -24)), float(rng.uniform(-4, 10))), f"{where} nasal cavity", "rT1"
        return (side * 15.0, -52.0, float(rng.uniform(6, 14))), f"{where} nasolacrimal duct, maxillary sinus", "rT3"
    centre = (side * float(rng.uniform(7, 16)), float(rng.uniform(2, 11)), float(rng.uniform(-2, 13)))
    stage = "rT4" if diameter > 42 else "rT3"
    return centre, f"{where} nasopharynx, skull base" + (", intracranial" if stage == "rT4" else ""), stage


def _replaced(recurrence: Recurrence) -> NDArray[np.bool_]:
    """Which tissues the mass takes the place of, (256,) by label."""
    kind = recurrence.kind
    into_bone = kind in (Kind.ADVANCED, Kind.NECROTIC, Kind.SKULL_BASE, Kind.CAVERNOUS, Kind.ATYPICAL)
    over = {*SOFT, T.FLUID, T.AIR, *(BONE if into_bone else ())}
    if kind is Kind.SUBMUCOSAL:
        over -= {T.AIR, T.MUCOSA}
    if recurrence.stage == "rT4":
        over |= {T.CSF, T.VEIN}
    if kind is Kind.CAVERNOUS:
        # Grown into the middle fossa it lies where the temporal lobe was pushed aside; the carotid stays, encased.
        over |= {T.GREY, T.WHITE}
    allowed = np.zeros(256, bool)
    allowed[[int(t) for t in over]] = True
    return allowed


def paint_recurrence(canvas: Canvas, recurrence: Recurrence) -> None:
    """Replace tissue by a lobulated, infiltrating mass and mark it in `canvas.recurrence`."""
    level, box = _lobules(canvas, recurrence)
    labels = canvas.labels[box]
    mask = (level < 1.0) & _replaced(recurrence)[labels]
    surface = (1.0 + 2.0 * float(canvas.rng.uniform(1.5, 3.0)) / recurrence.diameter) ** 2
    if recurrence.growth == "submucosal":
        # The intact mucosa lies over the part that bulges into the airway: about 1.5 to 3 mm of it.
        cover = (level < surface) & (level >= 1.0 / surface) & (labels == T.AIR)
        labels[cover] = T.MUCOSA
        mask &= ~cover
    labels[mask] = T.RECURRENCE
    inner, hollow = float(canvas.rng.uniform(0.30, 0.62)), canvas.rng.random() < 0.4
    if recurrence.kind is Kind.NECROTIC:
        core = level + np.float32(0.12) * canvas.coarse[box]
        labels[mask & (core < inner)] = T.NECROSIS
        if hollow:
            labels[mask & (core < inner * 0.45)] = T.AIR
    canvas.recurrence[box] |= mask


def _lobules(canvas: Canvas, recurrence: Recurrence) -> tuple[Field, Box]:
    """Level field of a union of overlapping ellipsoids within the recurrence's diameter, its border frayed, and its box."""
    rng, radius = canvas.rng, recurrence.diameter / 2
    c = recurrence.centre
    box = canvas.box((c[0] - radius, c[1] - radius, c[2] - radius), (c[0] + radius, c[1] + radius, c[2] + radius))
    x, y, z = canvas.x[box] - np.float32(c[0]), canvas.y[box] - np.float32(c[1]), canvas.z[box] - np.float32(c[2])
    small = recurrence.kind in (Kind.FOCAL, Kind.SUBMUCOSAL, Kind.ATYPICAL)
    core = (rng.uniform(*((0.74, 0.95) if small else (0.68, 0.9)), 3) * radius).astype(np.float32)
    level = (x / core[0]) ** 2 + (y / core[1]) ** 2 + (z / core[2]) ** 2
    for _ in range(int(rng.integers(2, 6))):
        direction = rng.normal(0.0, 1.0, 3)
        offset = (direction / np.linalg.norm(direction) * radius * 0.55).astype(np.float32)
        r = (radius * rng.uniform(0.28, 0.45, 3)).astype(np.float32)
        lobe = ((x - offset[0]) / r[0]) ** 2 + ((y - offset[1]) / r[1]) ** 2 + ((z - offset[2]) / r[2]) ** 2
        level = np.minimum(level, lobe)
    ragged = np.float32(RAGGED.get(recurrence.kind, 0.07))
    level -= np.float32(0.22) * canvas.wobble[box]
    level += ragged * (canvas.coarse[box] + np.float32(0.6) * canvas.fine[box])
    return np.asarray(level, np.float32), box


def paint_node(canvas: Canvas, radius: float, side: float, *, low: bool, z: float) -> None:
    """An enlarged node: of the upper neck (`low`) or retropharyngeal; `radius` in mm, `z` patient mm."""
    centre = (side * 42, 24, z) if low else (side * 18, 18, z)
    canvas.ellipsoid(centre, (radius, radius, radius * 1.2), wobble=0.2).fill(T.REACTIVE, over=SOFT)


def paint_nodal_recurrence(canvas: Canvas) -> None:
    """Nodal recurrence alone: one or two clearly enlarged nodes of the neck; no local disease, so the case is negative."""
    rng = canvas.rng
    side = float(rng.choice([-1.0, 1.0]))
    for radius, z in ((float(rng.uniform(9, 14)), -38.0), (float(rng.uniform(5, 9)), -60.0)):
        centre = (side * 42, 24, z + float(rng.uniform(-6, 6)))
        region = canvas.ellipsoid(centre, (radius, radius, radius * 1.2), wobble=0.2)
        region.fill(T.RECURRENCE, over=(*SOFT, T.GLAND, T.ATROPHIC_GLAND))
