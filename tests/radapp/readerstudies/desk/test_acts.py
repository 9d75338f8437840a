"""Signed acts: what opening stores, what locking and unblinding ask for, what may be amended, what a withdrawal does."""

from typing import Any

import pytest

from radapp.accounts.errors import ApiError
from radapp.readerstudies.desk import acts, amendments, cases, drafting, orders, versions, withdrawal
from radapp.readerstudies.models import (
    Assignment,
    ChainEntry,
    CodingItem,
    ProtocolVersion,
    ReaderStudy,
    Session,
    StudySignature,
)
from radapp.readerstudies.protocol import Protocol
from radapp.readerstudies.terms import protocol_in_force
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.desk import bench

CROSSOVER = {
    "design": {
        "kind": "crossover",
        "washout_days": 35,
        "arms": [
            {"key": "plain", "name": {"en": "Plain"}, "images": "unenhanced"},
            {"key": "full", "name": {"en": "Full"}, "images": "complete"},
        ],
    }
}


def stored(study: ReaderStudy) -> list[tuple[Any, ...]]:
    found = Assignment.objects.filter(session__reader__study=study).order_by("pk")
    return list(found.values_list("session__reader__name", "session__number", "position", "case__number", "arm"))


def test_opening_stores_everything_in_one_act(db: None) -> None:
    study = bench.opened(CROSSOVER, seed=11)
    assert (study.state, study.seed) == ("open", 11)
    assert [(one.version, one.content) for one in ProtocolVersion.objects.all()] == [(1, study.draft)]
    sessions = Session.objects.order_by("reader_id", "number").values_list("number", "washout_days")
    assert list(sessions) == [(1, 0), (2, 35), (1, 0), (2, 35)]
    assert len(stored(study)) == 2 * 2 * 4
    entry = ChainEntry.objects.get(study=study, action="order_made")
    rows = [orders.told(one) for one in bench.assignments(study)]
    assert entry.after["sha256"] == orders.digest_of(rows)
    assert (entry.after["seed"], entry.after["assignments"]) == ("11", 16)
    assert [one["seniority"] for one in entry.after["readers"]] == ["senior", "junior"]
    (signature,) = StudySignature.objects.all()
    assert signature.signed_by == bench.investigator()
    assert "4 cases and 0 for practice, 2 readers" in signature.statement


@pytest.mark.once
def test_same_seed_same_order_and_no_edit_changes_it(db: None) -> None:
    first = bench.opened(seed=3)
    before = stored(first)
    again = bench.sign(bench.checked(bench.ready()), "open", seed=3)
    other = bench.sign(bench.checked(bench.ready(number=4)), "open", seed=4)
    assert stored(again) == before != stored(other)
    ReaderStudy.objects.filter(pk=first.pk).update(title="Renamed")
    first.members.update(name="Renamed")
    first.cases.update(cohort="Changed")
    assert [row[1:] for row in stored(first)] == [row[1:] for row in before]


@pytest.mark.once
def test_a_seed_that_nobody_names_is_drawn(db: None) -> None:
    study = bench.sign(bench.checked(bench.ready(number=2)), "open")
    assert study.seed is not None
    assert ChainEntry.objects.get(study=study, action="order_made").after["seed_named"] is False


@pytest.mark.once
def test_what_changed_since_the_check_stops_the_opening(db: None) -> None:
    study = bench.checked(bench.ready(number=2))
    bench.person("rana").__class__.objects.filter(username="rana").update(is_active=False)
    with pytest.raises(ApiError) as refused:
        bench.sign(study, "open")
    assert refused.value.get_codes() == "not_fit"
    assert (ReaderStudy.objects.get().state, Assignment.objects.count(), StudySignature.objects.count()) == (
        "checked",
        0,
        0,
    )


@pytest.mark.once
def test_a_signature_needs_the_password_of_who_signs(db: None) -> None:
    study = bench.checked(bench.ready(number=2))
    ines = bench.client(bench.investigator())
    path = f"/api/reader-studies/{study.key}/acts/"
    wrong = ines.post(path, {"act": "open", "password": "wrong"}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_password")
    assert ReaderStudy.objects.get().state == "checked"
    good = ines.post(path, {"act": "open", "password": bench.PASSWORD}, content_type="application/json")
    assert good.status_code == 200
    assert bench.PASSWORD.encode() not in good.content
    assert not [entry for entry in ChainEntry.objects.all() if bench.PASSWORD in str(entry.after)]


@pytest.mark.once
def test_the_statement_that_is_shown_is_the_one_that_is_signed(db: None) -> None:
    study = bench.checked(bench.ready(number=2))
    ines = bench.client(bench.investigator())
    for act in ("open", "close", "reopen", "close", "lock", "unblind"):
        shown = {one["act"]: one for one in ines.get(f"/api/reader-studies/{study.key}/acts/").json()}
        assert shown[act]["possible"]
        bench.sign(study, act, reason="because")
        assert StudySignature.objects.last().statement == shown[act]["statement"]  # type: ignore[union-attr]


@pytest.mark.once
def test_locking_with_readings_missing_says_who_and_needs_a_reason(db: None) -> None:
    study = bench.opened(number=2)
    bench.answer(bench.assignments(study)[0])
    study = bench.sign(study, "close")
    with pytest.raises(ApiError) as refused:
        bench.sign(study, "lock")
    assert refused.value.get_codes() == "reason_needed"
    assert "Senior reader 1, 1 readings missing. Junior reader 1, 2 readings missing." in str(refused.value.detail)
    study = bench.sign(study, "lock", reason="Both moved away.")
    assert study.locked_at is not None
    assert "Not finished: Junior reader 1, 2 readings missing." in StudySignature.objects.get(act="lock").statement


@pytest.mark.once
def test_locking_a_study_that_was_read_needs_no_reason(db: None) -> None:
    study = bench.opened(number=2)
    bench.read_all(study)
    assert bench.sign(bench.sign(study, "close"), "lock").state == "locked"
    assert ChainEntry.objects.filter(study=study, action="networks_taken").exists()


def test_unblinding_begins_the_coding(db: None) -> None:
    study = bench.opened()
    bench.read_all(study)
    bench.sign(bench.sign(study, "close"), "lock")
    assert not CodingItem.objects.exists()
    bench.sign(study, "unblind")
    assert CodingItem.objects.exists()


@pytest.mark.once
def test_reopening_needs_a_reason_and_forgets_when_it_was_closed(db: None) -> None:
    study = bench.sign(bench.opened(number=2), "close")
    assert study.closed_at is not None
    with pytest.raises(ApiError):
        bench.sign(study, "reopen")
    assert bench.sign(study, "reopen", reason="One more week.").closed_at is None


@pytest.mark.once
@pytest.mark.parametrize("act", ["amend", "withdraw_case"])
def test_other_acts_have_addresses_of_their_own(db: None, act: str) -> None:
    with pytest.raises(ApiError):
        acts.carry_out(bench.draft(), bench.Act(act), actor=bench.investigator())


@pytest.mark.once
def test_a_seed_is_named_at_opening_alone(db: None) -> None:
    with pytest.raises(ApiError, match="seed"):
        bench.sign(bench.draft(), "close", seed=1)


ADDED = {"key": "later", "endpoint": "time", "hypothesis": "estimate", "first": "reader:all", "second": "", "margin": None}
CATEGORY = {"key": "own", "error": "false_positive", "name": {"en": "Own"}, "definition": {"en": "Ours."}}
# What differs: the states in which an amendment of it is taken, and the field that is told elsewhere.
AMENDMENTS: dict[str, tuple[dict[str, Any], set[str], str]] = {
    "told": ({"told": {"prevalence": "About half.", "clinical_facts": "", "instructions": ""}}, {"open", "closed"}, "told"),
    "rules": (
        {"rules": {"withdrawn_case": "keep_submitted", "replaced_reader": "drop_readings"}},
        {"open", "closed"},
        "rules",
    ),
    "categories": (
        {"coding": {"hit_radius_mm": 15.0, "precedence": [], "categories": [CATEGORY]}},
        {"open", "closed", "locked"},
        "coding",
    ),
    "radius": ({"coding": {"hit_radius_mm": 20.0, "precedence": [], "categories": []}}, set(), "coding.hit_radius_mm"),
    "analysis": (
        {"aim": {**Protocol().content()["aim"], "analyses": [ADDED]}},
        {"open", "closed", "locked", "unblinded"},
        "",
    ),
    "alpha": ({"aim": {**Protocol().content()["aim"], "alpha": 0.1}}, set(), "aim.alpha"),
    "primary": (
        {"aim": {**Protocol().content()["aim"], "analyses": [ADDED], "primary": "later"}},
        set(),
        "aim.primary",
    ),
    "targets": ({"targets": {"positive": 1, "negative": 1}}, set(), "targets"),
    "design": (CROSSOVER, set(), "design"),
    "order": ({"order": {"block_sizes": [4], "repeats": 0}}, set(), "order"),
    "form": ({"form": Protocol().content()["form"][:2]}, set(), "form"),
    "blinding": ({"blinding": {"dates": "shifted"}}, set(), "blinding"),
}


@pytest.mark.once
@pytest.mark.parametrize("state", ["open", "closed", "locked", "unblinded"])
@pytest.mark.parametrize("name", sorted(AMENDMENTS))
def test_what_may_be_amended_when(name: str, state: str) -> None:
    changes, states, field = AMENDMENTS[name]
    before = Protocol.of(scene.PAPER)
    wanted = Protocol.of({**before.content(), **changes})
    found = {one.split(".")[0] if field == "coding" else one for one, _ in amendments.forbidden(before, wanted, state)}
    if state in states:
        assert found == set()
    elif field == "coding.hit_radius_mm" and state == "unblinded":
        assert found == {"coding"}
    else:
        assert field in found


def amended(study: ReaderStudy, **changes: Any) -> ReaderStudy:
    content = {**protocol_in_force(study).content(), **changes}
    return amendments.amend(study, content, actor=bench.investigator(), reason="A reviewer asked.")


def test_an_amendment_is_a_new_version_with_its_reason_and_signature(db: None) -> None:
    study = bench.opened(number=2)
    amended(study, **AMENDMENTS["analysis"][0])
    newest = study.protocols.first()
    assert newest is not None
    assert (newest.version, newest.reason, study.protocols.count()) == (2, "A reviewer asked.", 2)
    assert versions.added_analyses(study) == ["later"]
    assert StudySignature.objects.filter(act="amend").count() == 1
    entry = ChainEntry.objects.get(study=study, action="protocol_amended")
    assert set(entry.before) == {"aim"}
    with pytest.raises(ApiError) as refused:
        amended(study)
    assert refused.value.get_codes() == "nothing_amended"
    with pytest.raises(ApiError) as refused:
        amended(study, **AMENDMENTS["form"][0])
    assert refused.value.get_codes() == "not_amendable"
    assert [one["field"] for one in refused.value.problems or ()] == ["form"]


@pytest.mark.parametrize("rule", ["exclude_readings", "keep_submitted"])
def test_a_withdrawal_follows_the_rule_and_says_what_it_does(db: None, rule: str) -> None:
    rules = {"rules": {"withdrawn_case": rule, "replaced_reader": "drop_readings"}}
    study = bench.opened({**scene.PAPER, **rules}, number=2)
    case = bench.case(study, 1)
    bench.answer(next(one for one in bench.assignments(study) if one.case_id == case.pk))
    effect = withdrawal.effect_of(case)
    assert (effect.rule, effect.submitted, effect.unread) == (rule, 1, 1)
    with pytest.raises(ApiError):
        withdrawal.withdraw(case, actor=bench.investigator(), reason=" ")
    gone = withdrawal.withdraw(case, actor=bench.investigator(), reason="Consent was taken back.")
    assert (gone.state, gone.reason, gone.withdrawn_at is not None) == ("withdrawn", "Consent was taken back.", True)
    assert StudySignature.objects.get(act="withdraw_case").statement.endswith(effect.words)
    entry = ChainEntry.objects.get(study=study, action="case_withdrawn")
    assert (entry.after["rule"], entry.after["submitted"]) == (rule, 1)
    with pytest.raises(ApiError) as refused:
        withdrawal.withdraw(gone, actor=bench.investigator(), reason="again")
    assert refused.value.get_codes() == "not_included"


@pytest.mark.once
def test_once_opened_the_draft_is_frozen(db: None) -> None:
    study = bench.opened(number=2)
    actor = bench.investigator()
    before = study.draft
    for attempt in (
        lambda: drafting.rename(study, "Other", actor=actor),
        lambda: drafting.change_protocol(study, before, revision=study.revision, actor=actor),
        lambda: cases.change(bench.case(study, 1), {"practice": True}, actor=actor),
        lambda: cases.remove(bench.case(study, 1), actor=actor),
        lambda: bench.add(study, bench.examination(90)),
        lambda: bench.reader(study, "ruth"),
    ):
        with pytest.raises(ApiError) as refused:
            attempt()
        assert refused.value.get_codes() == "frozen"
    assert ReaderStudy.objects.get(pk=study.pk).draft == before
