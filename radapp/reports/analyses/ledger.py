"""The ledger of clinical use: advice, decision, contrast, and what turned out a year later; the running rate of misses.

The rate is of examinations that a person let go without contrast and whose outcome is due. It says how many of those have
no outcome, and what the rate would be were each of them a missed recurrence.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ml.evaluation.estimate import LEVEL, Interval, Proportion, proportion
from radapp.reports.analyses.figures import is_small
from radapp.reports.inputs.clinical import Advised, ClinicalInputs, Contrast, Decided, ExaminationRow, Withheld

NAME, VERSION = "ledger", 1
HORIZON, GRACE, EARLY = 12, 3, 1
RULES = (
    "Only examinations that a person decided to end without contrast, and of which no enhanced series is in the archive, "
    "left without contrast; where nobody decided and there is none, whether contrast was given is unknown.",
    "An outcome is due once the horizon has passed. Recurrences found sooner are counted apart until then: counted at once "
    "they would make the rate too high, since nobody is known to be free so soon.",
    "Free of recurrence by follow-up counts only where it was established near the horizon or later; sooner is no outcome.",
    "Each point takes in all examinations up to its month. Its interval is of that look alone: who looks every month and "
    "acts on the first bad one is wrong more often than the level says.",
)


class Outcome(StrEnum):
    """What turned out. The last three are due and have none."""

    RECURRENCE = "recurrence"
    FREE = "no recurrence"
    NOT_DUE = "not yet due"
    AWAITED = "due, not known yet"
    LOST = "lost"
    TOO_SHORT = "followed too short"


UNKNOWN = (Outcome.AWAITED, Outcome.LOST, Outcome.TOO_SHORT)
"""Due without an outcome; an examination without a day is lost, too."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """In months: when an outcome is due, how long after that it is awaited, how much sooner a follow-up may end."""

    horizon: int = HORIZON
    grace: int = GRACE
    early: int = EARLY
    level: float = LEVEL

    def __post_init__(self) -> None:
        """Refuse what no analysis can be made with."""
        if not (self.horizon >= 1 and self.grace >= 0 and 0 <= self.early < self.horizon):
            raise ValueError(
                f"Horizon {self.horizon}, grace {self.grace}, early {self.early} months; expected a horizon of at least 1, "
                "a grace of at least 0, and an early end before the horizon."
            )


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Missed recurrences among examinations that left without contrast.

    `due` = `established` + `without_outcome`. `rate`: missed of established, exact interval; `worst`, `best`: were all, or
    none, of those without an outcome missed. `early`: recurrences among those not yet due, in no rate.
    """

    examinations: int
    due: int
    established: int
    missed: int
    not_due: int
    without_outcome: int
    early: int
    rate: Proportion
    worst: Proportion
    best: Proportion
    small: bool


@dataclass(frozen=True, kw_only=True)
class Month:
    """The running rate of all examinations up to a month, counted from the first examination's."""

    month: int
    running: Rate


@dataclass(frozen=True, kw_only=True)
class Group:
    """Examinations of one path, by outcome. `early`: recurrences among those not yet due."""

    advised: Advised
    decided: Decided
    contrast: Contrast
    examinations: int
    outcomes: Mapping[str, int]
    early: int


@dataclass(frozen=True, kw_only=True)
class Override:
    """Overrides of one kind and what became of them."""

    advised: Advised
    contrast_decided: bool
    examinations: int
    outcomes: Mapping[str, int]
    early: int
    small: bool


@dataclass(frozen=True, kw_only=True)
class WithheldFor:
    """Advice withheld for one reason, what came of contrast, and the outcomes."""

    reason: Withheld
    examinations: int
    contrast: Mapping[str, int]
    outcomes: Mapping[str, int]
    small: bool


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """`left`: all that left without contrast; `by_path`: as advised, and by override or without advice."""

    options: Options
    rules: tuple[str, ...]
    examinations: int
    patients: int
    without_day: int
    advised: int
    groups: tuple[Group, ...]
    left: Rate
    by_path: Mapping[str, Rate]
    running: tuple[Month, ...]
    overrides: tuple[Override, ...]
    withheld: tuple[WithheldFor, ...]

    @property
    def drawn(self) -> bool:
        """Whether there is a month with an outcome that is due."""
        return any(one.running.worst.value is not None for one in self.running)


def ledger(inputs: ClinicalInputs, options: Options) -> Ledger:
    """Of all examinations."""
    rows = inputs.cases
    left = [row for row in rows if row.contrast is Contrast.NOT_GIVEN]
    return Ledger(
        options=options,
        rules=RULES,
        examinations=len(rows),
        patients=len({row.patient for row in rows}),
        without_day=sum(row.month is None for row in rows),
        advised=sum(row.advised is not Advised.WITHHELD for row in rows),
        groups=_groups(rows, options),
        left=rate_of(left, options),
        by_path={name: rate_of(some, options) for name, some in _paths(left).items()},
        running=_running(left, options),
        overrides=_overrides(rows, options),
        withheld=_withheld(rows, options),
    )


def outcome_of(row: ExaminationRow, options: Options) -> Outcome:
    """What turned out, as far as it counts on the day of gathering."""
    if row.elapsed is not None and row.elapsed < options.horizon:
        return Outcome.NOT_DUE
    if row.truth is True:
        return Outcome.RECURRENCE
    if row.truth is False:
        after = row.established_after
        short = row.basis != "histopathology" and after is not None and after < options.horizon - options.early
        return Outcome.TOO_SHORT if short else Outcome.FREE
    awaited = row.elapsed is not None and row.elapsed < options.horizon + options.grace
    return Outcome.AWAITED if awaited else Outcome.LOST


def is_early(row: ExaminationRow, options: Options) -> bool:
    """A recurrence known before the outcome is due."""
    return row.truth is True and outcome_of(row, options) is Outcome.NOT_DUE


def rate_of(rows: Sequence[ExaminationRow], options: Options) -> Rate:
    """Of examinations that left without contrast."""
    found = Counter(outcome_of(row, options) for row in rows)
    missed, established = found[Outcome.RECURRENCE], found[Outcome.RECURRENCE] + found[Outcome.FREE]
    unknown = sum(found[one] for one in UNKNOWN)

    def share(count: int, n: int) -> Proportion:
        return proportion(count, n, Interval.EXACT, options.level)

    return Rate(
        examinations=len(rows),
        due=established + unknown,
        established=established,
        missed=missed,
        not_due=found[Outcome.NOT_DUE],
        without_outcome=unknown,
        early=sum(is_early(row, options) for row in rows),
        rate=share(missed, established),
        worst=share(missed + unknown, established + unknown),
        best=share(missed, established + unknown),
        small=established > 0 and is_small(missed, established - missed),
    )


def _paths(left: Sequence[ExaminationRow]) -> dict[str, list[ExaminationRow]]:
    """How they came to leave without contrast."""
    named = {
        Advised.NO_CONTRAST: "as advised",
        Advised.CONTRAST: "contrast advised, overridden",
        Advised.WITHHELD: "advice withheld",
    }
    return {name: [row for row in left if row.advised is advised] for advised, name in named.items()}


def _running(left: Sequence[ExaminationRow], options: Options) -> tuple[Month, ...]:
    """A point for each month in which an examination of those ended without contrast; none for those without a day."""
    known = [row for row in left if row.month is not None]
    months = sorted({row.month for row in known if row.month is not None})
    return tuple(
        Month(
            month=month,
            running=rate_of([row for row in known if row.month is not None and row.month <= month], options),
        )
        for month in months
    )


def _groups(rows: Sequence[ExaminationRow], options: Options) -> tuple[Group, ...]:
    found: dict[tuple[Advised, Decided, Contrast], list[ExaminationRow]] = {}
    for row in rows:
        found.setdefault((row.advised, row.decided, row.contrast), []).append(row)
    order = [(advised, decided, contrast) for advised in Advised for decided in Decided for contrast in Contrast]
    return tuple(
        Group(
            advised=path[0],
            decided=path[1],
            contrast=path[2],
            examinations=len(found[path]),
            outcomes=outcomes_of(found[path], options),
            early=sum(is_early(row, options) for row in found[path]),
        )
        for path in order
        if path in found
    )


def outcomes_of(rows: Sequence[ExaminationRow], options: Options) -> dict[str, int]:
    """How many of each outcome."""
    found = Counter(outcome_of(row, options) for row in rows)
    return {one.value: found[one] for one in Outcome}


def _overrides(rows: Sequence[ExaminationRow], options: Options) -> tuple[Override, ...]:
    found: dict[tuple[Advised, bool], list[ExaminationRow]] = {}
    for row in rows:
        if row.decided is Decided.OVERRIDDEN and row.decided_contrast is not None:
            found.setdefault((row.advised, row.decided_contrast), []).append(row)
    made = []
    for (advised, contrast), some in sorted(found.items()):
        outcomes = outcomes_of(some, options)
        made.append(
            Override(
                advised=advised,
                contrast_decided=contrast,
                examinations=len(some),
                outcomes=outcomes,
                early=sum(is_early(row, options) for row in some),
                small=is_small(*(count for count in (len(some), *outcomes.values()) if count)),
            )
        )
    return tuple(made)


def _withheld(rows: Sequence[ExaminationRow], options: Options) -> tuple[WithheldFor, ...]:
    made = []
    for reason in Withheld:
        some = [row for row in rows if row.advised is Advised.WITHHELD and row.withheld is reason]
        if some:
            contrast = Counter(row.contrast for row in some)
            made.append(
                WithheldFor(
                    reason=reason,
                    examinations=len(some),
                    contrast={one.value: contrast[one] for one in Contrast},
                    outcomes=outcomes_of(some, options),
                    small=is_small(len(some)),
                )
            )
    return tuple(made)
