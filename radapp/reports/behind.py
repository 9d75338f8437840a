"""Which cases a cell of a table counts: conditions over the frozen inputs. No Django."""

from collections.abc import Mapping

from radapp.reports.analyses.comparisons import label
from radapp.reports.analyses.judges import TACTIC, NotAssessable, Opinions, opinions
from radapp.reports.analyses.tactic import NO_TIER
from radapp.reports.inputs.values import CaseRow, StudyInputs

CONDITIONS: Mapping[str, str] = {
    "cohort": "name of a cohort",
    "truth": "yes, no, or none where it is not established",
    "tier": "positive, suspicious, negative, no advice",
    "judge": "who called, as tables name it",
    "call": "of the judge: yes, no, not_assessable",
    "other": "a second judge",
    "other_call": "of the second judge",
    "site": "a site of the reference standard",
    "stage": "an rT stage of the reference standard",
    "basis": "a basis of the reference standard",
}
"""{condition: what it takes}"""
_TRUTHS = {True: "yes", False: "no", None: "none"}
_CALLS = {True: "yes", False: "no", None: "not_assessable"}


class UnknownConditionError(ValueError):
    """A condition that there is none of, or a judge who is not in the study."""


def cases_behind(
    inputs: StudyInputs, conditions: Mapping[str, str], rule: NotAssessable = NotAssessable.SENT_TO_CONTRAST
) -> tuple[CaseRow, ...]:
    """The cases that meet all of `conditions` (CONDITIONS), in their order. Raises UnknownConditionError.

    `call` is what enters the figures by `rule`: by default a case that was not assessable counts as called.
    """
    strange = sorted(set(conditions) - set(CONDITIONS))
    if strange:
        raise UnknownConditionError(f"found {', '.join(strange)}; expected {', '.join(CONDITIONS)}")
    said = {label(one.judge): one for one in opinions(inputs)}
    return tuple(row for row in inputs.cases if _meets(row, conditions, said, rule))


def _meets(row: CaseRow, conditions: Mapping[str, str], said: Mapping[str, Opinions], rule: NotAssessable) -> bool:
    tier = (row.networks[TACTIC].tier or NO_TIER) if TACTIC in row.networks else ""
    facts: dict[str, tuple[str, ...]] = {
        "cohort": (row.cohort,),
        "truth": (_TRUTHS[row.truth],),
        "tier": (tier,),
        "site": row.sites,
        "stage": (row.rt_stage,),
        "basis": (row.basis,),
    }
    if any(conditions[one] not in found for one, found in facts.items() if one in conditions):
        return False
    pairs = (("judge", "call"), ("other", "other_call"))
    return all(_called(row, conditions, said, rule, judge, call) for judge, call in pairs)


def _called(
    row: CaseRow,
    conditions: Mapping[str, str],
    said: Mapping[str, Opinions],
    rule: NotAssessable,
    judge: str,
    call: str,
) -> bool:
    if judge not in conditions:
        return True
    if conditions[judge] not in said:
        raise UnknownConditionError(f"found the judge {conditions[judge]!r}; expected one of {', '.join(said)}")
    one = said[conditions[judge]]
    if row.case not in one.calls:
        return False
    if call not in conditions:
        return True
    wanted = conditions[call]
    return (one.calls[row.case] is None) if wanted == "not_assessable" else _CALLS[one.call(row, rule)] == wanted
