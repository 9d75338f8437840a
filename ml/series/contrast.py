"""Which T1 series came after a contrast agent: from words, the agent's attributes and the order of the study's series.

GE consoles and some protocols carry the agent's name in every series of an examination, also in those before the injection;
others name it in none. So the attribute alone decides only where it tells the series of one study apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ml.series.facts import SeriesFacts
from ml.series.words import Words


@dataclass(frozen=True)
class Contrast:
    """`given` after the agent or not; `reason` in words for the evidence; `doubt` lowers the preference."""

    given: bool
    reason: str
    doubt: float = 0.0


@dataclass(frozen=True)
class _Study:
    """What the whole study says of the agent. `order` is acquisition time, else series number."""

    members: tuple[tuple[SeriesFacts, Words], ...]
    agent_everywhere: bool
    timed: bool

    def order(self, facts: SeriesFacts) -> float:
        return facts.acquired_at if self.timed and facts.acquired_at is not None else float(facts.number)

    def first_enhanced(self) -> float | None:
        """The place of the first series that credibly comes after the agent: by its words, or by an agent others lack."""
        found = [
            self.order(facts)
            for facts, words in self.members
            if says(facts, words) is True
            or (facts.contrast_agent and not self.agent_everywhere and says(facts, words) is None)
        ]
        return min(found, default=None)


def says(facts: SeriesFacts, words: Words) -> bool | None:
    """What the series says of itself: its description, then its protocol's name, then the agent's start after its end."""
    for one in (words, Words(facts.protocol)):
        if one.plain_scan or one.enhanced:
            return one.enhanced
    if facts.contrast_at is not None and facts.acquired_at is not None and facts.acquired_at < facts.contrast_at:
        return False
    return None


def _close(one: float | None, other: float | None, share: float) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= share * max(abs(one), abs(other))


def same_recipe(one: SeriesFacts, other: SeriesFacts) -> bool:
    """Same plane, dimension, and TR and TE within a fifth: what a protocol repeats after the injection.

    Fat saturation may differ: it is commonly added only after the agent, and lengthens TR a little.
    """
    return (
        (one.plane, one.acquisition) == (other.plane, other.acquisition)
        and _close(one.repetition_time, other.repetition_time, 0.2)
        and _close(one.echo_time, other.echo_time, 0.2)
    )


def read_study(series: Sequence[tuple[SeriesFacts, Words]]) -> _Study:
    """The study's view, over all MR series of any role (a T2 or diffusion series tells of the agent too)."""
    members = tuple((facts, words) for facts, words in series if facts.modality in {"", "MR"})
    timed = all(facts.acquired_at is not None for facts, _ in members)
    with_agent = sum(1 for facts, _ in members if facts.contrast_agent)
    return _Study(members, with_agent == len(members) and len(members) > 1, timed)


def judge(facts: SeriesFacts, words: Words, study: _Study, t1: Sequence[SeriesFacts]) -> Contrast:
    """Whether one series came after the agent; `t1` are the study's T1 weighted series."""
    said = says(facts, words)
    agent = (
        f"contrast agent {facts.contrast_agent}" if facts.contrast_agent not in {"", "given"} else "contrast agent recorded"
    )
    if said is not None:
        by = "described as enhanced" if said else "described as unenhanced"
        if words.plain_scan is words.enhanced and not Words(facts.protocol).enhanced and not said:
            by = "acquired before the agent was given"
        return Contrast(said, by if not (said and facts.contrast_agent) else f"{by}, {agent}")
    place = study.order(facts)
    earlier = [other for other in t1 if other.uid != facts.uid and study.order(other) < place and same_recipe(other, facts)]
    later = [other for other in t1 if other.uid != facts.uid and study.order(other) > place and same_recipe(other, facts)]
    if facts.contrast_agent:
        return _with_agent(agent, study.agent_everywhere, earlier, later)
    return _without_agent(place, study.first_enhanced(), earlier)


def _with_agent(agent: str, everywhere: bool, earlier: list[SeriesFacts], later: list[SeriesFacts]) -> Contrast:
    if everywhere and later and not earlier:
        return Contrast(
            False, f"{agent} in every series, but the same sequence is repeated later: this one is the unenhanced", 0.05
        )
    if everywhere and earlier:
        return Contrast(True, f"{agent}, repeats series {earlier[0].number}")
    doubt = 0.1 if everywhere else 0.0
    return Contrast(True, agent if not earlier else f"{agent}, repeats series {earlier[0].number}", doubt)


def _without_agent(place: float, first_enhanced: float | None, earlier: list[SeriesFacts]) -> Contrast:
    if first_enhanced is not None and place > first_enhanced:
        return Contrast(True, "acquired after a series with contrast agent")
    if earlier:
        return Contrast(
            False, f"no contrast agent recorded; repeats series {earlier[0].number} with the same parameters", 0.15
        )
    return Contrast(False, "no contrast agent")
