"""Errors by kind, in the categories of the paper's Fig. 3: what a false alarm took for recurrence, what a miss overlooked.

A false alarm mostly has several imitators. Where the images can be made again without one of them, the main cause is the one
whose absence lowers the deciding score most, among those without which the case would not have been called. Elsewhere it is
the imitator nearest to the heatmap's peak, or else whatever is there.

One primary code by a precedence fixed beforehand, contributors beside it (DOMAIN, "Reader studies"). Codes by rule, from
what is known of a case; a coder who reads images may decide otherwise. "Difficult to differentiate" is a coder's word: no
rule gives it. No torch.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ml.evaluation.estimate import Interval, Proportion, proportion

HIT_RADIUS = 10.0
"""mm about a heatmap's peak within which something counts as what it points at."""


class FalseAlarm(StrEnum):
    """Misdiagnosis: what was taken for recurrence."""

    FIBROSIS = "radiation-induced fibrosis"
    NECROSIS = "radiation necrosis"
    SINUSITIS = "sinusitis or enhanced turbinate"
    DIFFICULT = "difficult to differentiate"
    OTHER = "other"


class Miss(StrEnum):
    """Missed diagnosis: what was overlooked, or how."""

    ATYPICAL = "atypical recurrent site"
    SKULL_BASE = "skull base"
    NECROSIS = "necrosis"
    FOCAL = "focal recurrence (rT1)"
    POSITION = "positional misjudgement"
    CONFIDENCE = "right location, low confidence"
    OTHER = "other"


KIND_OF_IMITATOR: dict[str, FalseAlarm] = {
    "fibrosis": FalseAlarm.FIBROSIS,
    "bulky fibrosis": FalseAlarm.FIBROSIS,
    "muscle scars": FalseAlarm.FIBROSIS,
    "necrosis": FalseAlarm.NECROSIS,
    "skull base necrosis": FalseAlarm.NECROSIS,
    "temporal lobe necrosis": FalseAlarm.NECROSIS,
    "sinusitis": FalseAlarm.SINUSITIS,
    "sphenoid sinusitis": FalseAlarm.SINUSITIS,
    "enhancing turbinate": FalseAlarm.SINUSITIS,
}
"""Words of a truth table to the paper's categories; any other imitator is "other"."""

_RARE_FIRST = (FalseAlarm.NECROSIS, FalseAlarm.FIBROSIS, FalseAlarm.SINUSITIS, FalseAlarm.OTHER)
"""Of imitators equally near, or known only to be there, the rarer decides: nearly everyone has some fibrosis."""

UNEXPLAINED = "no single imitator"
"""What a false alarm hangs on that is called without any one of its imitators too."""

SITES = ("nasal cavity", "nasolacrimal", "maxillary")


@dataclass(frozen=True)
class Imitator:
    """Something that is no recurrence.

    `distance` in mm from the heatmap's peak to it, None where its place is unknown. `fall` is by how much the deciding
    score falls where the images are made again without it, None where that was not tried; `decides` says that the case is
    then no longer called.
    """

    name: str
    distance: float | None = None
    fall: float | None = None
    decides: bool = False

    @property
    def kind(self) -> FalseAlarm:
        """The paper's category."""
        return KIND_OF_IMITATOR.get(self.name, FalseAlarm.OTHER)


@dataclass(frozen=True)
class Lesion:
    """A recurrence in a truth table's words, and mm from the heatmap's peak to it; None without mask or peak."""

    kind: str = ""
    stage: str = ""
    site: str = ""
    distance: float | None = None


@dataclass(frozen=True)
class ErrorCode:
    """The primary category, further ones that contributed, and what decided."""

    primary: str
    contributors: tuple[str, ...]
    by: str

    @property
    def all(self) -> tuple[str, ...]:
        """Primary first."""
        return (self.primary, *self.contributors)


@dataclass(frozen=True)
class ErrorCount:
    """How often a category came first, and how often it was among the causes; `of` errors."""

    category: str
    primary: int
    any: int
    of: int


@dataclass(frozen=True)
class Presence:
    """How many wrong cases hold an imitator (or are of a kind), against those called right."""

    name: str
    wrong: Proportion
    right: Proportion


def main_cause(imitators: Iterable[Imitator]) -> Imitator | None:
    """Of the imitators without which the case would not have been called the one that lowers the score most, if any."""
    deciding = [one for one in imitators if one.decides and one.fall is not None]
    return max(deciding, key=lambda one: one.fall or 0.0, default=None)


def code_false_alarm(imitators: Sequence[Imitator], radius: float = HIT_RADIUS) -> ErrorCode:
    """What a false alarm hangs on where its imitators were left out in turn, else `code_at_peak`.

    Where the case is called without any single one of them, the code is "other".
    """
    if not any(one.fall is not None for one in imitators):
        return code_at_peak(imitators, radius)
    main = main_cause(imitators)
    if main is None:
        return ErrorCode(FalseAlarm.OTHER, (), "called without any single imitator too")
    others = sorted((one for one in imitators if one.decides), key=lambda one: one.fall or 0.0, reverse=True)
    return _code([main.kind, *(one.kind for one in others)], "not called without it")


def code_at_peak(imitators: Sequence[Imitator], radius: float = HIT_RADIUS) -> ErrorCode:
    """What a false alarm's heatmap points at: the imitator nearest to its peak, else by presence.

    Where no place is known, every imitator that is there contributes. Where places are known and none lies within `radius`,
    the code is "other".
    """
    placed = [one for one in imitators if one.distance is not None]
    near = [one for one in placed if one.distance is not None and one.distance <= radius]
    if near:
        order = sorted(near, key=lambda one: (one.distance or 0.0, _RARE_FIRST.index(one.kind)))
        return _code([one.kind for one in order], "nearest to the heatmap's peak")
    if placed or not imitators:
        return ErrorCode(FalseAlarm.OTHER, (), "nothing known lies at the heatmap's peak")
    there = {one.kind for one in imitators}
    return _code([kind for kind in _RARE_FIRST if kind in there], "present in the case, place unknown")


def code_miss(lesion: Lesion, radius: float = HIT_RADIUS) -> ErrorCode:
    """Why a recurrence was missed: first what it is (site, skull base, necrosis, rT1), then where the network looked."""
    causes = [
        (Miss.ATYPICAL, "atypical" in lesion.kind or any(word in lesion.site for word in SITES)),
        (Miss.SKULL_BASE, lesion.kind in {"skull base", "cavernous or intracranial"}),
        (Miss.NECROSIS, lesion.kind == "necrotic"),
        (Miss.FOCAL, lesion.stage == "rT1" or lesion.kind == "focal mucosal"),
        (Miss.POSITION, lesion.distance is not None and lesion.distance > radius),
        (Miss.CONFIDENCE, lesion.distance is not None and lesion.distance <= radius),
    ]
    found = [cause for cause, holds in causes if holds]
    return _code(found or [Miss.OTHER], "kind and site of the recurrence, then the heatmap's peak")


def _code(kinds: Sequence[str], by: str) -> ErrorCode:
    names = list(dict.fromkeys(map(str, kinds)))
    return ErrorCode(names[0], tuple(names[1:]), by)


def count_errors(codes: Sequence[ErrorCode], categories: Iterable[str]) -> tuple[ErrorCount, ...]:
    """One row for each category, in the given order: the bars of Fig. 3."""
    primary, among = Counter(code.primary for code in codes), Counter(name for code in codes for name in code.all)
    return tuple(ErrorCount(str(name), primary[str(name)], among[str(name)], len(codes)) for name in categories)


def site_of(site: str) -> str:
    """A recurrence's site in a truth table's words, without its side."""
    return " ".join(word for word in site.split() if word not in {"left", "right"})


def presence(
    wrong: Sequence[Iterable[str]], right: Sequence[Iterable[str]], interval: Interval = Interval.WILSON
) -> tuple[Presence, ...]:
    """For each name that any case holds: its share among the wrong and among the right ones, largest excess first.

    What most cases hold explains no error; what the wrong ones hold more often may.
    """

    def share(cases: Sequence[Iterable[str]], name: str) -> Proportion:
        return proportion(sum(name in set(case) for case in cases), len(cases), interval)

    names = sorted({name for cases in (wrong, right) for case in cases for name in case})
    rows = [Presence(name, share(wrong, name), share(right, name)) for name in names]
    return tuple(sorted(rows, key=lambda row: (row.right.value or 0.0) - (row.wrong.value or 0.0)))
