"""Pages, tables, schema and figures of the ledger and of drift."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from radapp.reports.analyses.ledger import Options
from radapp.reports.behind_use import examinations_behind
from radapp.reports.conditions import UnknownConditionError
from radapp.reports.document.blocks import FigureBlock, TableBlock
from radapp.reports.document.spoken import spoken
from radapp.reports.document.whole import document_of
from radapp.reports.files.figure_words import WORDS
from radapp.reports.files.figures.pictures import Source
from radapp.reports.files.figures.written import PICTURES
from radapp.reports.files.rendering import Report, files_of
from radapp.reports.inputs.clinical import Advised, ClinicalInputs, Contrast, Decided, Withheld
from radapp.reports.recipes import ANALYSES, Stand, make
from tests.radapp.reports.test_drift import CALIBRATED, two_quarters
from tests.radapp.reports.test_ledger import inputs, row

pytestmark = pytest.mark.once
STAND = Stand(key="k", title="Ours", state="cohort", locked=True, unblinded=True, made_by="test")


def every_path() -> list[Any]:
    """Every advice, decision, kind of contrast and reason, so that each has its words."""
    facts = [(advised, decided, contrast) for advised in Advised for decided in Decided for contrast in Contrast]
    rows = [
        row(
            number,
            number % 2 == 0,
            advised=advised,
            decided=decided,
            contrast=contrast,
            month=number // 4,
            elapsed=40 - number,
        )
        for number, (advised, decided, contrast) in enumerate(facts)
    ]
    return rows + [row(100 + n, advised=Advised.WITHHELD, withheld=reason) for n, reason in enumerate(Withheld)]


def report(name: str, given: ClinicalInputs) -> Report:
    return make(ANALYSES[name], given, ANALYSES[name].options(), STAND)


GIVEN = {"ledger": inputs(*every_path()), "drift": inputs(*two_quarters(0.2), calibrated=CALIBRATED)}


@pytest.mark.parametrize("name", ["ledger", "drift"])
@pytest.mark.parametrize("empty", [False, True])
def test_page_tables_schema_and_figures(name: str, empty: bool) -> None:
    made = report(name, inputs() if empty else GIVEN[name])
    files = files_of(made, ("json", "csv", "data", "figures"))
    again = files_of(report(name, inputs() if empty else GIVEN[name]), ("json", "csv", "data"))
    assert again == {file: files[file] for file in again}, "the same bytes"
    assert Draft202012Validator(json.loads(files[f"{name}.schema.json"])).is_valid(json.loads(files[f"{name}.json"]))
    assert f"{name}-examinations.csv" in files
    document = document_of(made)
    for language in ("en", "zh"):
        json.dumps(spoken(document, language), allow_nan=False)
    shown = {block.name for section in document.sections for block in section.blocks if isinstance(block, FigureBlock)}
    drawn = {picture.name for picture in PICTURES[type(made.result)](made.result)}
    assert shown == drawn
    assert {f"{name}-{one}.zh.svg" for one in drawn} <= set(files)


def test_every_count_of_the_ledger_opens_as_many_examinations() -> None:
    made = report("ledger", GIVEN["ledger"])
    tables = [block for section in made.sections for block in section.blocks if isinstance(block, TableBlock)]
    opened = [cell for table in tables for line in table.rows for cell in line.cells if cell.behind is not None]
    assert len(opened) > 100
    for cell in opened:
        found = examinations_behind(GIVEN["ledger"], cell.behind or {}, made.result.options)
        assert len(found) == cell.value, cell.behind


@pytest.mark.parametrize("conditions", [{"judge": "T1WI"}, {"up_to": "soon"}])
def test_conditions_that_there_are_not(conditions: dict[str, str]) -> None:
    with pytest.raises(UnknownConditionError, match="expected"):
        examinations_behind(GIVEN["ledger"], conditions, Options())


@pytest.mark.parametrize("name", ["ledger", "drift"])
def test_rules_are_in_chinese(name: str) -> None:
    said = json.dumps(spoken(document_of(report(name, GIVEN[name])), "zh"), ensure_ascii=False)
    for rule in report(name, GIVEN[name]).result.rules:
        assert rule not in said


def test_small_cells_are_marked_in_figures() -> None:
    picture = PICTURES[type(report("ledger", GIVEN["ledger"]).result)](report("ledger", GIVEN["ledger"]).result)[0]
    _, said = picture.draw(Source((), "0" * 64), WORDS["en"])
    assert "†" in said.foot
