"""Where an item stands: whether it is coded, whether the codes agree, and which code is in force."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from radapp.readerstudies.coding.categories import Chosen
from radapp.readerstudies.models import Adjudication, Code, CodingItem
from radapp.readerstudies.protocol import Coding

CODERS = 2
"""As many codes as an error gets."""


class State(enum.StrEnum):
    """UNCODED and CODED_ONCE wait for coders; DIFFERING for an adjudicator; in SETTLED one code is in force."""

    UNCODED = "uncoded"
    CODED_ONCE = "coded_once"
    DIFFERING = "differing"
    SETTLED = "settled"


@dataclass(frozen=True)
class Standing:
    """`codes` by their place; `final` once settled."""

    state: State
    codes: tuple[Code, ...]
    adjudication: Adjudication | None
    final: Chosen | None

    @property
    def both_locked(self) -> bool:
        """Whether both codes are in: only then may anything else be shown."""
        return len(self.codes) == CODERS


def standing_of(item: CodingItem, coding: Coding, precedence: Sequence[str]) -> Standing:
    """From the item's codes and its adjudication (prefetched where there are many)."""
    codes = tuple(sorted(item.codes.all(), key=lambda code: code.place))
    if len(codes) < CODERS:
        return Standing(State.CODED_ONCE if codes else State.UNCODED, codes, None, None)
    decided = getattr(item, "adjudication", None)
    if decided is not None:
        return Standing(State.SETTLED, codes, decided, chosen(decided))
    first, second = (chosen(code) for code in codes)
    if differ(first, second, coding):
        return Standing(State.DIFFERING, codes, None, None)
    # What either coder saw contributing stays beside the primary that both named.
    beside = tuple(key for key in precedence if key in first.all | second.all and key != first.primary)
    return Standing(State.SETTLED, codes, None, Chosen(first.primary, beside))


def differ(first: Chosen, second: Chosen, coding: Coding) -> bool:
    """Whether an adjudicator decides: by the protocol where the primaries differ, or where anything does."""
    if first.primary != second.primary:
        return True
    return coding.adjudicate == "any" and first.all != second.all


def chosen(code: Code | Adjudication) -> Chosen:
    """What a stored code says."""
    return Chosen(code.primary, tuple(code.contributors))
