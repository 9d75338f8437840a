"""What a scanner is set to: the examination's grid, each sequence's times, the two cohorts' scanners.

Ranges of DOMAIN.md: T1 TSE TR 450–700 ms (3 T 550–800), TE 8–15; T2 TSE TR 3000–6000, TE 80–110; 4–5 mm slices with a gap
of 0.4–1 (3 T and external 3–4), field of view 220–240 mm, acquired 180–256 lines, stored 256–512.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ml.phantom.canvas import Field
from ml.series.role import Role

Cohort: TypeAlias = Literal["internal", "external"]
COHORTS: tuple[Cohort, ...] = ("internal", "external")
TILT = 5.0
"""Deviation, in degrees, of the slices' turn about the left-right axis."""
SUBPLANES = 2
"""Planes painted within one slice's thickness and averaged: partial volume through the slice."""
FINEST = 256
"""Pixels along a side of the painted grid: no acquisition resolves more."""


@dataclass(frozen=True)
class Acquisition:
    """One series' settings: times in ms; `noise` relative to the 99th percentile; `gain` is that percentile as stored."""

    role: Role
    repetition_time: float
    echo_time: float
    echo_train: int
    fat_saturated: bool
    noise: float
    gain: float
    bias: tuple[float, float, float, float, float, float]
    ghost: float
    """Share of the signal that motion between phase-encoding lines displaces."""
    seconds_after_start: int
    inversion_time: float = 0.0
    """ms; above 0 an inversion-prepared gradient echo."""
    flip_angle: float = 90.0
    lines: int = FINEST
    """Phase-encoding lines acquired (from front to back)."""
    pulsation: float = 0.0
    """Strength of the vessels' ghosts."""
    saturation_quality: float = 0.95
    """Share of the fat signal suppressed where the field is even."""
    susceptibility: float = 1.0
    """How strongly air in the skull base disturbs the field: about 0.5 at 1.5 T, 1 at 3 T."""


@dataclass(frozen=True)
class Examination:
    """What all series of an examination share: scanner grid (mm), field strength, the stack's place in the patient."""

    field_strength: float
    field_of_view: float
    matrix: int
    """Stored pixels along a side."""
    slices: int
    thickness: float
    gap: float
    top: float
    """Scanner z of the uppermost slice about the nasopharynx, mm."""
    offset: tuple[float, float]
    """Scanner y and x of the image centre about the nasopharynx, mm."""
    isocentre: tuple[float, float, float]
    """LPS mm of the nasopharynx."""
    tilt: float
    """Radians by which the slices are turned about the left-right axis."""

    @property
    def pitch(self) -> float:
        """Distance of slice centres in mm."""
        return self.thickness + self.gap

    @property
    def pixel(self) -> float:
        """Size of a stored pixel in mm."""
        return self.field_of_view / self.matrix

    @property
    def painted(self) -> int:
        """Pixels along a side of the grid on which anatomy is painted."""
        return min(self.matrix, FINEST)

    def axes(self) -> tuple[Field, Field, Field]:
        """Centres of the painted planes (two a slice, ascending), rows and columns in scanner mm about the nasopharynx."""
        centres = self.top - self.pitch * np.arange(self.slices - 1, -1, -1)
        within = (np.arange(SUBPLANES) - (SUBPLANES - 1) / 2) * self.thickness / SUBPLANES
        planes = (centres[:, None] + within[None, :]).ravel()
        line = (np.arange(self.painted) - (self.painted - 1) / 2) * self.field_of_view / self.painted
        return (
            planes.astype(np.float32),
            (line + self.offset[0]).astype(np.float32),
            (line + self.offset[1]).astype(np.float32),
        )

    def turn(self) -> NDArray[np.float64]:
        """3×3: scanner mm (x, y, z) about the nasopharynx to LPS mm about it."""
        c, s = np.cos(self.tilt), np.sin(self.tilt)
        return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])

    def affine(self) -> NDArray[np.float64]:
        """4×4: (slice, row, column, 1) of the stored image -> LPS mm. The first pixel is the painted grid's first."""
        planes, rows, columns = self.axes()
        first = np.array([columns[0], rows[0], planes[:SUBPLANES].mean()], dtype=np.float64)
        steps = np.zeros((3, 3))
        steps[2, 0], steps[1, 1], steps[0, 2] = self.pitch, self.pixel, self.pixel
        affine = np.eye(4)
        affine[:3, :3] = self.turn() @ steps
        affine[:3, 3] = self.turn() @ first + np.asarray(self.isocentre)
        return affine


@dataclass(frozen=True)
class Site:
    """How a cohort's scanners differ: shares and ranges to draw from."""

    at_3t: float
    thickness: tuple[float, ...]
    matrices: tuple[tuple[int, float], ...]
    """Stored matrix and its share."""
    lines: tuple[int, int]
    noise: tuple[float, float]
    bias: float
    """Deviation of the coil's log-sensitivity from middle to edge."""


SITES: dict[Cohort, Site] = {
    "internal": Site(0.5, (4.0, 4.5, 5.0, 5.0), ((256, 0.55), (320, 0.25), (384, 0.15), (512, 0.05)), (200, 256),
                     (0.008, 0.022), 0.10),
    "external": Site(0.7, (3.5, 4.0, 4.0, 5.0), ((256, 0.35), (288, 0.25), (320, 0.25), (512, 0.15)), (176, 240),
                     (0.012, 0.034), 0.17),
}  # fmt: skip


def sample_examination(rng: np.random.Generator, matrix: int | None, cohort: Cohort = "internal") -> Examination:
    """A protocol of the region: 24 to 34 slices of 3.5 to 5 mm with a gap, 220 to 240 mm, 1.5 or 3 T."""
    site = SITES[cohort]
    thickness = float(rng.choice(site.thickness))
    gap = float(rng.choice([0.4, 0.5, 1.0]))
    sizes, shares = zip(*site.matrices, strict=True)
    drawn = int(rng.choice(sizes, p=shares))
    length = float(rng.uniform(122, 145))
    return Examination(
        field_strength=3.0 if rng.random() < site.at_3t else 1.5,
        field_of_view=float(rng.choice([220.0, 230.0, 240.0])),
        matrix=matrix or drawn,
        slices=int(np.clip(round(length / (thickness + gap)), 24, 34)),
        thickness=thickness,
        gap=gap,
        top=float(rng.normal(58.0, 5.0)),
        offset=(float(rng.normal(10.0, 3.0)), float(rng.normal(0.0, 3.0))),
        isocentre=tuple(float(v) for v in rng.normal((0.0, -30.0, -20.0), 8.0)),  # type: ignore[arg-type]
        tilt=float(np.deg2rad(rng.choice([0.0, rng.normal(0.0, 1.0)]) * TILT)),
    )


def sample_acquisition(
    rng: np.random.Generator, role: Role, examination: Examination, fat_saturated: bool, cohort: Cohort = "internal"
) -> Acquisition:
    """Sequence settings (T1 TSE, T2 TSE), and this series' coil, noise, motion and pulsation."""
    stronger, site = examination.field_strength > 2.0, SITES[cohort]
    if role is Role.T2WI:
        times = (float(rng.uniform(3000, 6000)), float(rng.uniform(80, 110)), int(rng.choice([12, 15, 18])))
    else:
        times = (
            float(rng.uniform(550, 800) if stronger else rng.uniform(450, 700)),
            float(rng.uniform(8, 15)),
            int(rng.choice([2, 3])),
        )
    start = {Role.T1WI: 180, Role.T2WI: 480, Role.T1WIC: 1080}[role]
    scale = np.array((1.0, 1.0, 1.0, 0.8, 0.8, 0.5)) * site.bias
    return Acquisition(
        role=role,
        repetition_time=round(times[0], 0),
        echo_time=round(times[1], 1),
        echo_train=times[2],
        fat_saturated=fat_saturated,
        noise=float(rng.uniform(*site.noise)),
        gain=float(np.exp(rng.uniform(np.log(350), np.log(2200)))),
        bias=tuple(float(v) for v in rng.normal(0.0, scale)),  # type: ignore[arg-type]
        ghost=float(rng.choice([0.0, 0.0, 0.0, rng.uniform(0.01, 0.06)])),
        seconds_after_start=start + int(rng.integers(0, 90)),
        flip_angle=150.0 if role is Role.T2WI else 90.0,
        lines=int(rng.integers(site.lines[0], site.lines[1] + 1)),
        pulsation=float(rng.uniform(0.0, 0.5)) * float(rng.random() < 0.6),
        saturation_quality=float(rng.uniform(0.86, 0.97)),
        susceptibility=float(rng.uniform(0.7, 1.3)) * (1.0 if stronger else 0.5),
    )


def sagittal_acquisition(rng: np.random.Generator, examination: Examination) -> Acquisition:
    """A sagittal 3D T1: inversion-prepared gradient echo of about 1 mm (MPRAGE, IR-FSPGR, 3D TFE)."""
    return Acquisition(
        role=Role.T1WI,
        repetition_time=float(round(rng.uniform(1900, 2300))),
        echo_time=round(float(rng.uniform(2.2, 3.6)), 1),
        echo_train=1,
        fat_saturated=False,
        noise=float(rng.uniform(0.012, 0.025)),
        gain=float(np.exp(rng.uniform(np.log(350), np.log(1200)))),
        bias=tuple(float(v) for v in rng.normal(0.0, (0.05, 0.1, 0.1, 0.08, 0.08, 0.05))),  # type: ignore[arg-type]
        ghost=0.0,
        seconds_after_start=300 + int(rng.integers(0, 60)),
        inversion_time=float(round(rng.uniform(850, 1050))),
        flip_angle=float(round(rng.uniform(8, 12))),
        lines=FINEST,
        susceptibility=0.4 * (1.0 if examination.field_strength > 2.0 else 0.5),
    )
