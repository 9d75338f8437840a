"""Which errors come up for coding: of whom, against which reference, with which marker."""

import time
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from radapp.readerstudies.coding.items import begin_coding
from radapp.readerstudies.models import Case, ChainEntry, CodingItem, Membership, NetworkCall, ReaderStudy, ReferenceStep
from radapp.readerstudies.models.readings import Answer
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.coding import erring

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> ReaderStudy:
    """An imported study, so that nothing is taken from networks here."""
    return scene.study(imported=True)


@pytest.fixture
def reader(study: ReaderStudy) -> Membership:
    """One who reads in it."""
    return scene.member(study, scene.person("reader-1"), "reader")


def case(study: ReaderStudy, number: int, truth: bool | None, **facts: Any) -> Case:
    """A case without images, with its truth."""
    return scene.case(study, number, examined=None, truth=truth, **facts)


def errors(study: ReaderStudy) -> list[tuple[int, str, str]]:
    """(case, who erred, error) after coding has begun, sorted."""
    found = erring.begun(study)
    return sorted((number, who, item.error) for (number, who), item in found.items())


@pytest.mark.parametrize("network", ["T1WI", "T2WI", "T1_T2", "T1WIC"])
def test_every_error_of_readers_and_networks(study: ReaderStudy, reader: Membership, network: str) -> None:
    for number, (said, truth) in enumerate([(True, True), (True, False), (False, True), (False, False)], start=1):
        one = case(study, number, truth)
        erring.reading(reader, one, said)
        erring.call(one, network, said)
    assert errors(study) == sorted(
        [
            (2, "reader-1", "false_positive"),
            (2, network, "false_positive"),
            (3, "reader-1", "false_negative"),
            (3, network, "false_negative"),
        ]
    )


@pytest.mark.once
def test_what_is_no_error_to_code(study: ReaderStudy, reader: Membership) -> None:
    untagged, unsure = case(study, 1, None), case(study, 2, None)
    ReferenceStep.objects.create(case=unsure, step="junior", recurrence=True, basis="images")
    for one in (untagged, unsure):
        erring.reading(reader, one, True)
    erring.reading(reader, case(study, 3, False, practice=True), True, practice=True)
    repeated = case(study, 4, False)
    erring.reading(reader, repeated, False)
    erring.reading(reader, repeated, True, repeat=True)
    gone = case(study, 5, False, state="withdrawn", reason="Consent.", withdrawn_at="2026-01-01T00:00Z")
    erring.reading(reader, gone, True)
    erring.call(case(study, 6, True), "T1WIC", None)
    erring.call(case(study, 7, False), "DARNDEST", True)
    assert errors(study) == []


def test_a_correction_counts_instead_of_what_it_corrects(study: ReaderStudy, reader: Membership) -> None:
    mended, broken = case(study, 1, True), case(study, 2, True)
    first = erring.reading(reader, mended, False)
    erring.reading(reader, mended, True, at=first.assignment, version=2)
    first = erring.reading(reader, broken, True)
    erring.reading(reader, broken, False, at=first.assignment, version=2, point=[1, 2, 3])
    assert errors(study) == [(2, "reader-1", "false_negative")]
    item = CodingItem.objects.get()
    assert (item.answer.version if item.answer else 0, item.marker) == (2, [1, 2, 3])


@pytest.mark.once
def test_unaided_and_aided_are_answers_of_their_own(study: ReaderStudy, reader: Membership) -> None:
    study.draft = scene.study(content=scene.SEQUENTIAL).draft
    study.save()
    one = case(study, 1, True)
    first = erring.reading(reader, one, False, stage="unaided", arm="aided")
    erring.reading(reader, one, False, stage="aided", at=first.assignment)
    other = case(study, 2, True)
    helped = erring.reading(reader, other, False, stage="unaided", arm="aided")
    erring.reading(reader, other, True, stage="aided", at=helped.assignment)
    erring.begun(study)
    found = CodingItem.objects.values_list("case__number", "answer__stage").order_by("case__number", "answer__stage")
    assert list(found) == [(1, "aided"), (1, "unaided"), (2, "unaided")]


@pytest.mark.once
def test_debatable_cases_are_kept(study: ReaderStudy, reader: Membership) -> None:
    one = case(study, 1, None)
    erring.truth(one, False, debatable=True)
    erring.reading(reader, one, True)
    assert errors(study) == [(1, "reader-1", "false_positive")]


@pytest.mark.once
@pytest.mark.parametrize(("rule", "count"), [("drop_readings", 1), ("keep_submitted", 2)])
def test_a_replaced_readers_answers_count_by_rule(study: ReaderStudy, reader: Membership, rule: str, count: int) -> None:
    study.draft = {**study.draft, "rules": {"replaced_reader": rule}}
    study.save()
    one = case(study, 1, False)
    erring.reading(reader, one, True)
    Membership.objects.filter(pk=reader.pk).update(ended_at="2026-01-01T00:00Z", ended_reason="Ill.")
    successor = scene.member(study, scene.person("reader-2"), "reader", replaces=reader)
    erring.reading(successor, one, True)
    assert len(errors(study)) == count


def sequential(study: ReaderStudy, **rules: str) -> ReaderStudy:
    """Each case unaided, then aided, with these rules for who and what leaves."""
    study.draft = scene.study(content={**scene.SEQUENTIAL, "rules": rules}).draft
    study.save()
    return study


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("exclude_readings", []), ("keep_submitted", [(2, "aided"), (2, "unaided")])],
)
@pytest.mark.once
def test_of_a_withdrawn_case_what_was_not_finished_never_counts(
    study: ReaderStudy, reader: Membership, rule: str, expected: list[tuple[int, str]]
) -> None:
    sequential(study, withdrawn_case=rule)
    gone: dict[str, Any] = {"state": "withdrawn", "reason": "Consent.", "withdrawn_at": "2026-01-01T00:00Z"}
    half, whole, here = case(study, 1, True, **gone), case(study, 2, True, **gone), case(study, 3, True)
    erring.reading(reader, half, False, stage="unaided", arm="aided")
    first = erring.reading(reader, whole, False, stage="unaided", arm="aided")
    erring.reading(reader, whole, False, stage="aided", at=first.assignment)
    erring.reading(reader, here, False, stage="unaided", arm="aided")
    erring.begun(study)
    found = CodingItem.objects.values_list("case__number", "answer__stage").order_by("case__number", "answer__stage")
    assert list(found) == [*expected, (3, "unaided")]


def test_of_a_replaced_reader_what_was_not_finished_never_counts(study: ReaderStudy, reader: Membership) -> None:
    sequential(study, replaced_reader="keep_submitted")
    one = case(study, 1, True)
    erring.reading(reader, one, False, stage="unaided", arm="aided")
    Membership.objects.filter(pk=reader.pk).update(ended_at="2026-01-01T00:00Z", ended_reason="Ill.")
    successor = scene.member(study, scene.person("reader-2"), "reader", replaces=reader)
    first = erring.reading(successor, one, False, stage="unaided", arm="aided")
    erring.reading(successor, one, True, stage="aided", at=first.assignment)
    assert errors(study) == [(1, "reader-2", "false_negative")]


@pytest.mark.once
def test_the_marker_is_where_it_was_pointed(study: ReaderStudy, reader: Membership) -> None:
    one = case(study, 1, False)
    erring.reading(reader, one, True, point=[10.25, 0, 0])
    erring.call(one, "T1WI", True, peak=[20, 0, 0])
    erring.call(one, "T2WI", True)
    found = {who: item.marker for (_, who), item in erring.begun(study).items()}
    assert found == {"reader-1": [10.25, 0, 0], "T1WI": [20, 0, 0], "T2WI": None}


def test_beginning_twice_makes_nothing_new(study: ReaderStudy, reader: Membership) -> None:
    one = case(study, 1, False)
    answer = erring.reading(reader, one, True)
    erring.call(one, "T1WI", True)
    first = {who: item.pk for who, item in erring.begun(study).items()}
    with transaction.atomic():
        assert begin_coding(study, None, actor_name="test") == []
    assert {who: item.pk for who, item in erring.begun(study).items()} == first
    said = ChainEntry.objects.filter(action="coding_begun").order_by("sequence")[0].after["items"]
    assert {one.get("network") or one["answer"] for one in said} == {"T1WI", str(answer.submission)}


def test_the_papers_study_is_quick(study: ReaderStudy) -> None:
    """635 cases, two readers and four networks, every second call wrong: a fixed number of queries, a few seconds of CPU."""
    cases = Case.objects.bulk_create(Case(study=study, number=number, patient=f"{number}") for number in range(1, 636))
    ReferenceStep.objects.bulk_create(
        ReferenceStep(case=one, step="report", recurrence=one.number % 2 == 0, basis="histopathology") for one in cases
    )
    NetworkCall.objects.bulk_create(
        NetworkCall(case=one, network=network, positive=one.number % 4 == 0, score=0.5, cutoff=0.5)
        for one in cases
        for network in ("T1WI", "T2WI", "T1_T2", "T1WIC")
    )
    for name in ("senior", "junior"):
        reader = scene.member(study, scene.person(name), "reader")
        first = erring.reading(reader, cases[0], True)
        session = first.assignment.session
        placed = session.assignments.model.objects.bulk_create(
            session.assignments.model(session=session, position=one.number + 1, case=one, arm="complete")
            for one in cases[1:]
        )
        Answer.objects.bulk_create(
            Answer(
                assignment=at,
                stage="only",
                answers={"recurrence": at.case.number % 4 == 0, "likelihood": 50},
                submission=f"{name[0] == 's':d}0000000-0000-4000-8000-{at.position:012d}",
                submitted_at=first.submitted_at,
            )
            for at in placed
        )
    erring.unblinded(study)
    began = time.process_time()
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        made = begin_coding(study, None, actor_name="test")
    assert len(queries) < 40
    assert time.process_time() - began < 5
    assert len(made) == 159 * 6 + 2  # case 1 is called right by nobody of the readers
