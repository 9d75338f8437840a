"""Tissues of the phantom: relaxation times, proton density, contrast uptake and texture, one record each.

T1 and T2 in ms at 1.5 T and 3 T. Muscle, white and grey matter: Stanisz et al., Magn Reson Med 2005;54:507-512 (muscle
1008/44 and 1412/50, white matter 884/72 and 1084/69, grey matter 1124/95 and 1820/99). Fat is given as it looks on turbo
spin echo (long apparent T2). All others are set to look right beside those; they are no measurements.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Tissue(IntEnum):
    """Label of a voxel of the anatomy; the value indexes the tables below."""

    AIR = 0
    SKIN = 1
    FAT = 2
    MUSCLE = 3
    CORTEX = 4
    MARROW = 5
    RED_MARROW = 6
    MUCOSA = 7
    WHITE = 8
    GREY = 9
    CSF = 10
    FLUID = 11
    SECRETION = 12
    GLAND = 13
    ATROPHIC_GLAND = 14
    FLOW_VOID = 15
    VEIN = 16
    CARTILAGE = 17
    TONGUE = 18
    VITREOUS = 19
    CONNECTIVE = 20
    MATURE_FIBROSIS = 21
    YOUNG_FIBROSIS = 22
    NECROSIS = 23
    REACTIVE = 24
    RECURRENCE = 25
    BRAIN_NECROSIS = 26
    TURBINATE = 27


@dataclass(frozen=True)
class TissueProperties:
    """One tissue. Times in ms; `uptake` in mmol/l gadolinium some minutes after injection; `texture` relative."""

    tissue: Tissue
    t1: tuple[float, float]
    t2: tuple[float, float]
    density: float
    uptake: float = 0.0
    texture: float = 0.04
    fat_fraction: float = 0.0
    spread: float = 0.05


_T = Tissue
TISSUES: tuple[TissueProperties, ...] = (
    TissueProperties(_T.AIR, (1000, 1000), (50, 50), 0.0, texture=0.0),
    TissueProperties(_T.SKIN, (900, 1100), (45, 45), 0.60, uptake=0.05),
    TissueProperties(_T.FAT, (300, 370), (115, 120), 0.90, texture=0.07, fat_fraction=1.0),
    TissueProperties(_T.MUSCLE, (1008, 1412), (44, 50), 0.80, uptake=0.035, texture=0.10),
    TissueProperties(_T.CORTEX, (800, 900), (20, 20), 0.18, texture=0.05),
    TissueProperties(_T.MARROW, (400, 480), (80, 80), 0.72, texture=0.09, fat_fraction=0.75),
    TissueProperties(_T.RED_MARROW, (880, 1050), (55, 55), 0.70, uptake=0.07, texture=0.10, fat_fraction=0.25),
    TissueProperties(_T.MUCOSA, (1100, 1380), (120, 112), 0.92, uptake=0.32, texture=0.08),
    TissueProperties(_T.WHITE, (884, 1084), (72, 69), 0.70, texture=0.03),
    TissueProperties(_T.GREY, (1124, 1820), (95, 99), 0.82, texture=0.04),
    TissueProperties(_T.CSF, (4000, 4200), (1200, 1200), 1.0, texture=0.03),
    TissueProperties(_T.FLUID, (2600, 2900), (380, 350), 1.0, texture=0.03),
    TissueProperties(_T.SECRETION, (900, 1050), (160, 150), 0.95, texture=0.06, spread=0.15),
    TissueProperties(_T.GLAND, (650, 800), (85, 80), 0.86, uptake=0.15, texture=0.10, fat_fraction=0.3),
    TissueProperties(_T.ATROPHIC_GLAND, (900, 1100), (65, 62), 0.80, uptake=0.15, texture=0.10, fat_fraction=0.15),
    TissueProperties(_T.FLOW_VOID, (1500, 1700), (6, 6), 0.20, uptake=0.02, texture=0.05),
    TissueProperties(_T.VEIN, (1500, 1700), (60, 50), 0.60, uptake=0.9, texture=0.08),
    TissueProperties(_T.CARTILAGE, (1000, 1200), (38, 36), 0.65, uptake=0.03),
    TissueProperties(_T.TONGUE, (800, 1000), (55, 55), 0.82, uptake=0.08, texture=0.13, fat_fraction=0.2),
    TissueProperties(_T.VITREOUS, (3600, 4000), (900, 900), 1.0, texture=0.02),
    TissueProperties(_T.CONNECTIVE, (850, 1100), (52, 54), 0.78, uptake=0.06, texture=0.18, fat_fraction=0.25),
    TissueProperties(_T.MATURE_FIBROSIS, (1030, 1420), (40, 40), 0.70, uptake=0.05, texture=0.10, spread=0.10),
    TissueProperties(_T.YOUNG_FIBROSIS, (1080, 1440), (62, 60), 0.80, uptake=0.13, texture=0.12, spread=0.14),
    TissueProperties(_T.NECROSIS, (1900, 2200), (210, 190), 0.95, uptake=0.02, texture=0.22, spread=0.15),
    TissueProperties(_T.REACTIVE, (1100, 1350), (112, 106), 0.91, uptake=0.33, texture=0.10, spread=0.08),
    TissueProperties(_T.RECURRENCE, (1180, 1480), (83, 80), 0.89, uptake=0.22, texture=0.13, spread=0.09),
    TissueProperties(_T.BRAIN_NECROSIS, (1400, 1900), (160, 150), 0.90, uptake=0.15, texture=0.15),
    TissueProperties(_T.TURBINATE, (1050, 1320), (112, 104), 0.92, uptake=0.36, texture=0.08, spread=0.08),
)


@dataclass(frozen=True)
class TissueMaps:
    """Per-case tissue values, each an array indexed by `Tissue` (one value each, float32). Times in ms."""

    t1: NDArray[np.float32]
    t2: NDArray[np.float32]
    density: NDArray[np.float32]
    uptake: NDArray[np.float32]
    texture: NDArray[np.float32]
    fat_fraction: NDArray[np.float32]


def sample_tissues(rng: np.random.Generator, field_strength: float) -> TissueMaps:
    """Tissue values of one patient at 1.5 or 3 T: the table with each tissue's own spread (log-normal)."""
    column = 0 if field_strength < 2.0 else 1
    spread = np.array([p.spread for p in TISSUES])
    jitter = np.exp(rng.normal(0.0, 1.0, (4, len(TISSUES))) * spread)
    value = {
        "t1": np.array([p.t1[column] for p in TISSUES]) * jitter[0],
        "t2": np.array([p.t2[column] for p in TISSUES]) * jitter[1],
        "density": np.array([p.density for p in TISSUES]) * np.sqrt(jitter[2]),
        "uptake": np.array([p.uptake for p in TISSUES]) * jitter[3] ** 2 * rng.uniform(0.8, 1.25),
        "texture": np.array([p.texture for p in TISSUES]),
        "fat_fraction": np.array([p.fat_fraction for p in TISSUES]),
    }
    return TissueMaps(**{name: np.asarray(values, dtype=np.float32) for name, values in value.items()})
