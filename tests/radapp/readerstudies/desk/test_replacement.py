"""A reader is replaced in the middle: whole order or what is left, by the protocol's rule, as new stored rows."""

from typing import Any

import pytest

from radapp.accounts.errors import ApiError
from radapp.accounts.models import User
from radapp.readerstudies.desk import replacement
from radapp.readerstudies.desk.replacement import Replaced
from radapp.readerstudies.models import ChainEntry, Membership, ReaderStudy
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.desk import bench
from tests.radapp.readerstudies.desk.test_independence import opened as opened_clinically


def study_with(rule: str, **further: Any) -> ReaderStudy:
    return bench.opened({**scene.PAPER, "rules": {"withdrawn_case": "exclude_readings", "replaced_reader": rule}, **further})


def rana(study: ReaderStudy) -> Membership:
    return study.members.select_related("study", "user").get(user__username="rana")


def replaced(study: ReaderStudy, user: User) -> Replaced:
    return replacement.replace(rana(study), user, bench.SENIOR, reason="Left the hospital.", actor=bench.investigator())


def places(member: Membership) -> list[tuple[int, int, str, bool]]:
    return [(one.position, one.case.number, one.arm, one.repeat) for one in bench.assignments(member.study, member)]


@pytest.mark.parametrize("rule", ["drop_readings", "keep_submitted"])
def test_what_the_new_reader_reads(db: None, rule: str) -> None:
    study = study_with(rule)
    old = rana(study)
    before = places(old)
    bench.answer(bench.assignments(study, old)[0])
    done = replaced(study, bench.person("ruth", "reader"))
    old.refresh_from_db()
    assert (old.ended_reason, done.member.replaces) == ("Left the hospital.", old)
    whole = [(place, case, arm, repeat) for place, (_, case, arm, repeat) in enumerate(before, start=1)]
    left = [(place, case, arm, repeat) for place, (_, case, arm, repeat) in enumerate(before[1:], start=1)]
    assert places(done.member) == (whole if rule == "drop_readings" else left)
    assert (done.kept, done.dropped) == ((0, 1) if rule == "drop_readings" else (1, 0))
    assert done.as_shape()["words"]
    assert places(old) == before
    order = ChainEntry.objects.filter(study=study, action="order_made").last()
    assert order is not None
    assert order.target == f"member {done.member.key}"


@pytest.mark.once
def test_a_repeat_goes_where_its_first_reading_is_another_persons(db: None) -> None:
    study = study_with("keep_submitted", order={"block_sizes": [4], "repeats": 2})
    old = rana(study)
    repeat = next(one for one in bench.assignments(study, old) if one.repeat)
    first = next(one for one in bench.assignments(study, old) if one.case_id == repeat.case_id and not one.repeat)
    bench.answer(first)
    done = replaced(study, bench.person("ruth", "reader"))
    mine = bench.assignments(study, done.member)
    assert first.case_id not in {one.case_id for one in mine}
    assert [one.repeat for one in mine].count(True) == 1
    assert [one.position for one in mine] == list(range(1, len(mine) + 1))


@pytest.mark.once
def test_who_does_not_fit_takes_no_place(db: None) -> None:
    study = study_with("drop_readings")
    examination = bench.case(study, 1).examination
    assert examination is not None
    knowing = bench.person("kora", "reader")
    opened_clinically(knowing, examination)
    for user, code in (
        (knowing, "not_independent"),
        (bench.person("rolf"), "already_member"),
        (bench.person("dora", "radiologist"), "account_unfit"),
    ):
        with pytest.raises(ApiError) as refused:
            replaced(study, user)
        assert refused.value.get_codes() == code
    assert rana(study).ended_at is None


@pytest.mark.once
def test_only_who_reads_can_be_replaced(db: None) -> None:
    study = study_with("drop_readings")
    done = replaced(study, bench.person("ruth", "reader"))
    for old in (rana(study), study.members.select_related("study").get(part="investigator")):
        with pytest.raises(ApiError) as refused:
            replacement.replace(old, bench.person("rita", "reader"), bench.SENIOR, reason="x", actor=bench.investigator())
        assert refused.value.get_codes() == "not_reading"
    assert done.member.ended_at is None


@pytest.mark.once
def test_by_its_address(db: None) -> None:
    study = study_with("drop_readings")
    bench.person("ruth", "reader")
    response = bench.client(bench.investigator()).post(
        f"/api/reader-studies/{study.key}/members/{rana(study).key}/replacement/",
        {"username": "ruth", "seniority": "junior", "reason": "Left."},
        content_type="application/json",
    )
    assert response.status_code == 201, response.content
    assert (response.json()["assigned"], response.json()["member"]["seniority"]) == (4, "junior")
