"""The paper's criteria of local recurrence, and when what somebody said meets one.

Source: the paper's section "Radiologists' assessment and Image tagging" (DIGEST, Reference standard). The paper gives no
window for its "three months"; ours is stated here and in docs/tagging.md.
"""

import datetime as dt
from typing import Final

from radapp.readerstudies.models import ReferenceStep

Basis = ReferenceStep.Basis

GROWTH_DAYS: Final = (61, 183)
"""Images "three months before or after": from two to six months, in days, both included."""
FREE_DAYS: Final = 365
"""One year of follow-up after the examination, in days."""
ELSEWHERE: Final = frozenset({Basis.FOLLOW_UP, Basis.UNSTATED})
"""What only the archive's truths and imported tables say: established, but not by whom or by which sign."""
DATED: Final = frozenset({Basis.GROWTH, Basis.SHRINKAGE, Basis.ONE_YEAR_FREE})
"""Criteria that compare the examination with another day."""
SAYS: Final = {
    Basis.HISTOPATHOLOGY: (True, False),
    Basis.GROWTH: (True,),
    Basis.SHRINKAGE: (True,),
    Basis.ONE_YEAR_FREE: (False,),
    Basis.IMAGES: (True, False, None),
    Basis.FOLLOW_UP: (True, False),
    Basis.UNSTATED: (True, False),
}
"""What each basis can conclude: recurrence, none, or that it cannot be determined (None)."""


def shortfall(basis: str, day: dt.date | None, examined_on: dt.date | None) -> str:
    """Why a basis is none of the paper's criteria for this examination, as a sentence; empty where it is one.

    Where a day is not known, its distance cannot be looked at, and the basis counts.
    """
    if basis == Basis.IMAGES:
        return "This examination alone meets none of the criteria."
    if basis not in DATED or day is None or examined_on is None:
        return ""
    return _too_near_or_far(basis, (day - examined_on).days)


def _too_near_or_far(basis: str, days: int) -> str:
    least, most = GROWTH_DAYS
    if basis == Basis.GROWTH and not least <= abs(days) <= most:
        return (
            f"Growth is told from images {least} to {most} days (about three months) before or after; these are "
            f"{_distance(days)} the examination."
        )
    if basis == Basis.SHRINKAGE and days <= 0:
        return f"Shrinkage is told from images after treatment, later than the examination; these are {_distance(days)} it."
    if basis == Basis.ONE_YEAR_FREE and days < FREE_DAYS:
        return f"One year of follow-up is {FREE_DAYS} days; it ends {_distance(days)} the examination."
    return ""


def _distance(days: int) -> str:
    if days == 0:
        return "0 days after"
    return f"{abs(days)} day{'' if abs(days) == 1 else 's'} {'after' if days > 0 else 'before'}"
