"""Which cases a cell of a table counts: conditions over the frozen inputs. No Django."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from radapp.reports.analyses.comparisons import label
from radapp.reports.analyses.errors import whose_error
from radapp.reports.analyses.judges import TACTIC, Kind, NotAssessable, Opinions, opinions, repeated
from radapp.reports.analyses.subgroups import GROUPS, OF_LESIONS, Factor
from radapp.reports.analyses.tactic import NO_TIER
from radapp.reports.conditions import CONDITIONS as CONDITIONS
from radapp.reports.conditions import UnknownConditionError as UnknownConditionError
from radapp.reports.inputs.values import CaseRow, ErrorRow, StudyInputs

_TRUTHS = {True: "yes", False: "no", None: "none"}
_CALLS = {True: "yes", False: "no", None: "not_assessable"}
_ERRORS = {True: "false_positive", False: "false_negative"}


def cases_behind(
    inputs: StudyInputs, conditions: Mapping[str, str], rule: NotAssessable = NotAssessable.SENT_TO_CONTRAST
) -> tuple[CaseRow, ...]:
    """The cases that meet all of `conditions` (CONDITIONS), in their order. Raises UnknownConditionError.

    `call` is what enters the figures by `rule`: by default a case that was not assessable counts as called.
    """
    return Opened(inputs, rule).cases(conditions)


@dataclass(frozen=True, eq=False)
class Opened:
    """Inputs whose cells are opened, one or many: who said what is gathered once."""

    inputs: StudyInputs
    rule: NotAssessable = NotAssessable.SENT_TO_CONTRAST

    def cases(self, conditions: Mapping[str, str]) -> tuple[CaseRow, ...]:
        """As cases_behind has it."""
        strange = sorted(set(conditions) - set(CONDITIONS))
        if strange:
            raise UnknownConditionError(f"found {', '.join(strange)}; expected {', '.join(CONDITIONS)}")
        asked = _Asked(self, conditions)
        for name in {"judge", "other"} & set(conditions):
            self.of(conditions[name])
        tests = [(_TESTS[name], value) for name, value in conditions.items()]
        return tuple(row for row in self.inputs.cases if all(test(asked, row, value) for test, value in tests))

    @cached_property
    def said(self) -> Mapping[str, Opinions]:
        """{judge: opinions}."""
        return {label(one.judge): one for one in opinions(self.inputs)}

    @cached_property
    def again(self) -> Mapping[str, Opinions]:
        """{judge: opinions on hidden repeats}."""
        return {label(one.judge): one for one in repeated(self.inputs)}

    @cached_property
    def errors(self) -> Mapping[tuple[int, str, str, str], ErrorRow]:
        """{(case, source, arm, stage): error as coded}."""
        return {(row.case, row.source, row.arm, row.stage): row for row in self.inputs.errors}

    def of(self, name: str) -> Opinions:
        """Of a judge; raises UnknownConditionError."""
        if name not in self.said:
            raise UnknownConditionError(f"found the judge {name!r}; expected one of {', '.join(self.said)}")
        return self.said[name]

    def call(self, one: Opinions, row: CaseRow) -> bool | None:
        """What enters the figures."""
        return one.call(row, self.rule) if row.case in one.calls else None


@dataclass(frozen=True, eq=False)
class _Asked:
    """One set of conditions."""

    opened: Opened
    conditions: Mapping[str, str]

    @cached_property
    def judge(self) -> Opinions:
        return self.opened.of(self.conditions.get("judge", ""))

    @cached_property
    def other(self) -> Opinions:
        return self.opened.of(self.conditions.get("other", ""))

    def error(self, row: CaseRow) -> ErrorRow | None:
        """The judge's coded error of a case that it called wrongly."""
        if row.truth is None or self.judge.calls.get(row.case) in {None, row.truth}:
            return None
        return self.opened.errors.get(whose_error(self.judge, row))


def _called(asked: _Asked, one: Opinions, row: CaseRow, wanted: str) -> bool:
    if row.case not in one.calls:
        return False
    if wanted == "not_assessable":
        return one.calls[row.case] is None
    call = asked.opened.call(one, row)
    return call is not None if wanted == "any" else _CALLS[call] == wanted


def _right(asked: _Asked, one: Opinions, row: CaseRow, wanted: str) -> bool:
    call = asked.opened.call(one, row)
    return call is not None and row.truth is not None and (call == row.truth) is (wanted in {"yes", "right"})


def _again(asked: _Asked, row: CaseRow, wanted: str) -> bool:
    one = asked.opened.again.get(label(asked.judge.judge))
    return one is not None and _called(asked, one, row, wanted)


def _advice(asked: _Asked, row: CaseRow, wanted: str) -> bool:
    return TACTIC in asked.opened.said and _right(asked, asked.opened.said[TACTIC], row, wanted)


def _error(asked: _Asked, row: CaseRow, wanted: str) -> bool:
    """A case that was not assessable is no error, whatever the rule."""
    call = asked.judge.calls.get(row.case)
    return call is not None and row.truth is not None and call is not row.truth and _ERRORS[call] == wanted


def _category(asked: _Asked, row: CaseRow, wanted: str) -> bool:
    found = asked.error(row)
    return found is not None and bool(found.primary) and wanted in {"any", found.primary}


def _cause(asked: _Asked, row: CaseRow, wanted: str) -> bool:
    found = asked.error(row)
    return found is not None and bool(found.primary) and wanted in {found.primary, *found.contributors}


def _adjudicated(asked: _Asked, row: CaseRow, _: str) -> bool:
    found = asked.error(row)
    return found is not None and bool(found.primary) and found.adjudicated


def _scored(asked: _Asked, row: CaseRow, _: str) -> bool:
    names = [asked.conditions[name] for name in ("judge", "other") if name in asked.conditions]
    return all(row.case in asked.opened.of(name).scores for name in names)


def _sides(asked: _Asked, row: CaseRow, wanted: str) -> bool:
    sides = set(wanted.split("|"))
    readers = [one for one in asked.opened.said.values() if one.judge.kind is Kind.READER and one.judge.sides & sides]
    return any(row.case in one.scores and asked.opened.call(one, row) is not None for one in readers)


def _grouped(asked: _Asked, row: CaseRow, _: str) -> bool:
    """A factor and its group come together; what is said of lesions alone is said of no other case."""
    factor, group = asked.conditions.get("factor"), asked.conditions.get("group")
    if factor not in set(Factor) or group is None:
        raise UnknownConditionError(
            f"found factor {factor!r}, group {group!r}; expected both, factor among {', '.join(Factor)}"
        )
    known = Factor(factor)
    return group in GROUPS[known](row) and (row.truth is True or known not in OF_LESIONS)


def _tier(row: CaseRow) -> str:
    return (row.networks[TACTIC].tier or NO_TIER) if TACTIC in row.networks else ""


_TESTS: Mapping[str, Callable[[_Asked, CaseRow, str], bool]] = {
    "cohort": lambda _, row, wanted: row.cohort == wanted,
    "truth": lambda _, row, wanted: row.truth is not None if wanted == "known" else _TRUTHS[row.truth] == wanted,
    "tier": lambda _, row, wanted: _tier(row) == wanted,
    "sent": lambda _, row, wanted: bool(_tier(row)) and (_tier(row) != "negative") is (wanted == "yes"),
    "debatable": lambda _, row, wanted: row.debatable is (wanted == "yes"),
    "site": lambda _, row, wanted: wanted in row.sites,
    "stage": lambda _, row, wanted: row.rt_stage == wanted,
    "basis": lambda _, row, wanted: row.basis == wanted,
    "judge": lambda asked, row, _: row.case in asked.judge.calls,
    "call": lambda asked, row, wanted: _called(asked, asked.judge, row, wanted),
    "right": lambda asked, row, wanted: _right(asked, asked.judge, row, wanted),
    "other": lambda asked, row, _: row.case in asked.other.calls,
    "other_call": lambda asked, row, wanted: _called(asked, asked.other, row, wanted),
    "other_right": lambda asked, row, wanted: _right(asked, asked.other, row, wanted),
    "said": lambda asked, row, wanted: row.case in asked.judge.calls and _CALLS[asked.judge.calls[row.case]] == wanted,
    "factor": _grouped,
    "group": _grouped,
    "again": _again,
    "advice": _advice,
    "error": _error,
    "category": _category,
    "cause": _cause,
    "adjudicated": _adjudicated,
    "scored": _scored,
    "judges": lambda asked, row, wanted: any(_called(asked, asked.opened.of(one), row, "any") for one in wanted.split("|")),
    "sides": _sides,
}
"""{condition: whether a case meets it}"""
