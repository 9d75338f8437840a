"""Arrays inside bundle.json: base64 of little-endian float32, so that a thousand numbers take one line."""

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray


def pack(values: NDArray[Any]) -> dict[str, Any]:
    """Shape and content as plain values."""
    array = np.ascontiguousarray(values, dtype="<f4")
    return {"shape": list(array.shape), "float32": base64.b64encode(array.tobytes()).decode("ascii")}


def unpack(values: dict[str, Any]) -> NDArray[np.float32]:
    """The array that `pack` packed; ValueError where shape and content disagree."""
    content = np.frombuffer(base64.b64decode(values["float32"], validate=True), "<f4")
    return content.reshape([int(n) for n in values["shape"]]).astype(np.float32)
