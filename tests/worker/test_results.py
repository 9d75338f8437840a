"""Results as DICOM, from real runs: written in one act, readable back, superseded and never overwritten."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from django.db import OperationalError

from ml.heatmap_look import THRESHOLD
from radapp.accounts.models import User
from radapp.archive import storage
from radapp.archive.models import Instance, SequenceRole, Series, Study
from radapp.archive.roles import assign_role
from radapp.triage import decisions, reports, runs, scope, selectors
from radapp.triage.models import Protocol, Report, ReportDue, Run
from tests.ml.results.test_reports import numbers, told
from tests.ml.results.test_segmentation import bits
from tests.ml.test_parametric_map import frames
from tests.worker.objects import complaints_about, in_the_archive, named_by_rows, of_report, stored
from worker import assessment
from worker import reports as writing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


@pytest.fixture
def radiologist(transactional_db: None) -> User:
    return User.objects.create(username="reads", password="!", is_radiologist=True)


@pytest.fixture
def study(redis_server: object, read_study: Study) -> Study:
    """A phantom that was read."""
    return read_study


def _work() -> Run:
    run = Run.objects.get(state=Run.State.QUEUED)
    assessment.work(run.pk, "this process")
    run.refresh_from_db()
    return run


def _answer(study: Study, user: User, *, but: str = "") -> None:
    decisions.answer_scope(study=study, answers={key: key == but for key in scope.KEYS}, user=user)


def _current(study: Study) -> Report:
    report = reports.current(study)
    assert report is not None
    return report


@pytest.mark.once
@pytest.mark.parametrize(
    ("first", "second", "tier"), [(0.0, 0.0, "positive"), (1.0, 0.0, "suspicious"), (1.0, 1.0, "negative")]
)
def test_a_run_writes_maps_segments_and_a_report_of_every_tier(
    take_in: Callable[[int], str], redis_server: object, radiologist: User, tmp_path: Path,
    first: float, second: float, tier: str,
) -> None:  # fmt: skip
    Protocol.objects.update(first_cutoff=first, second_cutoff=second)
    study = Study.objects.get(study_instance_uid=take_in(1))
    _answer(study, radiologist)
    run = _work()
    assert run.result.tier == tier
    found = selectors.result(study)
    report = _current(study)
    assert (report.number, report.advice_given, report.advice_text) == (1, True, found["advice"].text)
    assert in_the_archive(study) == named_by_rows(study)
    assert complaints_about(study, tmp_path) == []

    text, measurements = of_report(report, "text"), of_report(report, "measurements")
    assert told(text, "121075") == [found["advice"].text]
    assert told(measurements, "TIER") == [f"TIER-{tier.upper()}"]
    assert told(measurements, "130401") == [one["sop_instance_uid"] for one in found["heatmaps"]] + [
        heatmap.sop_instance_uid for heatmap in run.result.heatmaps.filter(segmentation__isnull=False).order_by("id")
    ]
    said = numbers(measurements)
    assert said["FUSED-SCORE"] == found["scores"]["T1_T2"]
    assert (said["FIRST-CUTOFF"], said["SECOND-CUTOFF"]) == (first, second)
    assert all(sha256 in " ".join(told(measurements, "111002")) for sha256 in found["bundles"].values())
    assert said["T1WIC-CUTOFF"] == found["cutoffs"]["T1WIC"]
    image = of_report(report, "key_image")
    assert found["advice"].text in image.ImageComments
    assert "demonstration" in image.SeriesDescription


@pytest.mark.once
def test_a_segment_is_its_heatmap_above_the_threshold(study: Study) -> None:
    heatmaps = Run.objects.get().result.heatmaps.select_related("segmentation")
    assert len(heatmaps) == 3
    marked = 0
    for heatmap in heatmaps:
        shown = frames(stored(heatmap.sop_instance_uid)) > THRESHOLD
        segmentation = getattr(heatmap, "segmentation", None)
        assert (segmentation is not None) == bool(shown.any())
        if segmentation is not None:
            written = stored(segmentation.sop_instance_uid)
            np.testing.assert_array_equal(bits(written), shown)
            measures = written.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
            voxel = np.prod([float(mm) for mm in (*measures.PixelSpacing, measures.SpacingBetweenSlices)])
            assert segmentation.volume == pytest.approx(shown.sum() * voxel)
            marked += 1
    assert marked


def test_withheld_by_scope_then_given_then_withheld(study: Study, radiologist: User, tmp_path: Path) -> None:
    """Each a report of its own that names the one before; the maps are written once."""
    maps = set(in_the_archive(study)) - {one.sop_instance_uid for one in _current(study).objects_written.all()}
    assert _current(study).advice_reason == "Scope questions are unanswered."
    assert told(of_report(_current(study), "text"), "121075") == ["No advice: routine protocol."]
    decisions.answer_scope(study=study, answers={"new_symptoms": False}, user=radiologist)
    assert not ReportDue.objects.exists()  # unanswered as before: nothing else to say

    _answer(study, radiologist)
    writing.work(study.pk)
    second = _current(study)
    assert (second.number, second.advice_given) == (2, True)
    first = Report.objects.get(number=1)
    assert first.superseded_at is not None
    for kind in ("text", "measurements"):
        [evidence] = of_report(second, kind).PredecessorDocumentsSequence
        [reference] = evidence.ReferencedSeriesSequence[0].ReferencedSOPSequence
        assert reference.ReferencedSOPInstanceUID == first.objects_written.get(kind=kind).sop_instance_uid
    [replaced] = of_report(second, "key_image").ReferencedInstanceSequence
    assert replaced.ReferencedSOPInstanceUID == first.objects_written.get(kind="key_image").sop_instance_uid
    assert told(of_report(second, "measurements"), "130401")

    _answer(study, radiologist, but="rising_ebv_dna")
    writing.work(study.pk)
    third = _current(study)
    assert (third.number, third.advice_reason) == (3, "Out of scope: rising EBV-DNA.")
    assert maps <= set(in_the_archive(study)) == set(named_by_rows(study))
    assert not ReportDue.objects.exists()
    assert complaints_about(study, tmp_path) == []
    superseded = Series.objects.filter(superseded_at__isnull=False).values_list("series_instance_uid", flat=True)
    old = Report.objects.filter(number__lt=3)
    assert set(superseded) == {one.series_instance_uid for each in old for one in each.objects_written.all()}


def test_a_second_bell_writes_nothing(study: Study, radiologist: User) -> None:
    _answer(study, radiologist)
    writing.work(study.pk)
    before = in_the_archive(study)
    writing.work(study.pk)
    assert in_the_archive(study) == before


def test_a_new_run_supersedes_and_names_what_was(study: Study, radiologist: User, tmp_path: Path) -> None:
    first, before = _current(study), in_the_archive(study)
    content = {uid: Instance.objects.get(sop_instance_uid=uid).sha256 for uid in before}
    enhanced = Series.objects.get(study=study, recognised_role=SequenceRole.T1WIC)
    assign_role(series=enhanced, role=SequenceRole.NONE, reason="no contrast", user=radiologist)
    _work()
    second = _current(study)
    assert (second.number, second.result) == (2, Run.objects.get(state="done", pk=second.result.run_id).result)  # type: ignore[union-attr]
    assert first.result is not None
    assert second.result is not None
    for heatmap in second.result.heatmaps.all():
        [reference] = stored(heatmap.sop_instance_uid).ReferencedInstanceSequence
        assert reference.ReferencedSOPInstanceUID == first.result.heatmaps.get(sequence=heatmap.sequence).sop_instance_uid
    # Nothing that was written has changed or gone.
    for uid, sha256 in content.items():
        assert Instance.objects.get(sop_instance_uid=uid).sha256 == sha256
        assert storage.path_of(sha256).is_file()
    superseded = Series.objects.filter(superseded_at__isnull=False)
    assert set(Instance.objects.filter(series__in=superseded).values_list("sop_instance_uid", flat=True)) == set(before)
    assert complaints_about(study, tmp_path) == []

    # The role comes back, and with it the first result: its maps count again, in a report of their own.
    assign_role(series=enhanced, role=None, reason="it was contrast", user=radiologist)
    writing.work(study.pk)
    third = _current(study)
    assert (third.number, third.result) == (3, first.result)
    counts = {heatmap.series_instance_uid for heatmap in first.result.heatmaps.all()}
    assert not Series.objects.filter(series_instance_uid__in=counts, superseded_at__isnull=False).exists()
    gone = {heatmap.series_instance_uid for heatmap in second.result.heatmaps.all()}
    assert not Series.objects.filter(series_instance_uid__in=gone, superseded_at__isnull=True).exists()


@pytest.mark.once
def test_a_result_that_no_longer_counts_is_withdrawn(study: Study, radiologist: User, tmp_path: Path) -> None:
    for series in Series.objects.filter(study=study, recognised_role=SequenceRole.T2WI):
        assign_role(series=series, role=SequenceRole.NONE, reason="it is none", user=radiologist)
    writing.work(study.pk)
    report = _current(study)
    assert (report.number, report.result, report.advice_given) == (2, None, False)
    assert "T2WI" in report.advice_reason
    text = of_report(report, "text")
    assert told(text, "121077") == ["No tier: there is no result."]
    assert told(text, "121071") == []
    assert complaints_about(study, tmp_path) == []


def test_while_a_run_is_open_its_own_report_is_awaited_and_then_it_is_said(
    study: Study, radiologist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    enhanced = Series.objects.get(study=study, recognised_role=SequenceRole.T1WIC)
    assign_role(series=enhanced, role=SequenceRole.NONE, reason="no contrast", user=radiologist)
    writing.work(study.pk)
    assert _current(study).number == 1
    monkeypatch.setattr(reports, "STALE_AFTER", runs.timedelta(0))
    writing.work(study.pk)
    report = _current(study)
    assert (report.number, report.advice_reason.startswith("A newer run is open")) == (2, True)
    assert report.result == Run.objects.get(state="done").result
    _work()
    assert _current(study).number == 3


def test_what_breaks_off_before_the_end_leaves_nothing_that_anyone_finds(
    take_in: Callable[[int], str], redis_server: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = Study.objects.get(study_instance_uid=take_in(1))
    with monkeypatch.context() as broken:
        broken.setattr(reports, "record", _breaks_off)
        run = _work()
    assert (run.state, run.result.heatmaps.count()) == ("queued", 0)
    assert in_the_archive(study) == named_by_rows(study) == []
    run = _work()
    assert run.state == "done"
    assert in_the_archive(study) == named_by_rows(study)
    assert Report.objects.count() == 1


def _breaks_off(*_: object) -> None:
    raise OperationalError("the connection is gone")


def test_a_report_that_cannot_be_written_says_why_and_is_tried_thrice(study: Study, radiologist: User) -> None:
    _answer(study, radiologist)
    lost = Instance.objects.filter(series__study=study, series__recognised_role="T2WI").first()
    assert lost is not None
    path = storage.path_of(lost.sha256)
    content = path.read_bytes()
    path.unlink()
    try:
        for _ in range(5):
            writing.work(study.pk)
    finally:
        path.write_bytes(content)
    due = ReportDue.objects.get()
    assert due.attempts == 3
    assert "cannot be read" in due.trouble
    assert _current(study).number == 1
    _answer(study, radiologist, but="new_symptoms")  # something changed: tried again
    writing.work(study.pk)
    assert _current(study).number == 2


def test_another_report_in_between_is_drafted_around(study: Study, radiologist: User) -> None:
    _answer(study, radiologist)
    drafted = reports.draft(study)
    writing.work(study.pk)
    with pytest.raises(reports.Overtaken):
        reports.replace(drafted, [], reports.generated.Kept(()))
    assert Report.objects.count() == 2
