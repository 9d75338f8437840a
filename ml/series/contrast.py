"""Which T1 series came after a contrast agent: from words, the agent's attributes and the order of the study's series.

GE consoles and some protocols carry the agent's name in every series of an examination, also in those before the injection;
others name it in none. So the attribute alone decides only where it tells the series of one study apart.
"""

from dataclasses import dataclass
from functools import cached_property

from ml.series.facts import SeriesFacts
from ml.series.words import LOCALISER, Words


@dataclass(frozen=True)
class Contrast:
    """`given` after the agent or not; `reason` in words for the evidence; `doubt` lowers the preference."""

    given: bool
    reason: str
    doubt: float = 0.0


@dataclass(frozen=True)
class Timeline:
    """The study's MR series of any role (a T2 or diffusion series tells of the agent too); `t1` are the T1 weighted ones."""

    members: tuple[SeriesFacts, ...]
    t1: tuple[SeriesFacts, ...]

    @cached_property
    def timed(self) -> bool:
        """Every series has a time, and they differ (a de-identifier may have given all the same)."""
        times = {facts.acquired_at for facts in self.members}
        return None not in times and (len(times) > 1 or len(self.members) < 2)

    def place(self, facts: SeriesFacts) -> float:
        """When the series came: acquisition time, or series number where some series has no time."""
        return facts.acquired_at if self.timed and facts.acquired_at is not None else float(facts.number)

    @cached_property
    def agent_tells_nothing(self) -> bool:
        """Every T1 series names an agent, and so does a series of another kind before the last of them.

        Then the agent's name stands in the header from the start, and does not say which series came after it.
        """
        if not self.t1 or not all(facts.contrast_agent for facts in self.t1):
            return False
        uids, last = {facts.uid for facts in self.t1}, max(map(self.place, self.t1))
        return any(one.contrast_agent and one.uid not in uids and self.place(one) < last for one in self.members)

    @cached_property
    def first_enhanced(self) -> float | None:
        """The place of the first series that credibly comes after the agent, or shows its arrival."""
        return min(map(self.place, self._with_agent), default=None)

    @cached_property
    def only_a_bolus(self) -> bool:
        """Nothing but a dynamic series, by its words, tells of an agent."""
        return all(says(facts) is None and not facts.contrast_agent for facts in self._with_agent)

    @cached_property
    def _with_agent(self) -> tuple[SeriesFacts, ...]:
        """By its words, by an agent that others lack (in a localiser it was only typed in early), or dynamic imaging."""
        return tuple(facts for facts in self.members if self._credible(facts))

    def _credible(self, facts: SeriesFacts) -> bool:
        said, words = says(facts), Words(facts.description)
        if said is not None:
            return said
        named = facts.contrast_agent and not self.agent_tells_nothing and words.not_input is not LOCALISER
        return bool(named) or words.bolus

    def described_later(self, facts: SeriesFacts) -> bool:
        """T1 series are described as enhanced, and all of them came later."""
        places = [self.place(other) for other in self.t1 if says(other) is True]
        return bool(places) and min(places) > self.place(facts)


def _described(facts: SeriesFacts) -> bool | None:
    """What the description says, else the protocol's name."""
    for words in (Words(facts.description), Words(facts.protocol)):
        if words.contrast is not None:
            return words.contrast
    return None


def says(facts: SeriesFacts) -> bool | None:
    """What the series says of itself: its description, then its protocol's name, then the agent's start after its images."""
    described = _described(facts)
    if described is not None:
        return described
    if facts.contrast_at is not None and facts.acquired_at is not None and facts.acquired_at < facts.contrast_at:
        return False
    return None


def _close(one: float | None, other: float | None, share: float) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= share * max(abs(one), abs(other))


def same_recipe(one: SeriesFacts, other: SeriesFacts) -> bool:
    """Same plane and dimension, TR within two fifths, TE within a third: what a protocol repeats after the injection.

    Fat saturation may differ: it is commonly added only after the agent, and lengthens TR.
    """
    return (
        (one.plane, one.acquisition) == (other.plane, other.acquisition)
        and _close(one.repetition_time, other.repetition_time, 0.4)
        and _close(one.echo_time, other.echo_time, 0.34)
    )


def judge(facts: SeriesFacts, timeline: Timeline) -> Contrast:
    """Whether one T1 series came after the agent."""
    agent = "contrast agent recorded" if facts.contrast_agent == "given" else f"contrast agent {facts.contrast_agent}"
    said = says(facts)
    if said is not None:
        by = "described as enhanced" if said else "described as unenhanced"
        if _described(facts) is None:
            by = "acquired before the agent was given"
        return Contrast(said, f"{by}, {agent}" if said and facts.contrast_agent else by)
    place = timeline.place(facts)
    alike = [other for other in timeline.t1 if other.uid != facts.uid and same_recipe(other, facts)]
    earlier = sorted((other for other in alike if timeline.place(other) < place), key=timeline.place)
    repeats = f"repeats series {earlier[0].number}" if earlier else ""
    if not facts.contrast_agent:
        return _without_agent(place, timeline, repeats)
    if timeline.agent_tells_nothing and not earlier and any(timeline.place(other) > place for other in alike):
        return Contrast(
            False, f"{agent} in every series, but the sequence is repeated later: this one is the unenhanced", 0.05
        )
    if timeline.agent_tells_nothing and not earlier and timeline.described_later(facts):
        return Contrast(False, f"{agent} in every series, but only later ones are described as enhanced", 0.05)
    doubt = 0.1 if timeline.agent_tells_nothing and not earlier else 0.0
    return Contrast(True, f"{agent}, {repeats}" if repeats else agent, doubt)


def _without_agent(place: float, timeline: Timeline, repeats: str) -> Contrast:
    if timeline.first_enhanced is not None and place > timeline.first_enhanced:
        if timeline.only_a_bolus:
            return Contrast(True, "acquired after dynamic imaging of a contrast agent", 0.1)
        return Contrast(True, "acquired after a series with contrast agent")
    if repeats:
        return Contrast(False, f"no contrast agent recorded; {repeats} with the same parameters", 0.15)
    return Contrast(False, "no contrast agent")
