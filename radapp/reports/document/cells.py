"""Cells: counts, shares and differences as the paper prints them, with the interval beneath. No Django."""

from collections.abc import Iterable, Mapping

from ml.evaluation.estimate import Comparison, Estimate, Proportion
from ml.evaluation.multiplicity import Adjusted
from radapp.reports.analyses.comparisons import Tested
from radapp.reports.analyses.figures import Figure
from radapp.reports.analyses.standing import Standing
from radapp.reports.document.blocks import Cell, Mark, Row, Words, same
from radapp.reports.document.sentences import sentence

DASH = same("–")
_STANDINGS = {Standing.PRE_SPECIFIED: Mark.PRE_SPECIFIED, Standing.ADDED: Mark.ADDED}
MINUS = "−"


def text(words: Words) -> Cell:
    """A cell of words."""
    return Cell(text=words)


def heading(words: Words) -> Row:
    """A heading across a table."""
    return Row(cells=(text(words),), heading=True)


def count(number: int, *, behind: Mapping[str, str] | None = None, small: bool = False) -> Cell:
    """A whole number, and which cases it counts."""
    return Cell(text=same(str(number)), behind=behind, marks=(Mark.SMALL,) if small else (), value=number)


def marks_of(standing: Standing, *, small: bool = False, others: Iterable[Mark] = ()) -> tuple[Mark, ...]:
    """How a figure stands to the protocol, whether few cases are behind it, and what else is marked."""
    said = (_STANDINGS[standing],) if standing in _STANDINGS else ()
    return (*said, *((Mark.SMALL,) if small else ()), *others)


def figure(
    one: Figure,
    *,
    scale: float = 100,
    digits: int = 2,
    behind: Mapping[str, str] | None = None,
    others: Iterable[Mark] = (),
) -> Cell:
    """An estimate with its marks, times `scale`: 100 for percent, 1 for an area. `others`: marks beside its own."""
    marks = marks_of(one.standing, small=one.small, others=others)
    return estimate(one.estimate, scale=scale, digits=digits, marks=marks, behind=behind)


def estimate(
    one: Estimate,
    *,
    scale: float = 100,
    digits: int = 2,
    marks: tuple[Mark, ...] = (),
    behind: Mapping[str, str] | None = None,
) -> Cell:
    """Value and, beneath, limits; of a proportion its counts, too. A dash with its reason where there is none.

    A reason beside a value (cases left out, no interval) is kept, too.
    """
    reason = sentence(one.reason) if one.reason else None
    if one.value is None:
        return Cell(text=DASH, below=_limits(one, scale, digits), reason=reason, marks=marks, behind=behind)
    shown = number(scale * one.value, digits)
    if isinstance(one, Proportion):
        shown = f"{shown} ({one.count}/{one.n})"
    below = _limits(one, scale, digits)
    return Cell(text=same(shown), below=below, marks=marks, behind=behind, value=one.value, reason=reason)


def comparison(one: Tested, *, scale: float = 100, digits: int = 2) -> tuple[Cell, Cell, Cell]:
    """A difference, its p, and p corrected within the family, starred where that is at most alpha."""
    marks = marks_of(one.standing, small=one.small)
    return (estimate(one.comparison, scale=scale, digits=digits, marks=marks), *ps(one.comparison, one.adjusted))


def ps(one: Comparison, adjusted: Adjusted | None) -> tuple[Cell, Cell]:
    """p as tested, and as corrected."""
    if adjusted is None:
        return p(one.p), Cell(text=DASH)
    return p(one.p), p(adjusted.adjusted, significant=adjusted.rejected)


def p(value: float | None, *, significant: bool = False) -> Cell:
    """Four decimals; a smaller one as such."""
    if value is None:
        return Cell(text=DASH)
    shown = "<0.0001" if value < 0.00005 else f"{value:.4f}"
    return Cell(text=same(shown), marks=(Mark.SIGNIFICANT,) if significant else (), value=value)


def number(value: float, digits: int, *, thousands: bool = False) -> str:
    """With a true minus; never minus nothing."""
    shown = f"{abs(value):,.{digits}f}" if thousands else f"{abs(value):.{digits}f}"
    return f"{MINUS}{shown}" if value < 0 and float(shown.replace(",", "")) else shown


def _limits(one: Estimate, scale: float, digits: int) -> Words | None:
    if one.low is None and one.high is None:
        return None
    low, high = (None if limit is None else number(scale * limit, digits) for limit in (one.low, one.high))
    # "to" where a minus would stand beside the dash.
    dash_en, dash_zh = (" to ", " 至 ") if MINUS in f"{low}{high}" else ("–", "–")
    return Words(f"{low or 'unbounded'}{dash_en}{high or 'unbounded'}", f"{low or '无下限'}{dash_zh}{high or '无上限'}")
