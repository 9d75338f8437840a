"""A cohort of the archive's examinations as inputs: which are in it, what they say, and what never enters."""

from datetime import date
from typing import Any

import pytest

from radapp.archive.models import Study
from radapp.reports.analyses import performance, tactic
from radapp.reports.analyses.standing import CLUSTERED, Standing, notes_of
from radapp.reports.inputs.cohort import LEARNT, NOT_READ_YET, OTHER_PROTOCOL, cohort_of
from radapp.reports.inputs.definition import CohortDefinition, DefinitionRefusedError, Learnt, Split, definition_of
from radapp.reports.inputs.values import Cutoffs
from radapp.triage.models import TrainingCase, TrainingSet
from tests.radapp.reports.cohorts import archive
from tests.radapp.triage import examinations as given

pytestmark = [pytest.mark.django_db, pytest.mark.once]
EVERY = CohortDefinition()


@pytest.fixture(scope="module")
def made_once(kept_archive: None) -> list[Study]:
    """Five read ones of four patients, in the order of their days; one unreadable, one not read, one computed tomography."""
    given.protocol()
    found = [
        archive.examined(0.9, 0.8, day=date(2024, 1, 1), truth=True, patient_id="A", patient_name="Secret^Name"),
        archive.examined(0.4, 0.2, day=date(2024, 2, 1), truth=False, patient_id="B"),
        archive.examined(0.1, day=date(2024, 3, 1), truth=False, patient_id="A", source="stow"),
        archive.examined(0.4, day=date(2024, 4, 1), patient_id="C"),
        archive.examined(0.1, day=date(2024, 5, 1), truth=True, patient_id="D", guards=["Unlike."]),
        archive.unreadable(study_date=date(2024, 6, 1), patient_id="E"),
    ]
    given.series(given.study(study_date=date(2024, 7, 1)), "T1WI")
    given.series(given.study(study_date=date(2024, 7, 1)), modality="CT")
    return found


@pytest.fixture
def studies(made_once: list[Study], db: None) -> list[Study]:
    return [Study.objects.get(pk=one.pk) for one in made_once]


def test_a_row_an_examination_that_was_read_or_could_not_be(studies: list[Study]) -> None:
    found = cohort_of(EVERY)
    rows = found.inputs.cases
    assert [(row.case, row.patient, row.truth) for row in rows] == [
        (1, 1, True),
        (2, 2, False),
        (3, 1, False),
        (4, 3, None),
        (5, 4, True),
        (6, 5, None),
    ]
    said = [(row.networks["DARNDEST"].positive, row.networks["DARNDEST"].tier) for row in rows]
    assert said == [
        (True, "positive"),
        (False, "suspicious"),
        (False, "negative"),
        (True, "suspicious"),  # without T1WIC it is sent to contrast
        (True, ""),  # advice withheld
        (True, ""),  # not assessable
    ]
    assert [row.networks["T1_T2"].score for row in rows[:2]] == [0.9, 0.4]
    assert [row.t1wic for row in rows] == [True, True, False, False, False, False]
    assert found.left_out == {NOT_READ_YET: 1}
    assert found.examinations == {number: study.study_instance_uid for number, study in enumerate(studies, 1)}


def test_nothing_that_names_anybody_or_a_day(studies: list[Study]) -> None:
    said = cohort_of(EVERY).inputs.canonical.decode()
    for study in studies:
        assert study.study_instance_uid not in said
    assert "Secret" not in said
    assert "2024" not in said


def test_the_same_archive_gives_the_same_bytes(studies: list[Study]) -> None:
    assert cohort_of(EVERY).inputs.sha256 == cohort_of(CohortDefinition(title="By another name")).inputs.sha256


@pytest.mark.parametrize(
    ("asked", "cases"),
    [
        ({"first_day": "2024-02-01", "last_day": "2024-04-01"}, [2, 3, 4]),
        ({"sources": ["stow"]}, [3]),
        ({"established": True}, [1, 2, 3, 5]),
        ({"synthetic": "yes"}, []),
        ({"manufacturers": ["Maker"]}, [1, 2, 3, 4, 5]),
        ({"stations": ["MR1"]}, []),
        ({"protocols": ["test 1"]}, [1, 2, 3, 4, 5, 6]),
        ({"protocols": ["test 2"]}, []),
        ({"bundles": ["T1WI-test"]}, [1, 2, 3, 4, 5, 6]),
    ],
)
def test_what_is_asked_for(studies: list[Study], asked: dict[str, Any], cases: list[int]) -> None:
    found = set(cohort_of(definition_of(asked)).examinations.values())
    assert found == {studies[number - 1].study_instance_uid for number in cases}


def test_examinations_of_another_protocol_are_counted(studies: list[Study]) -> None:
    assert cohort_of(definition_of({"protocols": ["test 2"]})).left_out == {OTHER_PROTOCOL: 7}


def test_two_protocols_are_two_cohorts_unless_asked_otherwise(studies: list[Study]) -> None:
    given.protocol(name="new", active=False)
    type(studies[0].runs.get().protocol).objects.update(active=False)
    type(studies[0].runs.get().protocol).objects.filter(name="new").update(active=True)
    archive.examined(0.7, day=date(2024, 8, 1))
    assert {name: len(rows) for name, rows in cohort_of(EVERY).inputs.cohorts.items()} == {"test 1": 6, "new 1": 1}
    assert list(cohort_of(CohortDefinition(split=Split.NONE)).inputs.cohorts) == [""]
    assert list(cohort_of(CohortDefinition(split=Split.SOURCE)).inputs.cohorts) == ["import", "stow"]
    assert list(cohort_of(CohortDefinition(split=Split.MANUFACTURER)).inputs.cohorts) == ["Maker", ""]


def test_patients_that_the_networks_know_are_left_out_or_make_everything_apparent(studies: list[Study]) -> None:
    """By patient: the third examination is of the first one's."""
    made = TrainingSet.objects.create(folder="x", identified=False, sequences=[], truth_sha256="0" * 64)
    TrainingCase.objects.create(
        training_set=made,
        study_instance_uid=studies[0].study_instance_uid,
        patient_id="A",
        case="case-1",
        patient="patient-1",
        label=True,
    )
    without = cohort_of(EVERY)
    assert without.left_out[LEARNT] == 2
    assert set(without.examinations.values()).isdisjoint({studies[0].study_instance_uid, studies[2].study_instance_uid})
    assert without.inputs.cutoffs is Cutoffs.SET_BEFOREHAND
    kept = cohort_of(CohortDefinition(learnt=Learnt.APPARENT))
    assert len(kept.examinations) == 6
    assert kept.inputs.cutoffs is Cutoffs.THESE_CASES
    assert tactic.tactic(kept.inputs, tactic.Options()).apparent


def test_analyses_read_it_and_everything_is_exploratory(studies: list[Study]) -> None:
    inputs = cohort_of(EVERY).inputs
    found = performance.performance(inputs, performance.Options())
    rows = {row.judge.name: row for row in found.cohorts[0].rows}
    assert (rows["DARNDEST"].true_positive, rows["DARNDEST"].true_negative) == (2, 2)
    assert {one.standing for row in rows.values() for one in row.figures.values()} == {Standing.EXPLORATORY}
    assert CLUSTERED in notes_of(inputs)


def test_the_queries_do_not_grow_with_the_examinations(studies: list[Study], django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(6):
        cohort_of(EVERY)


def test_a_definition_goes_to_json_and_back() -> None:
    asked = {"title": "Ours", "first_day": "2024-01-01", "sources": ["page"], "learnt": "apparent", "established": True}
    assert definition_of(asked).as_json() == asked
    assert definition_of(EVERY.as_json()) == EVERY


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"day": "2024-01-01"}, "Found 'day'; a cohort's definition knows title, first_day"),
        ({"first_day": "1.1.2024"}, "first_day: found '1.1.2024', expected a day"),
        ({"first_day": "2024-02-01", "last_day": "2024-01-01"}, "expected them in order"),
        ({"sources": ["fax"]}, "found fax, expected some of import"),
        ({"sources": "page"}, "expected a list of texts"),
        ({"established": 1}, "expected true or false"),
        ({"split": "weather"}, "expected one of protocol"),
        ({"title": " "}, "expected a text"),
        ([], "A cohort is an object"),
    ],
)
def test_a_definition_that_cannot_be_meant_is_refused(asked: Any, words: str) -> None:
    with pytest.raises(DefinitionRefusedError, match=words):
        definition_of(asked)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(DefinitionRefusedError) as caught:
        definition_of({"day": 1, "split": 1, "established": "yes"})
    assert len(caught.value.problems) == 3
