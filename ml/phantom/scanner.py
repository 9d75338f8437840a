"""From tissues to magnitude images: spin-echo signal equation, coil, noise, motion, thick slices.

Signal of a spin-echo sequence: density · (1 − exp(−TR/T1)) · exp(−TE/T2) (Bernstein, King, Zhou: Handbook of MRI Pulse
Sequences, 2004, section 14.3). Contrast agent adds relaxivity · concentration to 1/T1 and 1/T2. Noise is Rician
(Gudbjartsson and Patz, Magn Reson Med 1995;34:910-914).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.phantom.canvas import Field
from ml.phantom.tissues import TissueMaps
from ml.series.role import Role

RELAXIVITY_T1 = 4.5
RELAXIVITY_T2 = 5.5
"""1/(s · mmol/l), a gadolinium chelate at 1.5 to 3 T (rounded)."""
TILT = 5.0
"""Deviation, in degrees, of the slices' turn about the left-right axis."""
SUBPLANES = 2
"""Planes painted within one slice's thickness and averaged: partial volume through the slice."""


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
    seconds_after_start: int


@dataclass(frozen=True)
class Examination:
    """What all series of an examination share: scanner grid (mm), field strength, the stack's place in the patient."""

    field_strength: float
    field_of_view: float
    matrix: int
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
        """Pixel size in mm."""
        return self.field_of_view / self.matrix

    def axes(self) -> tuple[Field, Field, Field]:
        """Voxel centres of planes (two a slice, ascending), rows and columns in scanner mm about the nasopharynx."""
        centres = self.top - self.pitch * np.arange(self.slices - 1, -1, -1)
        within = (np.arange(SUBPLANES) - (SUBPLANES - 1) / 2) * self.thickness / SUBPLANES
        planes = (centres[:, None] + within[None, :]).ravel()
        line = (np.arange(self.matrix) - (self.matrix - 1) / 2) * self.pixel
        return (
            planes.astype(np.float32),
            (line + self.offset[0]).astype(np.float32),
            (line + self.offset[1]).astype(np.float32),
        )

    def affine(self) -> NDArray[np.float64]:
        """4×4: (slice, row, column, 1) -> LPS mm."""
        c, s = np.cos(self.tilt), np.sin(self.tilt)
        turn = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
        planes, rows, columns = self.axes()
        first = np.array([columns[0], rows[0], planes[:SUBPLANES].mean()], dtype=np.float64)
        steps = np.zeros((3, 3))
        steps[2, 0], steps[1, 1], steps[0, 2] = self.pitch, self.pixel, self.pixel
        affine = np.eye(4)
        affine[:3, :3] = turn @ steps
        affine[:3, 3] = turn @ first + np.asarray(self.isocentre)
        return affine


def sample_examination(rng: np.random.Generator, matrix: int | None) -> Examination:
    """A protocol of the region: 24 to 30 slices of 4 to 5 mm with a gap, 220 to 240 mm, 1.5 or 3 T."""
    thickness = float(rng.choice([4.0, 4.0, 4.5, 5.0, 5.0]))
    gap = float(rng.choice([0.4, 0.5, 1.0]))
    drawn = int(rng.choice([192, 224, 256]))
    length = float(rng.uniform(122, 145))
    return Examination(
        field_strength=float(rng.choice([1.5, 3.0])),
        field_of_view=float(rng.choice([220.0, 230.0, 240.0])),
        matrix=matrix or drawn,
        slices=int(np.clip(round(length / (thickness + gap)), 24, 30)),
        thickness=thickness,
        gap=gap,
        top=float(rng.normal(58.0, 5.0)),
        offset=(float(rng.normal(12.0, 3.0)), float(rng.normal(0.0, 3.0))),
        isocentre=tuple(float(v) for v in rng.normal((0.0, -30.0, -20.0), 8.0)),  # type: ignore[arg-type]
        tilt=float(np.deg2rad(rng.choice([0.0, rng.normal(0.0, 1.0)]) * TILT)),
    )


def sample_acquisition(rng: np.random.Generator, role: Role, examination: Examination, fat_saturated: bool) -> Acquisition:
    """Sequence settings within the ranges of DOMAIN.md (T1 TSE, T2 TSE), and this series' coil, noise and motion."""
    stronger = examination.field_strength > 2.0
    if role is Role.T2WI:
        times = (float(rng.uniform(3000, 6000)), float(rng.uniform(80, 110)), int(rng.choice([12, 15, 18])))
    else:
        times = (
            float(rng.uniform(550, 800) if stronger else rng.uniform(450, 700)),
            float(rng.uniform(8, 15)),
            int(rng.choice([2, 3])),
        )
    start = {Role.T1WI: 180, Role.T2WI: 480, Role.T1WIC: 1080}[role]
    return Acquisition(
        role=role,
        repetition_time=round(times[0], 0),
        echo_time=round(times[1], 1),
        echo_train=times[2],
        fat_saturated=fat_saturated,
        noise=float(rng.uniform(0.008, 0.022)),
        gain=float(np.exp(rng.uniform(np.log(350), np.log(2200)))),
        bias=tuple(float(v) for v in rng.normal(0.0, (0.10, 0.10, 0.10, 0.08, 0.08, 0.05))),  # type: ignore[arg-type]
        ghost=float(rng.choice([0.0, 0.0, 0.0, rng.uniform(0.01, 0.05)])),
        seconds_after_start=start + int(rng.integers(0, 90)),
    )


def signals(tissues: TissueMaps, acquisition: Acquisition) -> Field:
    """Signal of each tissue (27,), arbitrary units, fat suppressed where the acquisition is."""
    contrast = acquisition.role is Role.T1WIC
    uptake = tissues.uptake if contrast else np.zeros_like(tissues.uptake)
    t1 = 1.0 / (1.0 / tissues.t1 + RELAXIVITY_T1 * uptake / 1000.0)
    t2 = 1.0 / (1.0 / tissues.t2 + RELAXIVITY_T2 * uptake / 1000.0)
    signal = tissues.density * (1.0 - np.exp(-acquisition.repetition_time / t1)) * np.exp(-acquisition.echo_time / t2)
    if acquisition.fat_saturated:
        signal = signal * (1.0 - 0.9 * tissues.fat_fraction)
    return np.asarray(signal, dtype=np.float32)


def acquire(
    labels: NDArray[np.uint8], grain: Field, tissues: TissueMaps, acquisition: Acquisition, rng: np.random.Generator
) -> Field:
    """Magnitude image (slices, rows, columns) of a painted anatomy with `SUBPLANES` planes a slice.

    `grain` (planes, rows, columns) is the patient's own fine texture, about unit deviation, the same for every series.
    """
    signal = signals(tissues, acquisition)
    image = signal[labels]
    image += (signal * tissues.texture)[labels] * grain
    np.maximum(image, 0.0, out=image)
    slices = image.reshape(-1, SUBPLANES, *image.shape[1:]).mean(axis=1, dtype=np.float32)
    slices = _point_spread(slices)
    if acquisition.ghost:
        slices += np.float32(acquisition.ghost) * np.roll(slices, slices.shape[1] // 3, axis=1)
    slices *= _coil(slices.shape, acquisition)
    top = np.float32(np.percentile(slices[::3, ::4, ::4], 99))
    deviation = np.float32(acquisition.noise) * top
    real = slices + deviation * rng.standard_normal(slices.shape, dtype=np.float32)
    imaginary = deviation * rng.standard_normal(slices.shape, dtype=np.float32)
    magnitude = np.sqrt(real * real + imaginary * imaginary) * np.float32(acquisition.gain) / top
    return np.asarray(magnitude, dtype=np.float32)


def _point_spread(image: Field) -> Field:
    """In-plane blur of 1-2-1 in both directions."""
    half, quarter = np.float32(0.5), np.float32(0.25)
    for axis in (1, 2):
        blurred = half * image
        lower: list[slice] = [slice(None)] * 3
        upper: list[slice] = [slice(None)] * 3
        lower[axis], upper[axis] = slice(None, -1), slice(1, None)
        blurred[tuple(lower)] += quarter * image[tuple(upper)]
        blurred[tuple(upper)] += quarter * image[tuple(lower)]
        image = blurred
    return image


def _coil(shape: tuple[int, ...], acquisition: Acquisition) -> Field:
    """Smooth receive field: exp of a quadratic in slice, row and column, each −1…1."""
    z, y, x = (np.linspace(-1, 1, n, dtype=np.float32) for n in shape)
    a, b, c, d, e, f = (np.float32(v) for v in acquisition.bias)
    plane = (b * y + d * y * y)[:, None] + (c * x + e * x * x)[None, :] + f * y[:, None] * x[None, :]
    return np.asarray(np.exp(a * z)[:, None, None] * np.exp(plane)[None], dtype=np.float32)
