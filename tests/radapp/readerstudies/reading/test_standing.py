"""How far readers are, and which answers count by the protocol's rules for cases and readers that left."""

from typing import Any

import pytest

from radapp.readerstudies.models import Case, Membership, ReaderStudy
from radapp.readerstudies.reading.standing import answers_that_count, counts, unfinished
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.reading import rows
from tests.radapp.readerstudies.reading.rows import NO, YES


def states(study: ReaderStudy) -> list[tuple[str, int, int, int, str]]:
    names = dict(Membership.objects.values_list("key", "name"))
    return [(names[row["reader"]], row["session"], row["done"], row["total"], row["state"]) for row in counts(study)]


def test_progress_in_states_alone(db: None) -> None:
    study = rows.opened(cases=3)
    ann, bob = rows.reader(study, practice=1), rows.reader(study, "bob")
    assert states(study) == [("ann", 1, 0, 2, "not_begun"), ("bob", 1, 0, 3, "not_begun")]
    assert unfinished(study) == 6
    ann.read()
    bob.read()
    assert states(study) == [("ann", 1, 0, 2, "not_begun"), ("bob", 1, 1, 3, "begun")]
    for _ in range(2):
        ann.read()
        bob.read()
    assert states(study) == [("ann", 1, 2, 2, "locked"), ("bob", 1, 3, 3, "locked")]
    assert (unfinished(study), {*counts(study)[0]}) == (0, {"reader", "session", "done", "total", "state"})


def test_a_session_is_answered_before_it_is_locked(db: None) -> None:
    study = rows.opened(rows.content(lock="session"), cases=1)
    one = rows.reader(study)
    one.read()
    assert states(study) == [("ann", 1, 1, 1, "answered")]
    one.lock_session(1)
    assert states(study) == [("ann", 1, 1, 1, "locked")]


def test_an_unaided_answer_alone_is_not_finished(db: None) -> None:
    study = rows.opened(scene.SEQUENTIAL, cases=1)
    one = rows.reader(study)
    one.submit(one.open()["key"], NO, "unaided")
    assert unfinished(study) == 1


def test_the_newest_version_counts_and_practice_does_not(db: None) -> None:
    study = rows.opened(rows.content(lock="session"), cases=2)
    one = rows.reader(study, practice=1)
    one.read(YES)
    key = one.read(NO)
    one.correct(key, YES)
    assert [(answer.version, answer.answers) for answer in answers_that_count(study)] == [(2, YES)]


@pytest.mark.parametrize(
    ("rules", "cases", "left"),
    [({"withdrawn_case": "exclude_readings"}, 1, 1), ({"withdrawn_case": "keep_submitted"}, 2, 1)],
    ids=["excluded", "kept"],
)
def test_readings_of_a_withdrawn_case_follow_the_rule(db: None, rules: dict[str, Any], cases: int, left: int) -> None:
    study = rows.opened({**scene.SEQUENTIAL, "rules": rules}, cases=3)
    one = rows.reader(study)
    one.read(stages=("unaided", "aided"))
    one.read(stages=("unaided", "aided"))
    one.submit(one.open()["key"], NO, "unaided")
    Case.objects.filter(study=study, number__in=(1,)).update(
        state="withdrawn", reason="Moved.", withdrawn_at=study.opened_at
    )
    found = answers_that_count(study)
    assert found.filter(stage="aided").count() == cases
    assert unfinished(study) == left
    Case.objects.filter(study=study, number=3).update(state="withdrawn", reason="Moved.", withdrawn_at=study.opened_at)
    assert found.filter(assignment__case__number=3).count() == 0, "it was not finished when it left"
    assert unfinished(study) == 0


@pytest.mark.parametrize(("rule", "kept"), [("drop_readings", 0), ("keep_submitted", 1)])
def test_readings_of_a_replaced_reader_follow_the_rule(db: None, rule: str, kept: int) -> None:
    study = rows.opened({**scene.PAPER, "rules": {"replaced_reader": rule}}, cases=2)
    one = rows.reader(study)
    one.read()
    one.membership.ended_at, one.membership.ended_reason = study.opened_at, "Left."
    one.membership.save()
    other = rows.reader(study, "bob")
    Membership.objects.filter(pk=other.membership.pk).update(replaces=one.membership)
    assert answers_that_count(study).count() == kept
    assert unfinished(study) == 2, "the one who came reads everything"
    other.read()
    assert answers_that_count(study).count() == kept + 1
