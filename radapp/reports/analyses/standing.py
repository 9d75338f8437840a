"""Pre-specified or exploratory: whether the protocol named a figure before unblinding, and what else it named."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from radapp.reports.analyses.judges import Judge
from radapp.reports.inputs.values import Named, NamedAnalysis, Plan, StudyInputs

SHOWN_HERE = frozenset({"estimate", "superiority"})
"""Hypotheses that an estimate or a difference answers; a margin wants a test of its own."""
THIS_READER = (
    "Fewer than two readers of one seniority took part: figures are about this reader, and nothing follows about seniority."
)
NO_EQUIVALENCE = "A difference that is not significant shows no equivalence; that takes a margin named beforehand."
SEQUENTIAL = "Sequential aid: each aided answer followed the same reader's unaided one at once."
SIMULATED = "Readers are simulated: no person read."
DEBATABLE = "Debatable cases are kept."
CLUSTERED = "Some patients have several cases: intervals take cases as independent, and are too narrow."


class Standing(StrEnum):
    """How a figure stands to the protocol."""

    PRE_SPECIFIED = "pre-specified"
    ADDED = "pre-specified, added after opening"
    EXPLORATORY = "exploratory"


def standing_of(one: NamedAnalysis | None) -> Standing:
    """Of a figure that answers this analysis, or none."""
    if one is None or one.named is Named.AFTER_UNBLINDING:
        return Standing.EXPLORATORY
    return Standing.PRE_SPECIFIED if one.named is Named.BEFORE_OPENING else Standing.ADDED


@dataclass(frozen=True)
class Promised:
    """What the protocol promised, for the judges that there are.

    A side such as `reader:all` that takes in several judges is none of them: their single figures are exploratory.
    """

    plan: Plan
    judges: tuple[Judge, ...]

    def named(self, endpoint: str, first: Judge, second: Judge | None = None) -> NamedAnalysis | None:
        """The analysis that this figure answers, in either order of the two; None for none."""
        for one in self.plan.analyses:
            if one.endpoint == endpoint and one.hypothesis in SHOWN_HERE and self._means(one, first, second):
                return one
        return None

    def standing(self, endpoint: str, first: Judge, second: Judge | None = None) -> Standing:
        """Of one figure."""
        return standing_of(self.named(endpoint, first, second))

    def of_sides(self, endpoint: str, first: str, second: str = "") -> NamedAnalysis | None:
        """The analysis with sides of these very names, such as `stage:aided`, in either order; None for none."""
        for one in self.plan.analyses:
            sides = {(first, second), (second, first)}
            if one.endpoint == endpoint and one.hypothesis in SHOWN_HERE and (one.first, one.second) in sides:
                return one
        return None

    def of_group(self, endpoint: str, judges: Iterable[Judge]) -> NamedAnalysis | None:
        """The analysis of one side that takes in precisely these judges; None for none."""
        wanted = frozenset(judges)
        for one in self.plan.analyses:
            alone = one.endpoint == endpoint and one.hypothesis in SHOWN_HERE and not one.second
            if alone and frozenset(self._side(one.first)) == wanted:
                return one
        return None

    def _means(self, one: NamedAnalysis, first: Judge, second: Judge | None) -> bool:
        sides = self._side(one.first), self._side(one.second) if one.second else ()
        wanted = (first,), () if second is None else (second,)
        return sides in (wanted, wanted[::-1])

    def _side(self, name: str) -> tuple[Judge, ...]:
        return tuple(judge for judge in self.judges if name in judge.sides)


def not_here(plan: Plan, answered: Iterable[NamedAnalysis | None]) -> tuple[str, ...]:
    """Keys of the protocol's analyses that a report does not answer."""
    keys = {one.key for one in answered if one is not None}
    return tuple(one.key for one in plan.analyses if one.key not in keys)


def notes_of(inputs: StudyInputs) -> tuple[str, ...]:
    """Sentences that belong under every figure about readers (DOMAIN.md)."""
    readers = {(row.reader, row.seniority) for row in inputs.answers}
    counts = [sum(seniority == one for _, one in readers) for seniority in {seniority for _, seniority in readers}]
    said = {
        THIS_READER: any(count < 2 for count in counts),
        SIMULATED: any(row.simulated for row in inputs.answers),
        SEQUENTIAL: inputs.plan.sequential,
        DEBATABLE: any(row.debatable for row in inputs.cases),
        CLUSTERED: len({row.patient for row in inputs.cases}) < len(inputs.cases),
        NO_EQUIVALENCE: True,
    }
    return tuple(words for words, holds in said.items() if holds)
