"""Cells: counts, shares and differences as the paper prints them, with the interval beneath. No Django."""

from collections.abc import Mapping

from ml.evaluation.estimate import Estimate, Proportion
from radapp.reports.analyses.figures import Figure
from radapp.reports.analyses.standing import Standing
from radapp.reports.document.blocks import Cell, Mark, Words, same

DASH = same("–")
_STANDINGS = {Standing.PRE_SPECIFIED: Mark.PRE_SPECIFIED, Standing.ADDED: Mark.ADDED}


def text(words: Words) -> Cell:
    """A cell of words."""
    return Cell(text=words)


def count(number: int, *, behind: Mapping[str, str] | None = None, small: bool = False) -> Cell:
    """A whole number, and which cases it counts."""
    return Cell(text=same(str(number)), behind=behind, marks=(Mark.SMALL,) if small else (), value=number)


def figure(one: Figure, *, scale: float = 100, digits: int = 2, behind: Mapping[str, str] | None = None) -> Cell:
    """An estimate with its marks, times `scale`: 100 for percent, 1 for an area."""
    small = (Mark.SMALL,) if one.small else ()
    standing = (_STANDINGS[one.standing],) if one.standing in _STANDINGS else ()
    return estimate(one.estimate, scale=scale, digits=digits, marks=(*standing, *small), behind=behind)


def estimate(
    one: Estimate,
    *,
    scale: float = 100,
    digits: int = 2,
    marks: tuple[Mark, ...] = (),
    behind: Mapping[str, str] | None = None,
) -> Cell:
    """Value and, beneath, limits; of a proportion its counts, too. A dash with its reason where there is none."""
    if one.value is None:
        return Cell(text=DASH, reason=same(one.reason) if one.reason else None, marks=marks, behind=behind)
    shown = f"{scale * one.value:.{digits}f}"
    if isinstance(one, Proportion):
        shown = f"{shown} ({one.count}/{one.n})"
    return Cell(text=same(shown), below=_limits(one, scale, digits), marks=marks, behind=behind, value=one.value)


def _limits(one: Estimate, scale: float, digits: int) -> Words | None:
    if one.low is None and one.high is None:
        return None
    low, high = ("" if limit is None else f"{scale * limit:.{digits}f}" for limit in (one.low, one.high))
    return Words(f"{low or 'unbounded'}–{high or 'unbounded'}", f"{low or '无下限'}–{high or '无上限'}")
