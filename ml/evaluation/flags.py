"""What is true or false of each case, and nothing else: a missing call must not count as a negative one."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def true_or_false(values: ArrayLike, what: str) -> NDArray[np.bool_]:
    """Truths, or 0 and 1, as an array of bool; ValueError for anything else, such as None, NaN, 2 or a text.

    `what` names them in the message: "calls", "labels".
    """
    x = np.asarray(values)
    if x.dtype == np.bool_:
        return np.asarray(x, np.bool_)
    if x.size == 0:
        return np.zeros(x.shape, np.bool_)
    if x.dtype.kind == "O":
        known = np.array([isinstance(one, bool | int | float | np.generic) and one in (0, 1) for one in x.ravel()], bool)
    elif x.dtype.kind in "iuf":
        known = ((x == 0) | (x == 1)).ravel()
    else:
        known = np.zeros(x.size, bool)
    if not known.all():
        other = x.ravel()[~known][0]
        raise ValueError(
            f"{int((~known).sum())} of {x.size} {what} are neither true nor false, the first {other!r}; "
            "leave those cases out and say so."
        )
    return x.astype(bool)
