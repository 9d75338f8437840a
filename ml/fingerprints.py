"""Fingerprints: which data and which code a figure comes from. A record for people who compare, never a lock."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

SOURCES = Path(__file__).resolve().parent


def code_fingerprint() -> str:
    """SHA-256 over the source files of `ml`, paths included; the same code gives the same digest in any folder."""
    digest = hashlib.sha256()
    for path in sorted(SOURCES.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(SOURCES).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def scores_fingerprint(scores: Mapping[str, ArrayLike], labels: ArrayLike) -> str:
    """SHA-256 over every score, as it is and in its order, and every label."""
    digest = hashlib.sha256(np.asarray(labels).astype(np.uint8).tobytes())
    for name in sorted(scores):
        digest.update(name.encode() + np.asarray(scores[name], "<f8").tobytes())
    return digest.hexdigest()


def arrays_fingerprint(*arrays: np.ndarray) -> str:
    """SHA-256 over the bytes of arrays, in order."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
