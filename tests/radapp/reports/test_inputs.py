"""The inputs of a study from its rows: what counts, what is named, and that equal studies give equal bytes."""

from typing import Any

import pytest
from django.utils import timezone

from radapp.readerstudies.coding.codes import adjudicate, submit_code
from radapp.readerstudies.models import Answer, Assignment, CodingItem, Membership, ProtocolVersion, ReaderStudy, Session
from radapp.readerstudies.protocol import Protocol
from radapp.reports.inputs.differences import differences
from radapp.reports.inputs.gathering import inputs_of
from radapp.reports.inputs.values import Named
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.coding import erring

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NETWORKS = ("T1WI", "T2WI", "T1_T2", "T1WIC", "DARNDEST")


def reader(study: ReaderStudy, name: str, seniority: str) -> Membership:
    return Membership.objects.create(study=study, name=name, part="reader", seniority=seniority)


def read(title: str = "A study", *, content: dict[str, Any] | None = None) -> ReaderStudy:
    """Three cases, read by a senior and two juniors, with the networks' calls, as it stands unblinded."""
    study = scene.study(title, content=content)
    cases = [scene.case(study, number, examined=None, truth=number != 2) for number in (1, 2, 3)]
    for seniority in ("junior", "senior", "junior"):
        member = reader(study, f"Somebody of {title}", seniority)
        for case in cases:
            erring.reading(member, case, recurrence=case.number == 1, point=[1.5, 2, 3])
    for case in cases:
        for network in NETWORKS:
            erring.call(case, network, case.number != 2, tier="positive" if network == "DARNDEST" else "")
    return erring.unblinded(study)


def test_equal_studies_give_the_same_bytes() -> None:
    """Keys, titles, people's names, days and database numbers are not in it."""
    first, second = inputs_of(read("One")), inputs_of(read("Another"))
    assert first.canonical == second.canonical
    assert first.sha256 == second.sha256
    assert b"One" not in first.canonical


def test_a_row_a_case_and_a_row_an_answer() -> None:
    found = inputs_of(read())
    assert [(row.case, row.truth, row.basis, row.t1wic) for row in found.cases] == [
        (1, True, "histopathology", True),
        (2, False, "one_year_free", True),
        (3, True, "histopathology", True),
    ]
    assert list(found.cases[0].networks) == list(NETWORKS)
    assert found.cases[0].networks["DARNDEST"].tier == "positive"
    assert [(row.reader, row.case, row.call, row.likelihood) for row in found.answers[:4]] == [
        ("junior_1", 1, True, 80),
        ("junior_1", 2, False, 20),
        ("junior_1", 3, False, 20),
        ("junior_2", 1, True, 80),
    ]
    assert found.answers[0].mark == (1.5, 2, 3)


def test_a_corrected_reading_is_named() -> None:
    study = read()
    before = inputs_of(study)
    earlier = Answer.objects.get(assignment__session__reader__seniority="senior", assignment__case__number=3)
    erring.reading(earlier.assignment.session.reader, earlier.assignment.case, True, at=earlier.assignment, version=2)
    after = inputs_of(study)
    assert after.sha256 != before.sha256
    assert differences(before, after) == (
        "reader senior_1, case 3: call no → yes",
        "reader senior_1, case 3: likelihood 20 → 80",
        "reader senior_1, case 3: mark 1.5, 2, 3 → nothing",
    )


def test_hidden_repeats_are_rows_that_say_so_and_practice_is_none() -> None:
    study = read()
    senior = Membership.objects.get(study=study, seniority="senior")
    session = Session.objects.get(reader=senior)
    case = study.cases.get(number=2)
    for position, facts in ((7, {"repeat": True}), (8, {"practice": True, "arm": "other"})):
        place = Assignment.objects.create(session=session, position=position, case=case, **{"arm": "complete", **facts})
        erring.reading(senior, case, True, at=place)
    rows = [row for row in inputs_of(study).answers if row.reader == "senior_1"]
    assert [(row.case, row.repeat) for row in rows] == [(1, False), (2, False), (3, False), (2, True)]


def test_a_case_that_left_is_named() -> None:
    study = read()
    before = inputs_of(study)
    case = study.cases.get(number=3)
    case.state, case.reason, case.withdrawn_at = "withdrawn", "moved", timezone.now()
    case.save()
    assert differences(before, inputs_of(study)) == (
        "flow: withdrawn 0 → 1",
        "case 3: only in the first",
        "reader junior_1, case 3: only in the first",
        "reader junior_2, case 3: only in the first",
        "reader senior_1, case 3: only in the first",
    )


def test_networks_and_truths_are_named() -> None:
    study = read()
    before = inputs_of(study)
    scene_case = study.cases.get(number=1)
    erring.truth(scene_case, False, version=2, reason="pathology came")
    found = differences(before, inputs_of(study))
    assert found == ("case 1: truth yes → no",)


def test_when_an_analysis_was_named() -> None:
    """Version 1 is what was opened; a later one before unblinding; one after it."""
    asked = [{"key": key, "endpoint": "auc", "first": "reader:all"} for key in ("first", "amended", "late")]
    study = read(content={**scene.PAPER, "aim": {"analyses": asked}})
    for version in (1, 2, 3):
        content = Protocol.of({**scene.PAPER, "aim": {"analyses": asked[:version]}}).content()
        made = ProtocolVersion.objects.create(
            study=study, version=version, content=content, sha256=f"{version}", reason="" if version == 1 else "more"
        )
        if version == 2:
            study.unblinded_at = made.made_at
            study.save()
    named = {one.key: one.named for one in inputs_of(study).plan.analyses}
    assert named == {"first": Named.BEFORE_OPENING, "amended": Named.AFTER_OPENING, "late": Named.AFTER_UNBLINDING}


def test_the_queries_do_not_grow_with_the_cases(django_assert_max_num_queries: Any) -> None:
    study = read()
    with django_assert_max_num_queries(11):
        inputs_of(study)


def test_errors_are_rows_as_they_were_coded() -> None:
    """A code that stands alone is none; two that differ are settled by an adjudicator."""
    study = read()
    items = erring.begun(study)
    before = inputs_of(study)
    assert [(row.case, row.source, row.error, row.primary) for row in before.errors] == [
        (3, "junior_1", "false_negative", ""),
        (3, "junior_2", "false_negative", ""),
        (3, "senior_1", "false_negative", ""),
    ]
    coders = [erring.coder(study, name, part) for name, part in (("a", "coder"), ("b", "coder"), ("e", "adjudicator"))]
    senior = CodingItem.objects.get(answer__assignment__session__reader__seniority="senior")
    submit_code(senior, coders[1], ["focal", "position"])
    assert inputs_of(study) == before, "one code tells nothing yet"
    submit_code(senior, coders[0], ["necrosis"])
    adjudicate(senior, coders[2], ["focal"], "It is small.")
    after = inputs_of(study)
    row = next(row for row in after.errors if row.source == "senior_1")
    assert [(one.coder, one.primary, one.contributors) for one in row.codes] == [
        (2, "focal", ("position",)),
        (1, "necrosis", ()),
    ]
    assert (row.primary, row.contributors, row.adjudicated) == ("focal", (), True)
    assert differences(before, after) == (
        "error of senior_1 complete, case 3: codes nothing → coder 2: focal, position, coder 1: necrosis",
        "error of senior_1 complete, case 3: adjudicated no → yes",
        "error of senior_1 complete, case 3: primary nothing → focal",
    )
    assert len(items) == 1, "readers of one name"


def test_what_is_seen_under_each_arm() -> None:
    arms = [{"key": key, "name": {"en": key, "zh": key}, "images": "complete", "ai": key == "b"} for key in "ab"]
    content = {**scene.PAPER, "design": {**scene.PAPER.get("design", {}), "kind": "washout", "arms": arms}}
    found = inputs_of(read(content=content)).plan.arms
    assert [(arm.key, arm.images, arm.aid, arm.prior) for arm in found] == [
        ("a", "complete", False, False),
        ("b", "complete", True, False),
    ]
    assert inputs_of(read()).plan.categories["false_negative"][0] == "atypical_site"
