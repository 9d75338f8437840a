"""Whether two files hold the same image although one of them was compressed on the way, losslessly."""

import warnings
from typing import IO, BinaryIO, cast

import numpy as np
import pydicom
from pydicom.uid import (
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from ml import decoding
from radapp.archive.encoding import DEFLATED_LITTLE, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE
from radapp.archive.headers import UNREADABLE

NATIVE = frozenset({IMPLICIT_LITTLE, EXPLICIT_LITTLE, DEFLATED_LITTLE, EXPLICIT_BIG})
LOSSLESS = NATIVE | {
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
}


def may_be_recompressed(stored: str, received: str) -> bool:
    """Whether these transfer syntaxes could hold equal pixels in other bytes."""
    return stored != received and {stored, received} <= LOSSLESS and not {stored, received} <= NATIVE


def decode_equally(stored: IO[bytes], received: IO[bytes]) -> bool:
    """Whether both decode to the same values; False where one cannot be decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            one, other = _pixels(stored), _pixels(received)
    except (*UNREADABLE, RuntimeError):
        return False
    return one is not None and other is not None and np.array_equal(one, other)


def _pixels(file: IO[bytes]) -> np.ndarray | None:
    dataset = pydicom.dcmread(cast(BinaryIO, file), force=True)
    return dataset.pixel_array if decoding.decoded_bytes(dataset) <= decoding.MOST_DECODED else None
