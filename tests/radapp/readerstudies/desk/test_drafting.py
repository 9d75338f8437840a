"""Drafting: presets, titles, the protocol and its revisions, copies. What is changed is chained and takes a check back."""

import dataclasses
import uuid

import pytest

from radapp.accounts.errors import ApiError
from radapp.readerstudies.desk import check_plan, drafting, presets
from radapp.readerstudies.keeping.verifying import verify
from radapp.readerstudies.models import Case, ChainEntry, ReaderStudy, ReferenceStep
from radapp.readerstudies.protocol import Protocol
from radapp.readerstudies.reference.archive_truths import take_from_archive
from radapp.readerstudies.reference.conclusion import Conclusion
from radapp.readerstudies.reference.steps import Act, append, writing
from tests.radapp.readerstudies.desk import bench


def actions(study: ReaderStudy) -> list[str]:
    return list(ChainEntry.objects.filter(study=study).order_by("sequence").values_list("action", flat=True))


@pytest.mark.once
@pytest.mark.parametrize("key", sorted(presets.PRESETS))
def test_a_preset_is_whole_and_stops_nothing(key: str) -> None:
    protocol = presets.preset(key).protocol
    assert Protocol.of(protocol.content()) == protocol
    assert [one.detail for one in check_plan.look(protocol) if one.stop] == []
    assert protocol.told.prevalence == ""
    assert {"en", "zh"} <= set(presets.PRESETS[key].name)


def test_who_founds_a_study_investigates_it(db: None) -> None:
    study = drafting.found("  A study  ", actor=bench.investigator())
    assert (study.title, study.state, study.revision) == ("A study", "draft", 1)
    assert [(one.user, one.part) for one in study.members.all()] == [(bench.investigator(), "investigator")]
    assert actions(study) == ["study_created", "member_added"]
    with pytest.raises(ApiError, match="title"):
        drafting.found(" ", actor=bench.investigator())
    with pytest.raises(ApiError, match="no preset 'none'"):
        drafting.found("x", actor=bench.investigator(), preset="none")


def test_a_change_made_from_an_older_draft_is_refused(db: None) -> None:
    study = bench.draft()
    content = study.draft | {"targets": {"positive": 3, "negative": 4}}
    changed = drafting.change_protocol(study, content, revision=1, actor=bench.investigator())
    assert (changed.revision, changed.draft["targets"]) == (2, {"positive": 3, "negative": 4})
    entry = ChainEntry.objects.get(study=study, action="protocol_changed")
    assert (entry.before, entry.after) == (
        {"targets": {"positive": 0, "negative": 0}},
        {"targets": {"positive": 3, "negative": 4}},
    )
    with pytest.raises(ApiError) as refused:
        drafting.change_protocol(study, content, revision=1, actor=bench.investigator())
    assert (refused.value.status_code, refused.value.get_codes()) == (409, "stale")


def test_the_same_protocol_again_changes_nothing(db: None) -> None:
    study = bench.draft()
    before = actions(study)
    assert drafting.change_protocol(study, study.draft, revision=1, actor=bench.investigator()).revision == 1
    assert actions(study) == before


def test_what_is_wrong_with_a_protocol_is_told_by_field(db: None) -> None:
    ines = bench.client(bench.investigator())
    study = bench.draft()
    wrong = study.draft | {"targets": {"positive": -1, "negative": "many"}, "surprise": 1}
    response = ines.put(
        f"/api/reader-studies/{study.key}/protocol/", {"revision": 1, "protocol": wrong}, content_type="application/json"
    )
    assert response.status_code == 400
    body = response.json()
    assert body["code"] == "invalid"
    assert {one["field"] for one in body["problems"]} == {"targets.positive", "targets.negative", "surprise"}
    assert all(one["detail"] for one in body["problems"])


@pytest.mark.parametrize("nothing", [[], "text", 7])
def test_a_protocol_that_is_none_is_refused(db: None, nothing: object) -> None:
    with pytest.raises(ApiError) as refused:
        drafting.checked(nothing)  # type: ignore[arg-type]
    assert refused.value.status_code == 400


def test_a_copy_takes_protocol_cases_and_members_and_shares_no_pseudonym(db: None) -> None:
    study = bench.draft()
    bench.add(study, bench.examination(1), bench.examination(2))
    bench.add(study, bench.examination(3), exclusion="surgery")
    bench.reader(study, "rana")
    other = bench.person("otto", "investigator")
    made = drafting.copy(study, title="Again", actor=other, cases=True, members=True)
    assert (made.title, made.state, made.draft) == ("Again", "draft", study.draft)
    assert [(case.number, case.state) for case in made.cases.all()] == [(1, "included"), (2, "included"), (3, "excluded")]
    assert not {case.patient for case in made.cases.all()} & {case.patient for case in study.cases.all()}
    parts = sorted((one.user.username, one.part) for one in made.members.all() if one.user)
    assert parts == [("ines", "investigator"), ("otto", "investigator"), ("rana", "reader")]
    assert ChainEntry.objects.get(study=made, action="study_copied").after["of"] == study.key


def test_a_copy_takes_what_stands_of_the_reference_standard_only_when_asked(db: None) -> None:
    study = bench.draft()
    bench.add(study, bench.examination(1, truth=True), bench.examination(2, truth=False), bench.examination(3))
    take_from_archive(study, bench.investigator())
    first = ReferenceStep.objects.get(case__study=study, case__number=1)
    corrected = dataclasses.replace(Conclusion.of(first), remark="Looked at again.")
    with writing(study):
        append(first.case, first.step, corrected, Act(bench.investigator(), uuid.uuid4(), "A slip."), before=first)
    made = drafting.copy(study, title="Again", actor=bench.investigator(), cases=True, reference=True)
    steps = ReferenceStep.objects.filter(case__study=made).order_by("case__number")
    assert [(one.case.number, one.version, one.recurrence) for one in steps] == [(1, 1, True), (2, 1, False)]
    assert (steps[0].remark, steps[0].origin) == ("Looked at again.", f"study {study.key}")
    assert verify(made, None, frozenset()).whole
    bare = drafting.copy(study, title="Without", actor=bench.investigator(), cases=True)
    assert not ReferenceStep.objects.filter(case__study=bare).exists()


def test_a_bare_copy_has_neither(db: None) -> None:
    study = bench.draft()
    bench.add(study, bench.examination(1))
    made = drafting.copy(study, title="Again", actor=bench.investigator())
    assert (made.cases.count(), made.members.count()) == (0, 1)
    assert Case.objects.count() == 1
