"""Studies of several readers, made by the model of Roe and Metz, in every design."""

import numpy as np

from ml.evaluation.mrmc.readings import Design, Readings


def roe_metz(rng: np.random.Generator, read: np.ndarray, up: int, gain: float = 0.0) -> Readings:
    """A study in which arms differ by `gain`, made by the model of Roe and Metz, Acad Radiol 1997;4:298-303."""
    t, r, c = read.shape
    y = np.arange(c) < up

    def noise(variance: float, *shape: int) -> np.ndarray:
        return np.sqrt(variance) * rng.normal(size=shape)

    x = 1.5 * y + noise(0.3, 1, 1, c) + noise(0.3, t, 1, c) + noise(0.2, 1, r, c) + noise(0.2, t, r, c)
    x = x + y * (noise(0.011, 1, r, 1) + noise(0.011, t, r, 1)) + gain * y * np.arange(t)[:, None, None]
    return Readings.of(np.where(read, x, np.nan), y)


def masks(design: Design) -> np.ndarray:
    """Who reads what: 2 arms, 6 readers under each, 120 cases."""
    read = np.ones((2, 6, 120), bool)
    if design is Design.READERS_NESTED:
        read = np.zeros((2, 12, 120), bool)
        read[0, :6], read[1, 6:] = True, True
    if design is Design.CASES_NESTED:
        read[0, :, ::2], read[1, :, 1::2] = False, False
    if design is Design.BLOCKS:
        read[:, :3, ::2], read[:, 3:, 1::2] = False, False
    if design is Design.INCOMPLETE:
        read = np.random.default_rng(3).random(read.shape) < 0.8
    return read
