"""What the check finds: each finding from a draft that is fit but for one thing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction

from radapp.readerstudies.blinding.certificate import Certificate
from radapp.readerstudies.desk import check_plan, checking, drafting, invitations, waivers
from radapp.readerstudies.desk.findings import listed
from radapp.readerstudies.models import ChainEntry, Membership, ReaderStudy, ReferenceStep
from radapp.readerstudies.protocol import Protocol
from radapp.readerstudies.reference.archive_truths import take_from_archive
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.desk import bench
from tests.radapp.readerstudies.desk.test_cases import learnt

Spoil = Callable[[ReaderStudy], object]


def fit() -> ReaderStudy:
    """Nothing stops: four cases whose truth is settled, two readers."""
    study = bench.draft()
    bench.add(study, *(bench.examination(number, truth=number % 2 == 0) for number in range(1, 5)))
    take_from_archive(study, bench.investigator())
    bench.reader(study, "rana")
    bench.reader(study, "rolf", bench.JUNIOR)
    return ReaderStudy.objects.get(pk=study.pk)


def plan(study: ReaderStudy, **changes: Any) -> None:
    """Change pieces of the protocol."""
    found = ReaderStudy.objects.get(pk=study.pk)
    content = {**found.draft, **changes}
    drafting.change_protocol(found, content, revision=found.revision, actor=bench.investigator())


def design(**changes: Any) -> dict[str, Any]:
    return {"design": {**Protocol.of(scene.PAPER).content()["design"], **changes}}


def codes(study: ReaderStudy) -> dict[str, str]:
    found = checking.examine(ReaderStudy.objects.get(pk=study.pk)).findings
    return {one.code: "stop" if one.stop else "warn" for one in found}


def arm(key: str, **facts: Any) -> dict[str, Any]:
    return {"key": key, "name": {"en": key}, "images": "complete", "ai": False, "prior": False, **facts}


def aim(**changes: Any) -> dict[str, Any]:
    return {"aim": {**Protocol().content()["aim"], **changes}}


def analysis(**changes: Any) -> dict[str, Any]:
    fields = {"key": "a", "endpoint": "auc", "hypothesis": "estimate", "first": "arm:complete", "second": "", "margin": None}
    return {**fields, **changes}


def add(study: ReaderStudy, number: int, *, roles: tuple[str, ...] = ("T1WI", "T2WI", "T1WIC"), **facts: Any) -> None:
    """A case whatever bars it."""
    scene.case(study, 100 + number, examined=bench.examination(50 + number, roles=roles), **facts)


def calibrated(study: ReaderStudy) -> None:
    add(study, 1)
    examination = bench.case(study, 101).examination
    assert examination is not None
    learnt(examination)


def waived(study: ReaderStudy) -> None:
    calibrated(study)
    key = bench.case(study, 101).key
    waivers.give(study, waivers.Waived("calibrated", "few", case=key), actor=bench.investigator())


def with_priors(study: ReaderStudy, *roles: str, **facts: Any) -> None:
    """An arm shows priors, and every case names one; that of case 1 has these sequences alone."""
    plan(study, **design(arms=[arm("complete", prior=True)]))
    for case in study.cases.all():
        whole = ("T1WI", "T2WI", "T1WIC")
        own = case.number == 1
        case.prior = bench.examination(200 + case.number, roles=roles if own else whole, **(facts if own else {}))
        case.save()


def tagged_by_reader(study: ReaderStudy) -> None:
    reader = study.members.get(name="Senior reader 1")
    ReferenceStep.objects.create(
        case=bench.case(study, 1), step="junior", recurrence=True, basis="images", made_by=reader.user
    )


STOPS: dict[str, tuple[str, Spoil]] = {
    "no_cases": ("no_cases", lambda study: study.cases.update(state="excluded", exclusion="surgery")),
    "no_readers": ("no_readers", lambda study: study.members.filter(part="reader").update(part="coder", seniority="")),
    "no_arms": ("no_arms", lambda study: plan(study, **design(arms=[]))),
    "one_arm": ("one_arm", lambda study: plan(study, **design(kind="crossover"))),
    "no_t1wic": ("no_t1wic", lambda study: add(study, 1, roles=("T1WI", "T2WI"))),
    "incomplete": ("incomplete", lambda study: add(study, 1, roles=("T1WI", "T1WIC"))),
    "calibrated": ("calibrated", calibrated),
    "target": ("target_missed", lambda study: plan(study, targets={"positive": 3, "negative": 0})),
    "no_prior": ("no_prior", lambda study: plan(study, **design(arms=[arm("complete", prior=True)]))),
    "no sequence of a prior": ("prior_empty", lambda study: with_priors(study, "T1WIC")),
    "no images of a prior": (
        "prior_empty",
        lambda study: with_priors(study, "T1WI", "T2WI", images_deleted_at="2026-01-01T00:00Z"),
    ),
    "no_result": ("no_result", lambda study: plan(study, **design(arms=[arm("complete", ai=True)]))),
    "no_location": (
        "no_location",
        lambda study: plan(
            study, **design(lroc=True), form=[one for one in study.draft["form"] if one["meaning"] != "location"]
        ),
    ),
    "unknown side": ("unknown_side", lambda study: plan(study, **aim(analyses=[analysis(first="arm:other")]))),
    "no lroc": ("no_lroc", lambda study: plan(study, **aim(analyses=[analysis(endpoint="lroc")]))),
    "groups": (
        "too_few_readers",
        lambda study: plan(study, **design(kind="split_plot", groups=3, arms=[arm("a"), arm("b")])),
    ),
    "repeats": ("no_order", lambda study: plan(study, order={"block_sizes": [4], "repeats": 200})),
    "account": ("account_unfit", lambda study: bench.person("rana").__class__.objects.update(is_active=False)),
    "tagged": ("not_independent_tagged", tagged_by_reader),
    "practice": ("practice_tells", lambda study: add(study, 1, practice=True, patient=bench.case(study, 1).patient)),
}
WARNINGS: dict[str, tuple[str, Spoil]] = {
    "waived": ("calibrated_waived", waived),
    "truth": ("truth_unknown", lambda study: add(study, 1)),
    "patients": ("same_patient", lambda study: add(study, 1, patient=bench.case(study, 1).patient)),
    "one truth": (
        "one_truth",
        lambda study: study.cases.filter(number__in=[1, 3]).update(state="excluded", exclusion="surgery"),
    ),
    "correction": (
        "no_correction",
        lambda study: plan(
            study,
            **aim(
                correction="none",
                analyses=[analysis(key=key, second="network:T1_T2") for key in ("a", "b")],
            ),
        ),
    ),
    "repeats": (
        "repeats_reviewable",
        lambda study: plan(study, **design(lock="session"), order={"block_sizes": [2], "repeats": 1}),
    ),
    "prior": ("prior_incomplete", lambda study: with_priors(study, "T1WI", "T2WI")),
    "invited": (
        "invited",
        lambda study: invitations.invite(
            study, "x@example.org", Membership.Part.READER, bench.SENIOR, actor=bench.investigator()
        ),
    ),
}


def test_a_draft_that_is_fit(db: None) -> None:
    found = codes(fit())
    assert "stop" not in found.values()
    assert set(found) == {
        "no_analysis",
        "no_hypothesis",
        "prevalence_untold",
        "no_practice",
        "few_coders",
        "no_adjudicator",
        "seniority",
    }


def spoilt(spoils: dict[str, tuple[str, Spoil]]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(its name, the code that belongs to it, what is found) of each spoil, one at a time in a study that was fit."""
    study = fit()
    for name, (code, spoil) in spoils.items():
        with transaction.atomic():
            spoil(ReaderStudy.objects.get(pk=study.pk))
            yield name, code, codes(study)
            transaction.set_rollback(True)


@pytest.mark.once
def test_each_stop(db: None) -> None:
    for name, code, found in spoilt(STOPS):
        assert found.get(code) == "stop", f"{name}: {found}"


@pytest.mark.once
def test_each_warning(db: None) -> None:
    for name, code, found in spoilt(WARNINGS):
        assert found.get(code) == "warn", f"{name}: {found}"
        assert "stop" not in found.values(), f"{name}: {found}"


@pytest.mark.once
def test_cases_without_a_prior_are_named(db: None) -> None:
    study = fit()
    with_priors(study, "T1WI", "T2WI", "T1WIC")
    assert not {code for code in codes(study) if "prior" in code}
    study.cases.filter(number__in=(2, 4)).update(prior=None)
    study.refresh_from_db()
    (found,) = [one for one in checking.examine(study).findings if one.code == "no_prior"]
    assert (found.stop, found.cases, "cases 2, 4" in found.detail) == (True, (2, 4), True)


@pytest.mark.once
def test_a_waived_conflict_warns_and_stops_no_more(db: None) -> None:
    study = fit()
    tagged_by_reader(study)
    waivers.give(study, waivers.Waived("tagged", "long ago", "rana", bench.case(study, 1).key), actor=bench.investigator())
    found = codes(study)
    assert found["not_independent_tagged_waived"] == "warn"
    assert "not_independent_tagged" not in found


@pytest.mark.once
def test_what_blinding_finds_stops(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate with a finding, as headers that say too much would give."""
    study = bench.ready(number=2)

    def certified(of: ReaderStudy) -> Certificate:
        return Certificate(of, (), [{"case": 2, "code": "burned_in", "detail": "Writing is burned in."}], [], "now")

    monkeypatch.setattr(checking, "certify", certified)
    after, report = checking.check(study, actor=bench.investigator())
    assert (after.state, after.check_report, report["fit"]) == ("draft", report, False)
    assert [one for one in report["findings"] if one["level"] == "stop"] == [
        {
            "code": "blinding_burned_in",
            "level": "stop",
            "step": "blinding",
            "detail": "Case 2: Writing is burned in.",
            "cases": [2],
            "members": [],
        }
    ]


def test_a_change_while_it_is_checked_is_noticed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    study = bench.ready(number=2)
    real = checking.certify

    def slowly(of: ReaderStudy) -> Certificate:
        drafting.rename(of, "Another title", actor=bench.investigator())
        return real(of)

    monkeypatch.setattr(checking, "certify", slowly)
    with pytest.raises(checking.ApiError) as refused:
        checking.check(study, actor=bench.investigator())
    assert refused.value.get_codes() == "stale"
    assert ReaderStudy.objects.get().state == "draft"


def test_a_check_is_kept_until_something_changes(db: None) -> None:
    study = bench.checked(bench.ready(number=2))
    assert study.check_report is not None
    assert study.check_report["fit"]
    assert ChainEntry.objects.filter(action="certified").count() == 1
    drafting.rename(study, "Other", actor=bench.investigator())
    found = ReaderStudy.objects.get()
    assert (found.state, shown(found)["fit"], shown(found)["current"]) == ("draft", True, False)


def shown(study: ReaderStudy) -> dict[str, Any]:
    """The last check as the study's page has it after a reload."""
    response = bench.client(bench.investigator()).get(f"/api/reader-studies/{study.key}/")
    return dict(response.json()["desk"]["check"])


@pytest.mark.once
@pytest.mark.parametrize("before", ["draft", "checked"])
def test_what_stops_is_there_after_a_reload(db: None, before: str) -> None:
    """Also where the study was fit before, whose state goes back; until the next check, marked once something changes."""
    study = bench.ready(number=2)
    if before == "checked":
        bench.checked(study)
    plan(study, **design(arms=[]))
    _, report = checking.check(study, actor=bench.investigator())
    assert shown(study) == {**report, "checked_at": shown(study)["checked_at"], "current": True}
    assert "no_arms" in {one["code"] for one in shown(study)["findings"]}
    plan(study, **design(arms=[arm("complete")]))
    assert (shown(study)["current"], shown(study)["fit"]) == (False, False)
    checking.check(study, actor=bench.investigator())
    assert (shown(study)["current"], shown(study)["fit"]) == (True, True)


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("arm:complete", True),
        ("arm:other", False),
        ("stage:aided", False),
        ("seniority:senior", True),
        ("seniority:wise", False),
        ("network:T1_T2", True),
        ("network:all", False),
        ("reader:all", True),
        ("nothing", False),
    ],
)
@pytest.mark.once
def test_the_sides_of_an_analysis(name: str, known: bool) -> None:
    protocol = Protocol.of({**scene.PAPER, **aim(analyses=[analysis(first=name)])})
    assert ("unknown_side" not in {one.code for one in check_plan.look(protocol)}) is known


@pytest.mark.once
def test_numbers_in_words() -> None:
    assert listed([3]) == "case 3"
    assert listed([1, 2, 5], most=2) == "cases 1, 2 and 1 more"
