"""Subgroups and the flow of cases, from inputs in which it is plain who is in which group."""

from collections.abc import Iterator

import pytest

from radapp.reports.analyses import stard, subgroups
from radapp.reports.analyses.subgroups import UNKNOWN, Factor
from radapp.reports.behind import UnknownConditionError, cases_behind
from radapp.reports.document import of_stard, of_subgroups
from radapp.reports.document.blocks import Cell, Section, TableBlock
from radapp.reports.files.figures import stard as stard_pictures
from radapp.reports.files.figures import subgroups as subgroup_pictures
from radapp.reports.inputs.values import StudyInputs
from tests.radapp.reports.made import answer, case, flow, inputs, said

pytestmark = pytest.mark.once
MAKERS = ("Siemens", "Philips")


def study() -> StudyInputs:
    """40 cases, every second with recurrence; Philips' recurrences are missed. Readers call what is odd."""
    cases = [
        case(
            number,
            number % 2 == 1,
            {"DARNDEST": said(number % 2 == 1 and number % 4 == 1), "T1_T2": said(number < 20, score=number / 40)},
            scanner=MAKERS[number % 4 == 3],
            fat_saturated={"T2WI": number > 20},
            kinds=("necrotic",) if number % 8 == 1 else ("mass",) if number % 2 else (),
            sites=("skull_base", "orbit") if number % 4 == 1 else (),
            basis="histopathology" if number % 2 else "one_year_free",
            patient=(number + 1) // 2,
        )
        for number in range(1, 41)
    ]
    answers = [answer(number, None if number == 2 else number % 2 == 1) for number in range(1, 40)]
    return inputs(cases, answers, flow=flow(47, left_out={"surgery": 4}, practice=2, withdrawn=1))


def tactic(found: subgroups.Subgroups) -> subgroups.Row:
    return next(row for row in found.cohorts[0].rows if row.judge.name == "DARNDEST")


def split(row: subgroups.Row, factor: Factor) -> subgroups.Split:
    return next(one for one in row.splits if one.factor is factor)


def test_groups_add_up_to_the_whole_and_are_tested() -> None:
    row = tactic(subgroups.subgroups(study(), subgroups.Options()))
    by_scanner = split(row, Factor.SCANNER)
    assert [(one.name, one.diseased, one.healthy) for one in by_scanner.groups] == [("Philips", 10, 0), ("Siemens", 10, 20)]
    assert [one.figures["sensitivity"].estimate.value for one in by_scanner.groups] == [0.0, 1.0]
    assert "specificity" not in by_scanner.groups[0].figures
    assert sum(one.diseased for one in by_scanner.groups) == row.whole.diseased
    sensitivity = by_scanner.tests["sensitivity"]
    assert sensitivity.test.p is not None
    assert sensitivity.test.p < 0.001
    assert sensitivity.adjusted is not None
    assert sensitivity.adjusted.family == row.tests
    assert by_scanner.tests["specificity"].test.reason


def test_what_describes_a_lesion_has_no_specificity() -> None:
    row = tactic(subgroups.subgroups(study(), subgroups.Options()))
    for factor in (Factor.NECROSIS, Factor.SITE):
        assert all(set(one.figures) <= {"sensitivity"} and one.healthy == 0 for one in split(row, factor).groups)
    assert split(row, Factor.SITE).tests == {}
    assert split(row, Factor.SITE).groups[-1].name == UNKNOWN


def test_a_factor_with_one_group_is_told_instead() -> None:
    cohort = subgroups.subgroups(study(), subgroups.Options()).cohorts[0]
    assert cohort.alike[Factor.STAGE] == UNKNOWN
    assert cohort.alike[Factor.DEBATABLE] == "no"
    assert Factor.SCANNER not in cohort.alike


def test_wrong_options_are_refused() -> None:
    with pytest.raises(ValueError, match="expected intervals among"):
        subgroups.Options(intervals="broad")


def test_no_correction_named_is_the_protocols() -> None:
    found = subgroups.subgroups(study(), subgroups.Options())
    assert found.correction == study().plan.correction == "bonferroni"
    assert found == subgroups.subgroups(study(), subgroups.Options(correction="bonferroni"))


def test_the_flow_counts_every_case_once() -> None:
    found = stard.stard(study(), stard.Options())
    assert found.assessed == found.counted + sum(found.left_out.values()) + found.practice + found.withdrawn
    cohort = found.cohorts[0]
    assert (cohort.cases, cohort.patients, cohort.bases) == (40, 20, {"histopathology": 20, "one_year_free": 20})
    for judged in cohort.judges:
        assert sum(branch.cases for branch in judged.branches) == judged.read == 40 - judged.not_read
    reader = cohort.judges[-1]
    assert [branch.cases for branch in reader.branches] == [20, 18, 1]
    assert reader.not_read == 1


def cells_of(sections: tuple[Section, ...]) -> Iterator[Cell]:
    for section in sections:
        for block in section.blocks:
            if isinstance(block, TableBlock):
                yield from (cell for row in block.rows for cell in row.cells)


def test_as_many_cases_lie_behind_a_cell_as_it_counts() -> None:
    made = study()
    pages = [
        of_subgroups.sections(subgroups.subgroups(made, subgroups.Options())),
        of_stard.sections(stard.stard(made, stard.Options())),
    ]
    looked_at = 0
    for cell in (cell for page in pages for cell in cells_of(page) if cell.behind is not None):
        shown = cell.text.en
        counted = int(shown.split("(")[1].split("/")[0]) if "(" in shown else int(shown)
        assert len(cases_behind(made, cell.behind)) == counted, (shown, cell.behind)
        looked_at += 1
    assert looked_at > 80


def test_half_a_group_is_refused() -> None:
    with pytest.raises(UnknownConditionError, match="expected both"):
        cases_behind(study(), {"factor": "scanner"})
    with pytest.raises(UnknownConditionError, match="expected both"):
        cases_behind(study(), {"factor": "weather", "group": "rain"})


def test_pictures_have_the_names_that_pages_ask_for() -> None:
    made = study()
    assert [one.name for one in subgroup_pictures.pictures(subgroups.subgroups(made, subgroups.Options()))] == [
        "cohort-1-figure"
    ]
    assert [one.name for one in stard_pictures.pictures(stard.stard(made, stard.Options()))] == ["cohort-1-figure"]
