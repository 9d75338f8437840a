"""The checklists: complete lists, facts from the data alone, and nothing claimed of a study that was read elsewhere."""

from dataclasses import replace

import pytest

from radapp.reports.analyses.checklist_facts import FACTS, facts_of
from radapp.reports.analyses.checklist_items import AUTHORS, ITEMS, Guideline
from radapp.reports.analyses.checklists import Options, checklists
from radapp.reports.document import of_checklists
from radapp.reports.files import of_checklists as tables
from radapp.reports.inputs.values import ArmSeen, Cutoffs, StudyInputs
from tests.radapp.reports.made import PLAN, analysis, answer, case, flow, inputs, said

pytestmark = pytest.mark.once


def study(**facts: object) -> StudyInputs:
    arms = (ArmSeen(key="unenhanced", images="unenhanced", aid=False, prior=False),)
    plan = replace(
        PLAN,
        arms=arms,
        analyses=(analysis("main", "auc", "reader:all"),),
        primary="main",
        question="Does it hold?",
        targets={"positive": 12, "negative": 14},
        told={"prevalence": "About half."},
    )
    cases = [case(n, n % 2 == 0, {"T1_T2": said(n % 2 == 0, score=n / 10)}, scanner="Siemens") for n in range(1, 7)]
    made = inputs(
        cases, [answer(n, None if n == 3 else True) for n in range(1, 7)], plan, flow=flow(9, left_out={"surgery": 3})
    )
    return replace(made, **facts)


def test_every_item_of_the_lists_is_there_once_and_asks_for_a_known_fact() -> None:
    numbers = {guideline: [one.number for one in ITEMS if one.guideline is guideline] for guideline in Guideline}
    assert len(numbers[Guideline.STARD]) == 34
    assert numbers[Guideline.CLAIM] == [str(number) for number in range(1, 43)]
    assert all(len(set(found)) == len(found) for found in numbers.values())
    assert {one.fact for one in ITEMS} - {AUTHORS} == set(FACTS), "each is there, and none is told to nobody"
    assert set(facts_of(study())) >= {"question", "design", "cutoffs", "readers_knew", "sample_size", "imaging"}


def test_facts_say_what_the_data_say() -> None:
    known = facts_of(study())
    assert known["sample_size"].en.startswith("Wanted: 12 with recurrence and 14 without")
    assert "surgery 3" in known["left_out"].en
    assert "About half." in known["readers_knew"].en
    assert "About half." in known["readers_knew"].zh
    assert "Readings not assessable: 1" in known["indeterminate"].en
    assert "1 of 1 analyses were named before opening (primary: main)" in known["hypotheses"].en
    assert "T1_T2 0.5. Set before" in known["cutoffs"].en


def test_nothing_is_claimed_of_readings_that_were_made_elsewhere() -> None:
    imported = facts_of(study(cutoffs=Cutoffs.THESE_CASES))
    assert not {"design", "readers_knew", "taggers_knew", "partitions"} & set(imported)
    assert "apparent" in imported["cutoffs"].en
    assert "cutoffs chosen on these cases" in imported["limitations"].en


def test_what_is_not_known_is_left_to_the_authors() -> None:
    found = checklists(study(), Options())
    stard = found.lists[0]
    assert {item.number for item in stard.items if item.known is None} >= {"1", "20", "25", "28", "30"}
    assert stard.filled == sum(item.known is not None for item in stard.items)
    (table,) = tables.of_checklists(found)
    assert len(table.rows) == len(ITEMS)
    pages = of_checklists.sections(found)
    assert [section.name for section in pages] == ["stard-2015", "stard-ai", "claim"]
