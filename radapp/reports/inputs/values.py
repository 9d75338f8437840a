"""The frozen data set that every analysis of a reader study is made from, and its hash. No Django.

Nothing in it is random or of one installation: cases are their numbers, readers their seniority and a number, patients the
order in which they come. So two equal studies give the same bytes, wherever they are kept. Times are durations alone.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from ml.evaluation.plain import plain
from radapp.readerstudies.canonical import canonical

VERSION = 3
"""Of this shape: raised by every change of it, since hashes change with it. 2: arms, errors as coded. 3: how cases were
imaged, the flow, the question, targets and what readers are told."""


class Named(StrEnum):
    """When the protocol named an analysis."""

    BEFORE_OPENING = "before opening"
    AFTER_OPENING = "after opening, before unblinding"
    AFTER_UNBLINDING = "after unblinding"


class Cutoffs(StrEnum):
    """Where the networks' cutoffs come from."""

    SET_BEFOREHAND = "set beforehand"
    THESE_CASES = "chosen on these cases"


@dataclass(frozen=True, kw_only=True)
class NamedAnalysis:
    """One analysis of the protocol, as radapp.readerstudies.protocol has it, and when it was named."""

    key: str
    endpoint: str
    hypothesis: str
    first: str
    second: str
    margin: float | None
    named: Named


@dataclass(frozen=True, kw_only=True)
class ArmSeen:
    """What is seen under an arm: unenhanced or complete images; what the networks say; a prior examination."""

    key: str
    images: str
    aid: bool
    prior: bool


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What was promised: significance level, correction for several comparisons, and the analyses named.

    `arms`: what readers see under each. `categories`: of either kind of error (false_positive, false_negative), by
    precedence. `question`: the hypothesis in words. `targets`: {positive, negative: cases wanted}. `told`: {prevalence,
    clinical_facts, instructions: what every reader is told}.
    """

    alpha: float
    correction: str
    primary: str | None
    analyses: tuple[NamedAnalysis, ...]
    sequential: bool
    arms: tuple[ArmSeen, ...]
    categories: Mapping[str, tuple[str, ...]]
    question: str = ""
    targets: Mapping[str, int] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NetworkSaid:
    """A network's score against its cutoff, or the tactic's final call; `positive` None: not assessable."""

    score: float | None
    cutoff: float | None
    positive: bool | None
    tier: str


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """One case that counts. `truth` None: not established. `t1wic`: its network scored it, or readers were shown it.

    `scanner`: its maker. `fat_saturated`: {sequence: whether, None where headers do not tell}.
    """

    case: int
    cohort: str
    patient: int
    truth: bool | None
    basis: str
    debatable: bool
    nodal_only: bool
    rt_stage: str
    sites: tuple[str, ...]
    kinds: tuple[str, ...]
    t1wic: bool
    scanner: str
    fat_saturated: Mapping[str, bool | None]
    synthetic: bool
    networks: Mapping[str, NetworkSaid]


@dataclass(frozen=True, kw_only=True)
class AnswerRow:
    """One answer that counts, or that of a hidden repeat. `call` None: the reader could not assess the case.

    `likelihood` 0 to 100; `mark` [x, y, z] LPS mm; `milliseconds` {total, first_image, work, away, silent, paused} as far
    as they are known.
    """

    reader: str
    seniority: str
    simulated: bool
    arm: str
    stage: str
    session: int
    position: int
    repeat: bool
    case: int
    call: bool | None
    likelihood: float | None
    mark: tuple[float, ...] | None
    milliseconds: Mapping[str, int | None]


@dataclass(frozen=True, kw_only=True)
class CodeSaid:
    """What one coder, by number, makes of an error."""

    coder: int
    primary: str
    contributors: tuple[str, ...]

    def __str__(self) -> str:
        """In words."""
        return f"coder {self.coder}: {', '.join((self.primary, *self.contributors))}"


@dataclass(frozen=True, kw_only=True)
class ErrorRow:
    """One error as it was coded: of a reader at a stage of an arm, or of a network.

    `codes`: two or none, since a single one tells nothing to others. `primary`: the category in force, empty until settled.
    """

    case: int
    source: str
    arm: str
    stage: str
    error: str
    codes: tuple[CodeSaid, ...]
    adjudicated: bool
    primary: str
    contributors: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Flow:
    """How cases came to count: `assessed` in all; `left_out` {why: how many}; taken for practice, or withdrawn later."""

    assessed: int
    left_out: Mapping[str, int]
    practice: int
    withdrawn: int


@dataclass(frozen=True, kw_only=True)
class StudyInputs:
    """All of it: cases by number; answers by reader, session, position and stage; errors by case and source."""

    plan: Plan
    cutoffs: Cutoffs
    synthetic: bool
    flow: Flow
    cases: tuple[CaseRow, ...]
    answers: tuple[AnswerRow, ...]
    errors: tuple[ErrorRow, ...]
    version: int = VERSION

    def content(self) -> dict[str, Any]:
        """As JSON."""
        return dict(plain(self))

    @cached_property
    def canonical(self) -> bytes:
        """The canonical JSON: sorted keys, no spaces, UTF-8."""
        return canonical(self.content())

    @property
    def sha256(self) -> str:
        """Of the canonical JSON, hexadecimal."""
        return hashlib.sha256(self.canonical).hexdigest()

    @property
    def cohorts(self) -> dict[str, tuple[CaseRow, ...]]:
        """Cases by cohort, in the order in which cohorts come."""
        found: dict[str, list[CaseRow]] = {}
        for row in self.cases:
            found.setdefault(row.cohort, []).append(row)
        return {name: tuple(rows) for name, rows in found.items()}
