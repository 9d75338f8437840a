"""From tissues to magnitude images: signal equations, field disturbance, coil, k-space, motion, noise, thick slices.

Spin echo: density · (1 − exp(−TR/T1)) · exp(−TE/T2) (Bernstein, King, Zhou: Handbook of MRI Pulse Sequences, 2004, section
14.3). Inversion-prepared gradient echo: density · |1 − 2 exp(−TI/T1) / (1 + exp(−TR/T1))| · exp(−TE/T2*), T2* about T2/2.
Contrast agent adds relaxivity · concentration to 1/T1 and 1/T2. Noise is Rician (Gudbjartsson and Patz, Magn Reson Med
1995;34:910-914). Ringing comes from the finite number of k-space lines, as in a scanner.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from ml.phantom.canvas import Field
from ml.phantom.scanner import SUBPLANES, Acquisition
from ml.phantom.tissues import Tissue, TissueMaps
from ml.series.role import Role

RELAXIVITY_T1 = 4.5
RELAXIVITY_T2 = 5.5
"""1/(s · mmol/l), a gadolinium chelate at 1.5 to 3 T (rounded)."""
VESSELS = (Tissue.FLOW_VOID, Tissue.VEIN)


@dataclass(frozen=True, eq=False)
class Head:
    """A painted anatomy: labels and grain (planes, rows, columns) with `subplanes` planes a slice; field (slices, …)."""

    labels: NDArray[np.uint8]
    grain: Field
    """The patient's own fine texture, about unit deviation, the same for every series."""
    field: Field
    """Disturbance of the main field by air in the head, about −1…1, (slices, rows, columns)."""
    subplanes: int = SUBPLANES


def head_of(labels: NDArray[np.uint8], grain: Field, pixel: float, pitch: float, subplanes: int = SUBPLANES) -> Head:
    """The painted head with its field; `pixel` and `pitch` (slice distance) in mm."""
    return Head(labels, grain, disturbance(labels[::subplanes], pixel, pitch), subplanes)


def disturbance(labels: NDArray[np.uint8], pixel: float, pitch: float) -> Field:
    """Field of the air in the head (slices, rows, columns): a dipole-like pattern of a blurred air mask.

    Air is para- against tissue's diamagnetism: the field rises above and below it (along z) and falls beside it.
    """
    step = max(1, round(4.0 / pixel))
    coarse = labels[:, ::step, ::step]
    body = ndimage.binary_fill_holes((coarse != Tissue.AIR).any(axis=0))
    air = ((coarse == Tissue.AIR) & body[None]).astype(np.float32)
    sigma = (9.0 / pitch, 9.0 / (step * pixel), 9.0 / (step * pixel))
    smooth = ndimage.gaussian_filter(air, sigma)
    # k_z²/k² − 1/3 in image space: second differences along z, and beside.
    second = np.gradient(np.gradient(smooth, pitch, axis=0), pitch, axis=0)
    beside = np.gradient(np.gradient(smooth, step * pixel, axis=1), step * pixel, axis=1)
    beside += np.gradient(np.gradient(smooth, step * pixel, axis=2), step * pixel, axis=2)
    field = np.asarray(60.0 * (2.0 * second - beside), np.float32)
    zoomed = np.repeat(np.repeat(np.clip(field, -1.5, 1.5), step, axis=1), step, axis=2)
    zoomed = zoomed[:, : labels.shape[1], : labels.shape[2]]
    pad = [(0, 0), (0, labels.shape[1] - zoomed.shape[1]), (0, labels.shape[2] - zoomed.shape[2])]
    padded = np.pad(zoomed, pad, mode="edge") if any(after for _, after in pad) else zoomed
    return np.asarray(ndimage.uniform_filter1d(ndimage.uniform_filter1d(padded, step, axis=1), step, axis=2), np.float32)


def signals(tissues: TissueMaps, acquisition: Acquisition, *, fat: bool = False) -> Field:
    """Signal of each tissue, arbitrary units, fat suppressed where the acquisition is; `fat`: the part that is fat."""
    contrast = acquisition.role is Role.T1WIC
    uptake = tissues.uptake if contrast else np.zeros_like(tissues.uptake)
    t1 = 1.0 / (1.0 / tissues.t1 + RELAXIVITY_T1 * uptake / 1000.0)
    t2 = 1.0 / (1.0 / tissues.t2 + RELAXIVITY_T2 * uptake / 1000.0)
    recovered, echo = np.exp(-acquisition.repetition_time / t1), acquisition.echo_time
    signal: NDArray[np.floating]
    if acquisition.inversion_time:
        inverted = 1.0 - 2.0 * np.exp(-acquisition.inversion_time / t1) / (1.0 + recovered)
        signal = tissues.density * np.abs(inverted) * np.exp(-echo / (t2 / 2))
    else:
        signal = tissues.density * (1.0 - recovered) * np.exp(-echo / t2)
    if fat:
        signal = signal * tissues.fat_fraction
    elif acquisition.fat_saturated:
        signal = signal * (1.0 - acquisition.saturation_quality * tissues.fat_fraction)
    return np.asarray(signal, dtype=np.float32)


def acquire(
    head: Head, tissues: TissueMaps, acquisition: Acquisition, rng: np.random.Generator, stored: int | None = None
) -> Field:
    """Magnitude image (slices, rows, columns) of a painted head; `stored` pixels along each side of a square slice."""
    slices = _ideal(head, tissues, acquisition)
    slices = _distorted(slices, head.field, acquisition.susceptibility)
    slices *= _coil(slices.shape, acquisition)
    if acquisition.pulsation:
        _add_pulsation(slices, head, acquisition)
    lines = min(acquisition.lines, slices.shape[1])
    measured = _k_space(slices, lines, acquisition, rng)
    top = np.float32(max(float(np.percentile(measured[::3, ::4, ::4], 99)), 1e-6))
    deviation = np.float32(acquisition.noise) * top
    real = measured + deviation * rng.standard_normal(measured.shape, dtype=np.float32)
    imaginary = deviation * rng.standard_normal(measured.shape, dtype=np.float32)
    magnitude = np.sqrt(real * real + imaginary * imaginary)
    magnitude *= np.float32(acquisition.gain) / top
    shape = (stored, stored) if stored else slices.shape[1:]
    return _interpolated(magnitude, (int(shape[0]), int(shape[1])))


def _ideal(head: Head, tissues: TissueMaps, acquisition: Acquisition) -> Field:
    """Signal with texture, averaged through each slice; fat comes back where the field spoils its suppression."""
    signal = signals(tissues, acquisition)
    image = np.take(signal * tissues.texture, head.labels, mode="clip")
    image *= head.grain
    image += np.take(signal, head.labels, mode="clip")
    np.maximum(image, 0.0, out=image)
    slices = _through(image, head.subplanes)
    if acquisition.fat_saturated:
        failure = _smoothstep((np.abs(head.field) * np.float32(acquisition.susceptibility) - 0.30) / 0.5)
        fat = signals(tissues, acquisition, fat=True) * np.float32(acquisition.saturation_quality)
        slices += failure * _through(np.take(fat, head.labels, mode="clip"), head.subplanes)
    return slices


def _through(image: Field, subplanes: int) -> Field:
    if subplanes == 1:
        return image
    return np.asarray(image.reshape(-1, subplanes, *image.shape[1:]).mean(axis=1, dtype=np.float32))


def _smoothstep(value: Field) -> Field:
    v = np.clip(value, 0.0, 1.0).astype(np.float32)
    return np.asarray(v * v * (3 - 2 * v), dtype=np.float32)


def _distorted(slices: Field, field: Field, strength: float) -> Field:
    """Displacement along the readout (columns) of up to about 2 pixels, with pile-up, and dephasing at steep gradients.

    Only the box in which the field is disturbed is worked on; `slices` is changed in place.
    """
    touched = np.abs(field) > np.float32(0.06)
    if not touched.any():
        return slices
    found = [np.nonzero(touched.any(axis=axes))[0] for axes in ((1, 2), (0, 2), (0, 1))]
    box = tuple(slice(int(n[0]), int(n[-1]) + 1) for n in found)
    part, shift = slices[box], np.float32(2.2 * strength) * field[box]
    if min(part.shape) < 3:
        return slices
    through = np.gradient(field[box], axis=0).astype(np.float32)
    columns = np.arange(part.shape[2], dtype=np.float32) + shift
    np.clip(columns, 0, part.shape[2] - 1.001, out=columns)
    left = columns.astype(np.int32)
    columns -= left
    left += (np.arange(part.shape[0] * part.shape[1], dtype=np.int32) * part.shape[2]).reshape(*part.shape[:2], 1)
    flat = np.ascontiguousarray(part).ravel()
    low = np.take(flat, left, mode="clip")
    left += 1
    high = np.take(flat, left, mode="clip")
    high -= low
    high *= columns
    low += high
    low *= np.clip(1 + np.gradient(shift, axis=2).astype(np.float32), 0.4, 1.8)
    through *= through
    low *= np.exp(np.float32(-0.35 * strength) * through)
    slices[box] = low
    return slices


def _add_pulsation(slices: Field, head: Head, acquisition: Acquisition) -> None:
    """Ghosts of the great vessels along the phase-encoding direction (rows), equally spaced, alternately bright and dark."""
    labels = head.labels[:: head.subplanes]
    vessel = np.isin(labels, VESSELS).astype(np.float32)
    level = np.float32(0.35 * acquisition.pulsation) * np.float32(np.percentile(slices[::3, ::4, ::4], 95))
    distance = slices.shape[1] // 7
    for order in (1, 2, 3):
        ghost = vessel * (level / np.float32(order * (-1) ** order))
        slices[:, order * distance :] -= ghost[:, : -order * distance]
        slices[:, : -order * distance] -= ghost[:, order * distance :]
    np.maximum(slices, 0.0, out=slices)


def _k_space(slices: Field, lines: int, acquisition: Acquisition, rng: np.random.Generator) -> Field:
    """Measure `lines` of k-space under a mild window, some displaced by motion, and go back to (slices, lines, columns)."""
    spectrum = fft.rfft2(slices, axes=(1, 2))
    rows, columns = slices.shape[1:]
    if lines < rows:
        half = lines // 2
        spectrum = np.concatenate([spectrum[:, : lines - half], spectrum[:, rows - half :]], axis=1)
    ky = np.abs(fft.fftfreq(lines)).astype(np.float32)[:, None] * 2
    kx = np.arange(spectrum.shape[2], dtype=np.float32)[None, :] / (columns / 2)
    window = np.exp(-np.float32(1.7) * (ky * ky * ky * ky + kx * kx * kx * kx + np.float32(0.35) * (ky * ky + kx * kx)))
    spectrum *= window.astype(np.float32)
    if acquisition.ghost:
        spectrum *= _motion(lines, acquisition, rng)[None, :, None]
    return np.asarray(fft.irfft2(spectrum, s=(lines, columns), axes=(1, 2)), np.float32) * np.float32(lines / rows)


def _motion(lines: int, acquisition: Acquisition, rng: np.random.Generator) -> NDArray[np.complex64]:
    """Phase and amplitude of each line: slow sway, and swallowing that hits some lines together."""
    order = fft.fftfreq(lines) * lines
    period, phase = float(rng.uniform(5.0, 11.0)), float(rng.uniform(0, 2 * np.pi))
    sway = 2.2 * acquisition.ghost * np.sin(2 * np.pi * order / period + phase)
    shift = np.where(np.sin(2 * np.pi * order / 37.0 + phase) > 0.8, 6.0 * acquisition.ghost, 0.0)
    turned = np.exp(1j * (sway + 2 * np.pi * order / lines * shift)) * (1 + sway)
    turned[np.abs(order) < 2] = 1.0
    return np.asarray(turned, np.complex64)


def _interpolated(image: Field, shape: tuple[int, int]) -> Field:
    """Zero-filling of k-space to the stored matrix (rows, columns): the first pixel stays where it was."""
    rows, columns = image.shape[1:]
    if (rows, columns) == shape:
        return image
    # Along rows only (the common case), one transform a column instead of two dimensions.
    if columns == shape[1]:
        line = fft.rfft(image, axis=1)
        out = fft.irfft(line, n=shape[0], axis=1)
    else:
        spectrum = fft.rfft2(image, axes=(1, 2))
        full = np.zeros((len(image), shape[0], shape[1] // 2 + 1), np.complex64)
        half, width = min(rows, shape[0]) // 2, min(spectrum.shape[2], full.shape[2])
        full[:, :half, :width] = spectrum[:, :half, :width]
        full[:, shape[0] - half :, :width] = spectrum[:, rows - half :, :width]
        out = fft.irfft2(full, s=shape, axes=(1, 2)) * (shape[1] / columns)
    out *= np.float32(shape[0] / rows)
    np.maximum(out, 0.0, out=out)
    return np.asarray(out, dtype=np.float32)


def _coil(shape: tuple[int, ...], acquisition: Acquisition) -> Field:
    """Smooth receive field: exp of a quadratic in slice, row and column, each −1…1."""
    z, y, x = (np.linspace(-1, 1, n, dtype=np.float32) for n in shape)
    a, b, c, d, e, f = (np.float32(v) for v in acquisition.bias)
    plane = (b * y + d * y * y)[:, None] + (c * x + e * x * x)[None, :] + f * y[:, None] * x[None, :]
    return np.asarray(np.exp(a * z)[:, None, None] * np.exp(plane)[None], dtype=np.float32)
