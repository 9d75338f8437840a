"""Every cell that counts cases opens just as many."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from radapp.reports.analyses.judges import NotAssessable
from radapp.reports.behind import CONDITIONS, Opened, UnknownConditionError, cases_behind
from radapp.reports.document.blocks import Cell, Section, TableBlock
from radapp.reports.inputs.values import StudyInputs
from radapp.reports.recipes import ANALYSES
from tests.radapp.reports.made_whole import imaged_study

pytestmark = pytest.mark.once
OPENING = {
    "performance": 400,
    "roc": 100,
    "tactic": 50,
    "economics": 20,
    "errors": 400,
    "agreement": 400,
    "behaviour": 300,
    "calibration": 40,
    "subgroups": 400,
    "stard": 200,
}
"""At least so many cells of an analysis open cases: a table that forgets its conditions is found."""


TAKES_RULE = {name for name in OPENING if "not_assessable" in ANALYSES[name].options.__dataclass_fields__}
SENT = NotAssessable.SENT_TO_CONTRAST


@cache
def study() -> StudyInputs:
    return imaged_study()


@cache
def pages(name: str, rule: NotAssessable) -> tuple[Section, ...]:
    """Of an analysis, by a rule that it takes, if it takes one."""
    options: Any = ANALYSES[name].options(**({"not_assessable": rule} if name in TAKES_RULE else {}))
    return ANALYSES[name].sections(ANALYSES[name].run(study(), options))


def openings(sections: tuple[Section, ...]) -> Iterator[tuple[str, Cell]]:
    for section in sections:
        for block in section.blocks:
            if isinstance(block, TableBlock):
                yield from ((block.name, cell) for row in block.rows for cell in row.cells if cell.behind is not None)


def counted(cell: Cell) -> int:
    """The number in a cell: of a share its count, 12.00 (3/25)."""
    shown = cell.text.en
    return int(shown.partition("(")[2].partition("/")[0]) if "(" in shown else int(shown)


@pytest.mark.parametrize(
    ("name", "rule"),
    [(name, rule) for name in sorted(OPENING) for rule in NotAssessable if rule is SENT or name in TAKES_RULE],
)
def test_a_cell_opens_as_many_cases_as_it_counts(name: str, rule: NotAssessable) -> None:
    said = [(table, cell) for table, cell in openings(pages(name, rule)) if cell.text.en != "–"]
    assert len(said) > OPENING[name], len(said)
    opened = Opened(study(), rule)
    wrong = [
        (table, dict(cell.behind or {}), counted(cell), len(found))
        for table, cell in said
        if len(found := opened.cases(cell.behind or {})) != counted(cell)
    ]
    assert not wrong, wrong[:5]


def test_every_condition_is_used() -> None:
    used = {condition for name in OPENING for _, cell in openings(pages(name, SENT)) for condition in cell.behind or {}}
    assert used == set(CONDITIONS), "a condition that no table uses, or one that there is not"


def test_what_there_is_none_of() -> None:
    with pytest.raises(UnknownConditionError, match="found colour; expected cohort"):
        cases_behind(study(), {"colour": "red"})
    with pytest.raises(UnknownConditionError, match="found the judge 'nobody'; expected one of T1WI"):
        cases_behind(study(), {"judge": "nobody"})
