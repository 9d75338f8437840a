"""Reports as rows: numbered, one in force, due when the page says something else, never changed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from radapp.accounts.models import User
from radapp.archive.generated import Kept
from radapp.archive.models import Series, Study
from radapp.triage import decisions, outcome, report_words, reports, runs, scope, services
from radapp.triage.models import Report, ReportDue, ReportObject, Run
from tests.radapp.triage import examinations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def user() -> User:
    return User.objects.create(username="reads", password="!", is_radiologist=True)


def _study(**facts: object) -> Study:
    """A study whose run is queued."""
    study = examinations.study(**facts)
    for role in examinations.ROLES:
        examinations.series(study, role)
    services.consider(study.study_instance_uid)
    return study


@pytest.fixture
def study() -> Study:
    """A study that was read: negative, scope unanswered."""
    examinations.protocol(calibration={"cases": [[0.1, 0], [0.2, 1], [0.5, 1], [0.9, 1]]})
    study = _study()
    examinations.finished(study, examinations.findings(0.1, 0.2, 0.4))
    return study


def _answer(study: Study, user: User, *, but: str = "") -> None:
    decisions.answer_scope(study=study, answers={key: key == but for key in scope.KEYS}, user=user)


def _replace(study: Study) -> Report:
    """The next report, without objects."""
    return reports.replace(reports.draft(study), [], Kept(()))


def test_a_run_ends_with_report_one(study: Study) -> None:
    report = reports.current(study)
    assert report is not None
    assert (report.number, report.result, report.advice_given) == (1, Run.objects.get().result, False)
    assert not ReportDue.objects.exists()


@pytest.mark.once
def test_without_a_result_there_is_no_report() -> None:
    examinations.protocol()
    study = _study()
    run = Run.objects.get()
    lease = runs.claim(run.pk, "test")
    assert lease is not None
    runs.fail(lease, "broken")
    assert not Report.objects.exists()
    assert not ReportDue.objects.exists()
    assert reports.take(study.pk) is None


@pytest.mark.parametrize(
    ("t1wi", "t2wi", "t1wic", "tier", "final", "words"),
    [
        (0.9, 0.9, 0.1, "positive", "positive", "Recurrence suspected"),
        (0.4, 0.5, None, "suspicious", "pending", "Undetermined on unenhanced images. Enhanced examination advised."),
        (0.4, 0.5, 0.9, "suspicious", "positive", "Enhanced network above its cutoff"),
        (0.4, 0.5, 0.1, "suspicious", "negative", "Enhanced network below its cutoff"),
        (0.1, 0.2, 0.9, "negative", "negative", "Does not exclude recurrence"),
    ],
)
@pytest.mark.once
def test_a_report_says_what_the_page_says(
    user: User, t1wi: float, t2wi: float, t1wic: float | None, tier: str, final: str, words: str
) -> None:
    examinations.protocol()
    study = _study()
    _answer(study, user)
    examinations.finished(study, examinations.findings(t1wi, t2wi, t1wic))
    said = reports.draft(study).statement
    page = outcome.of_study(study)
    assert (said.tier, said.final, said.given, said.advice) == (tier, final, True, page.advice.text)
    assert words in said.advice
    assert [score.value for score in said.scores[1:3]] == [t1wi, t2wi]
    assert (len(said.scores) == 4) is (t1wic is not None)
    assert [cutoff.value for cutoff in said.scores[0].cutoffs] == [0.6, 0.3]
    assert [network.sha256 for network in said.networks] == list(Run.objects.get().result.bundles.values())
    assert said.protocol == "test 1"


@pytest.mark.once
def test_guards_withhold_in_their_own_words(user: User) -> None:
    examinations.protocol()
    study = _study()
    _answer(study, user)
    examinations.finished(study, examinations.findings(0.1, 0.1, guards=["T2WI: the head moved."]))
    said = reports.draft(study).statement
    assert (said.given, said.advice, said.reason) == (False, "No advice: routine protocol.", "T2WI: the head moved.")


@pytest.mark.once
def test_limits_name_the_scope_and_neighbours_the_whole_set(study: Study) -> None:
    said = reports.draft(study).statement
    assert all(question.statement in " ".join(said.limits) for question in scope.QUESTIONS)
    assert "of all 4 calibration patients, 75 % had" in said.neighbours
    assert said.reason == "Scope questions are unanswered."


def test_one_of_six_answers_writes_nothing_and_the_last_does(study: Study, user: User) -> None:
    for key in sorted(scope.KEYS)[:-1]:
        decisions.answer_scope(study=study, answers={key: False}, user=user)
    assert not ReportDue.objects.exists()
    decisions.answer_scope(study=study, answers={sorted(scope.KEYS)[-1]: False}, user=user)
    assert ReportDue.objects.get().study == study
    report = _replace(study)
    assert (report.number, report.advice_given) == (2, True)
    assert Report.objects.get(number=1).superseded_at is not None


def test_what_changes_while_a_report_is_written_is_not_lost(study: Study, user: User) -> None:
    _answer(study, user)
    due = reports.take(study.pk)
    assert due is not None
    _replace(study)
    _answer(study, user, but="new_symptoms")
    reports.settle(due)
    assert ReportDue.objects.get().study == study
    due = reports.take(study.pk)
    assert due is not None
    assert _replace(study).advice_reason == "Out of scope: new symptoms."
    reports.settle(due)
    assert not ReportDue.objects.exists()


def test_an_answer_taken_back_leaves_nothing_due(study: Study, user: User) -> None:
    _answer(study, user)
    _replace(study)
    _answer(study, user, but="new_symptoms")
    _answer(study, user)
    assert reports.take(study.pk) is None
    assert not ReportDue.objects.exists()


def test_a_draft_that_was_overtaken_writes_nothing(study: Study, user: User) -> None:
    early = reports.draft(study)
    _answer(study, user)
    with pytest.raises(reports.Overtaken, match="has changed"):
        reports.replace(early, [], Kept(()))
    late = reports.draft(study)
    _replace(study)
    with pytest.raises(reports.Overtaken, match="no longer in force"):
        reports.replace(late, [], Kept(()))
    assert list(Report.objects.values_list("number", flat=True)) == [2, 1]


def test_a_new_run_is_awaited_for_a_while(study: Study, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    examinations.instance(Series.objects.get(study=study, recognised_role="T2WI"), 99)
    services.consider(study.study_instance_uid)
    assert ReportDue.objects.exists()
    assert reports.take(study.pk) is None
    monkeypatch.setattr(reports, "STALE_AFTER", timedelta(0))
    assert reports.take(study.pk) is not None
    assert _replace(study).advice_reason.startswith("A newer run is open")
    examinations.finished(study, examinations.findings(0.1, 0.1))
    report = reports.current(study)
    assert report is not None
    assert (report.number, report.result) == (3, Run.objects.get(result__isnull=False, pk=report.result.run_id).result)  # type: ignore[union-attr]


def test_a_result_that_no_longer_counts_is_withdrawn(study: Study) -> None:
    Series.objects.filter(study=study, recognised_role="T2WI").update(recognised_role="none")
    services.consider(study.study_instance_uid)
    assert reports.take(study.pk) is not None
    report = _replace(study)
    assert (report.result, report.advice_given) == (None, False)
    assert reports.draft(study).statement.tier_words == "No tier: there is no result."


def test_after_three_attempts_it_rests_until_something_changes(study: Study, user: User) -> None:
    _answer(study, user)
    for _ in range(3):
        due = reports.take(study.pk)
        assert due is not None
        reports.fail(due, "a file is missing")
    assert reports.take(study.pk) is None
    assert ReportDue.objects.get().trouble == "a file is missing"
    _answer(study, user, but="rising_ebv_dna")
    assert reports.take(study.pk) is not None


def test_with_the_broker_down_nothing_rings_and_nothing_is_lost(study: Study, user: User) -> None:
    _answer(study, user)
    assert reports.ring_again() == 0
    assert ReportDue.objects.get().sent_at is None


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Report, {"advice_text": "Contrast not needed."}),
        (Report, {"number": 7}),
        (ReportObject, {"sop_instance_uid": "9.9"}),
    ],
)
def test_the_database_refuses_to_change_what_was_written(
    study: Study, model: type[Report] | type[ReportObject], change: dict[str, object]
) -> None:
    report = Report.objects.get()
    ReportObject.objects.create(
        report=report, kind="text", sop_class_uid="1.2", sop_instance_uid="1.2.3", series_instance_uid="1.2"
    )
    with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
        model.objects.update(**change)


@pytest.mark.once
def test_words_of_a_reason_do_not_count_answers(study: Study) -> None:
    assert report_words.reason_of(outcome.of_study(study)) == "Scope questions are unanswered."
    assert outcome.of_study(study).advice.reason == "Scope questions are unanswered (6 of 6)."
