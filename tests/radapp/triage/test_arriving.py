"""Examinations that arrive slice by slice: what is waited for, what a late slice withdraws, who is read first."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from radapp import broker
from radapp.archive import arrivals, table
from radapp.archive.arrival_models import SeriesArrival
from radapp.archive.models import Series, Study, StudyChange
from radapp.triage import dispatch, outcome, runs, services
from radapp.triage.models import Run, ScopeAnswer, State, StudyTriage
from radapp.triage.scope import KEYS
from tests.radapp.triage import examinations as given

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _protocol() -> None:
    given.protocol()


def today(**facts: object) -> Study:
    return given.study(source="dimse", study_date=timezone.now().date(), **facts)


def arrive(series: Series, *, complete: bool, why: str = "quiet") -> SeriesArrival:
    now = timezone.now()
    settled = (
        {"complete": True, "why": why, "complete_at": now}
        if complete
        else {"complete": False, "why": "", "complete_at": None}
    )
    row, _ = SeriesArrival.objects.update_or_create(
        series=series, defaults={"first_at": now, "last_at": now, "instances": 3, "frames": 3, **settled}
    )
    return row


def late(series: Series) -> None:
    """One more slice, as `arrivals.note` keeps it, and what follows."""
    given.instance(series, series.instances.count() + 1)
    row = SeriesArrival.objects.get(series=series)
    arrivals._touch(row, 1, timezone.now(), arrivals.LATE)
    row.save()
    services.consider(series.study.study_instance_uid)


def ready() -> tuple[Study, Series, Series]:
    """A study on the table whose first two roles are complete, considered."""
    study = today()
    series = given.series(study, "T1WI"), given.series(study, "T2WI")
    for one in series:
        arrive(one, complete=True)
    services.consider(study.study_instance_uid)
    return study, *series


def said(study: Study) -> tuple[str, str]:
    row = StudyTriage.objects.get(study=study)
    return row.state, row.reason


def test_nothing_is_read_before_both_have_come() -> None:
    study = today()
    t1, t2 = given.series(study, "T1WI"), given.series(study, "T2WI")
    arrive(t1, complete=True)
    arrive(t2, complete=False)
    services.consider(study.study_instance_uid)
    assert said(study) == (State.WAITING, "T2WI is still arriving.")
    assert not Run.objects.exists()
    arrive(t2, complete=True)
    services.consider(study.study_instance_uid)
    assert Run.objects.get().state == Run.State.QUEUED


def test_an_examination_that_has_just_begun_is_waited_for() -> None:
    """A localiser alone: not assessable it is only once nothing more comes."""
    study = today()
    arrive(given.series(study, "none"), complete=True)
    services.consider(study.study_instance_uid)
    assert said(study) == (State.WAITING, "T1WI and T2WI have not arrived.")


def test_a_late_slice_withdraws_the_advice_and_says_so() -> None:
    study, t1, _ = ready()
    given.finished(study, given.findings(0.9, 0.9))
    for key in KEYS:
        ScopeAnswer.objects.create(study=study, question=key, answer=False, answered_by=person())
    assert outcome.of_study(study).advice.given
    late(t1)
    found = outcome.of_study(study)
    assert found.stale
    assert not found.advice.given
    assert found.advice.text == "No advice: routine protocol."
    assert re.fullmatch(
        r"T1WI is still arriving\. A slice came \d+ s after it counted as complete, because no slice had come for 4 s\.",
        found.advice.reason,
    )
    arrive(t1, complete=True)
    services.consider(study.study_instance_uid)
    assert (
        outcome.of_study(study).advice.reason
        == "A newer run is open: this result does not count the newest images or roles."
    )
    given.finished(study, given.findings(0.9, 0.9))
    assert outcome.of_study(study).advice.given


def test_a_late_slice_ends_an_open_run() -> None:
    study, t1, _ = ready()
    lease = runs.claim(Run.objects.get().pk, "test")
    assert lease is not None
    late(t1)
    with pytest.raises(runs.LeaseLost):
        runs.record_result(lease, given.findings(0.9, 0.9))
    assert said(study)[0] == State.WAITING


def test_a_slice_that_came_again_brings_the_same_run_back() -> None:
    study, t1, _ = ready()
    run = given.finished(study, given.findings(0.9, 0.9))
    arrive(t1, complete=False)
    services.consider(study.study_instance_uid)
    assert said(study)[0] == State.WAITING
    arrive(t1, complete=True)
    services.consider(study.study_instance_uid)
    row = StudyTriage.objects.get(study=study)
    assert (row.state, row.run_id, row.result.run_id) == (State.DONE, run.pk, run.pk)
    assert Run.objects.count() == 1


def test_a_series_made_once_more_is_waited_for() -> None:
    study, _, _ = ready()
    given.finished(study, given.findings(0.9, 0.9))
    arrive(given.series(study, "T2WI", images=1), complete=False)
    services.consider(study.study_instance_uid)
    assert said(study) == (State.WAITING, "T2WI is still arriving.")
    assert outcome.of_study(study).stale


def test_another_plane_or_kind_of_a_sequence_is_not_waited_for() -> None:
    study, _, _ = ready()
    given.finished(study, given.findings(0.9, 0.9))
    sagittal = given.series(study, "T1WI", images=1)
    Series.objects.filter(pk=sagittal.pk).update(plane="sagittal")
    arrive(sagittal, complete=False)
    arrive(given.series(study, "T2WI", images=1, fat_saturated=True), complete=False)
    services.consider(study.study_instance_uid)
    assert said(study)[0] == State.DONE


def test_the_advice_stands_while_t1wic_arrives_and_is_completed_with_it() -> None:
    study, _, _ = ready()
    given.finished(study, given.findings(0.4, 0.4))
    enhanced = given.series(study, "T1WIC")
    arrive(enhanced, complete=False)
    services.consider(study.study_instance_uid)
    found = outcome.of_study(study)
    assert (found.state, found.final, found.stale) == (State.DONE, "pending", False)
    arrive(enhanced, complete=True)
    services.consider(study.study_instance_uid)
    run = given.finished(study, given.findings(0.4, 0.4, 0.8))
    assert set(run.inputs) == {"T1WI", "T2WI", "T1WIC"}
    assert outcome.of_study(study).final == "positive"


def test_a_late_slice_of_t1wic_withdraws_the_call_it_was_part_of() -> None:
    study, _, _ = ready()
    enhanced = given.series(study, "T1WIC")
    arrive(enhanced, complete=True)
    services.consider(study.study_instance_uid)
    given.finished(study, given.findings(0.4, 0.4, 0.8))
    late(enhanced)
    assert said(study)[0] == State.WAITING
    assert outcome.of_study(study).stale


def test_what_is_on_the_table_goes_before_folders() -> None:
    folder = given.study()
    given.series(folder, "T1WI")
    given.series(folder, "T2WI")
    services.consider(folder.study_instance_uid)
    ready()
    first, second = Run.objects.order_by("pk")
    assert (first.urgent, second.urgent) == (False, True)
    assert [dispatch.queue_of(urgent=run.urgent) for run in (first, second)] == ["triage", "table"]
    assert broker.QUEUES.index("table") < broker.QUEUES.index("triage")
    assert [lease.run_id for lease in runs.claim_waiting(2, "test")] == [second.pk, first.pk]


@pytest.mark.parametrize(
    ("days", "hours", "on_table"), [(0, 0, True), (-1, 0, True), (1, 0, True), (-3, 0, False), (0, 3, False), (0, -30, True)]
)
def test_who_is_on_the_table(days: int, hours: int, on_table: bool) -> None:
    """An old examination from a PACS is not, nor one whose last slice came hours ago; a clock set back ends none."""
    study = given.study(study_date=timezone.now().date() + timedelta(days=days))
    row = arrive(given.series(study, "T1WI"), complete=True)
    assert table.is_on_table(study, [row], timezone.now() + timedelta(hours=hours)) is on_table


def test_a_study_that_came_as_a_whole_is_not_on_the_table() -> None:
    assert not table.is_on_table(today(), [])


def test_waiting_for_slices_is_announced_once() -> None:
    study, t1, _ = ready()
    late(t1)
    announced = StudyChange.objects.count()
    services.consider(study.study_instance_uid)
    assert StudyChange.objects.count() == announced


def person() -> object:
    from radapp.accounts.models import User

    return User.objects.get_or_create(username="li", defaults={"is_radiologist": True})[0]
