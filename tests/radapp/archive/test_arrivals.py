"""Series that come slice by slice: rows kept with the slices, completed by each evidence, re-opened by what comes late."""

import io
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from radapp.archive import arrivals
from radapp.archive.arrival_models import PerformedSeries, SeriesArrival
from radapp.archive.arrival_watch import Turn, Watch
from radapp.archive.completeness import Why
from radapp.archive.ingest import Ingest
from radapp.archive.models import Source, StudyChange
from radapp.archive.signals import association_released, performed_step_changed
from tests.radapp.archive import makers
from tests.radapp.archive.makers import ROOT, SERIES, STUDY

pytestmark = pytest.mark.django_db
LATER = ROOT + "1.2"
HOLD = """
import fcntl, sys, time
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(600)
"""


class Clock:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(clock: Clock) -> Watch:
    return Watch(clock)


@pytest.fixture
def scanner(db: None) -> Callable[..., SeriesArrival]:
    """Sends slices one by one as a C-STORE provider takes them in: settled each, the intake open."""
    ingest = Ingest(Source.DIMSE, actor_name="scanner")

    def send(*numbers: int, series: str = SERIES, **attributes: object) -> SeriesArrival:
        for number in numbers:
            dataset = makers.mr(number, series=series, **attributes)
            ingest.add_stream(io.BytesIO(makers.content(dataset)), f"{number}.dcm")
            ingest.flush()
        return SeriesArrival.objects.get(series__series_instance_uid=series)

    return send


def standing(series: str = SERIES) -> tuple[bool, str]:
    row = SeriesArrival.objects.get(series__series_instance_uid=series)
    return row.complete, row.why


def test_a_series_from_a_folder_is_complete_as_it_came(take_in: Callable[..., object]) -> None:
    take_in({"1.dcm": makers.content(makers.mr(1))})
    assert not SeriesArrival.objects.exists()


def test_slices_are_counted_as_they_come(scanner: Callable[..., SeriesArrival]) -> None:
    row = scanner(1, 2, 3)
    assert (row.instances, row.frames, row.arrivals, row.carried, row.complete) == (3, 3, 3, 3, False)
    assert row.first_at < row.last_at


def test_the_expected_number_completes_at_once(scanner: Callable[..., SeriesArrival]) -> None:
    assert not scanner(1, 2, ImagesInAcquisition="3").complete
    assert scanner(3, ImagesInAcquisition="3").why == Why.EXPECTED


def test_a_performed_step_completes_at_once(scanner: Callable[..., SeriesArrival]) -> None:
    scanner(1, 2, 3)
    performed_step_changed.send(sender=None, study_uid=STUDY, state="IN PROGRESS", series={SERIES: 0})
    assert standing() == (False, "")
    performed_step_changed.send(sender=None, study_uid=STUDY, state="COMPLETED", series={SERIES: 3, LATER: 5})
    assert standing() == (True, Why.PERFORMED)


def test_a_performed_step_told_before_its_images_completes_with_the_last(scanner: Callable[..., SeriesArrival]) -> None:
    performed_step_changed.send(sender=None, study_uid=STUDY, state="COMPLETED", series={SERIES: 3})
    assert not scanner(1, 2).complete
    assert scanner(3).why == Why.PERFORMED


def test_a_performed_step_that_was_told_at_the_same_moment_is_heeded(
    scanner: Callable[..., SeriesArrival], watch: Watch
) -> None:
    scanner(1, 2)
    PerformedSeries.objects.create(series_instance_uid=SERIES, study_instance_uid=STUDY, instances=2, state="COMPLETED")
    watch.tick()
    assert standing() == (True, Why.PERFORMED)


def test_a_discontinued_step_is_no_evidence(scanner: Callable[..., SeriesArrival]) -> None:
    scanner(1, 2)
    performed_step_changed.send(sender=None, study_uid=STUDY, state="DISCONTINUED", series={SERIES: 2})
    assert standing() == (False, "")


def test_a_later_series_completes_the_one_before(scanner: Callable[..., SeriesArrival]) -> None:
    scanner(1, 2, SeriesTime="101500")
    scanner(1, series=LATER, SeriesNumber="4", SeriesTime="102000")
    assert standing() == (True, Why.LATER_SERIES)
    assert standing(LATER) == (False, "")


def test_a_later_series_made_from_others_is_no_evidence(scanner: Callable[..., SeriesArrival]) -> None:
    scanner(1, 2, SeriesTime="101500")
    scanner(1, series=LATER, SeriesNumber="301", SeriesTime="102000", ImageType=["DERIVED", "SECONDARY", "MPR"])
    assert standing() == (False, "")


def test_a_series_sent_later_but_begun_earlier_is_no_evidence(scanner: Callable[..., SeriesArrival]) -> None:
    scanner(1, 2, SeriesTime="102000", SeriesNumber="4")
    scanner(1, series=LATER, SeriesNumber="3", SeriesTime="101500")
    assert standing() == (False, "")


def test_interleaved_series_are_not_taken_for_one_after_the_other(scanner: Callable[..., SeriesArrival]) -> None:
    first = {"SeriesTime": "101500"}
    later = {"series": LATER, "SeriesNumber": "4", "SeriesTime": "102000"}
    scanner(1, **first)
    scanner(1, **later)
    assert standing() == (True, Why.LATER_SERIES)
    row = scanner(2, **first)
    assert (row.complete, row.reopened, row.interleaved) == (False, 1, True)
    scanner(2, **later)
    assert standing() == (False, ""), "the evidence is void for this series"


def test_a_released_association_completes_what_it_carried(scanner: Callable[..., SeriesArrival]) -> None:
    scanner(1, 2)
    association_released.send(sender=None, study_uids=[STUDY], series_uids=[SERIES])
    assert standing() == (True, Why.RELEASED)


def test_an_association_for_each_slice_says_nothing(scanner: Callable[..., SeriesArrival]) -> None:
    for number in (1, 2, 3):
        scanner(number)
        association_released.send(sender=None, study_uids=[STUDY], series_uids=[SERIES])
        assert standing() == (False, "")


def test_quiet_completes_after_four_seconds(scanner: Callable[..., SeriesArrival], watch: Watch, clock: Clock) -> None:
    scanner(1)
    watch.tick()
    clock.now += 3.9
    watch.tick()
    assert standing() == (False, "")
    scanner(2)
    watch.tick()
    clock.now += 3.9
    watch.tick()
    assert standing() == (False, ""), "a slice came meanwhile"
    clock.now += 0.2
    watch.tick()
    assert standing() == (True, Why.QUIET)


def test_images_that_were_promised_are_waited_for_longer(
    scanner: Callable[..., SeriesArrival], watch: Watch, clock: Clock
) -> None:
    scanner(1, 2, ImagesInAcquisition="3")
    association_released.send(sender=None, study_uids=[STUDY], series_uids=[SERIES])
    watch.tick()
    clock.now += 19.9
    watch.tick()
    assert standing() == (False, "")
    clock.now += 0.2
    watch.tick()
    assert standing() == (True, Why.SHORT)


@pytest.mark.parametrize("hours", [-26, -1, 1, 26])
def test_a_clock_that_is_set_changes_nothing(
    scanner: Callable[..., SeriesArrival], watch: Watch, clock: Clock, hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Set back in mid-series it would never be quiet; set forward, it would be at once."""
    scanner(1, 2)
    watch.tick()
    then = timezone.now() + timedelta(hours=hours)
    monkeypatch.setattr(timezone, "now", lambda: then)
    watch.tick()
    assert standing() == (False, "")
    scanner(3)
    watch.tick()
    clock.now += 4
    watch.tick()
    assert standing() == (True, Why.QUIET)
    row = scanner(4)
    assert row.remark == "A slice came 0 s after it counted as complete, because no slice had come for 4 s."


def test_a_watch_that_was_killed_counts_anew(scanner: Callable[..., SeriesArrival], watch: Watch, clock: Clock) -> None:
    scanner(1, 2)
    watch.tick()
    clock.now += 3
    another = Watch(clock)
    another.tick()
    clock.now += 3
    another.tick()
    assert standing() == (False, "")
    clock.now += 1
    another.tick()
    assert standing() == (True, Why.QUIET)


def test_one_process_watches_and_another_takes_over(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    first, second = Turn(), Turn()
    assert first.mine()
    assert not second.mine()
    assert first.mine()
    first.give_up()
    assert second.mine()
    assert not first.mine()


def test_a_killed_process_leaves_the_watch_to_another(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    command = [sys.executable, "-c", HOLD, str(tmp_path / "arrivals.lock")]
    turn = Turn()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert not turn.mine()
        other.kill()
    assert turn.mine()


def test_a_late_slice_reopens_and_says_so(scanner: Callable[..., SeriesArrival], announced: list[list[str]]) -> None:
    scanner(1, 2)
    association_released.send(sender=None, study_uids=[STUDY], series_uids=[SERIES])
    assert announced == [[STUDY]]
    row = scanner(3)
    assert (row.complete, row.why, row.complete_at, row.reopened) == (False, "", None, 1)
    assert re.fullmatch(r"A slice came \d+ s after it counted as complete, because the transfer had ended\.", row.remark)
    assert arrivals.unheard() == [STUDY]
    arrivals.follow_all([STUDY])
    assert announced == [[STUDY], [STUDY]]
    assert arrivals.unheard() == []


def test_a_slice_that_comes_again_reopens_and_says_so(scanner: Callable[..., SeriesArrival]) -> None:
    scanner(1, 2)
    association_released.send(sender=None, study_uids=[STUDY], series_uids=[SERIES])
    changes = StudyChange.objects.count()
    row = scanner(2)
    assert (row.complete, row.instances, row.reopened) == (False, 2, 1)
    assert re.match(r"A slice came again \d+ s after it counted as complete", row.remark)
    assert StudyChange.objects.count() == changes + 1


def test_a_slice_that_comes_again_under_another_header_reopens_too(scanner: Callable[..., SeriesArrival]) -> None:
    scanner(1, 2)
    association_released.send(sender=None, study_uids=[STUDY], series_uids=[SERIES])
    assert scanner(2, PatientName="Corrected^Anna").reopened == 1


def test_a_slice_again_where_all_are_there_is_complete_at_once_and_remembered(scanner: Callable[..., SeriesArrival]) -> None:
    scanner(1, 2, ImagesInAcquisition="2")
    row = scanner(2, ImagesInAcquisition="2")
    assert (row.complete, row.why, row.reopened) == (True, Why.EXPECTED, 1)
    assert not row.announced


def test_whoever_dies_before_following_is_followed_by_the_next_tick(
    scanner: Callable[..., SeriesArrival], watch: Watch, announced: list[list[str]]
) -> None:
    scanner(1, 2, ImagesInAcquisition="2")
    assert announced == []
    watch.tick()
    assert announced == [[STUDY]]
    watch.tick()
    assert announced == [[STUDY]]


def test_a_study_that_cannot_be_followed_does_not_hold_up_others(
    scanner: Callable[..., SeriesArrival], watch: Watch, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner(1)
    scanner(1, series=ROOT + "9.1", study=ROOT + "9")
    tried: list[str] = []

    def follow(study_uid: str) -> None:
        tried.append(study_uid)
        if study_uid == STUDY:
            raise ValueError("a study nobody can weigh")

    monkeypatch.setattr(arrivals, "follow", follow)
    for _ in range(3):
        watch.tick()
    assert (tried.count(STUDY), tried.count(ROOT + "9")) == (1, 3)
    clock.now += 6
    watch.tick()
    assert tried.count(STUDY) == 2


def test_a_flood_of_old_studies_does_not_hold_up_todays(
    scanner: Callable[..., SeriesArrival], watch: Watch, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        scanner(1, series=f"{ROOT}9.{number}.1", study=f"{ROOT}9.{number}", StudyDate="20190101")
    SeriesArrival.objects.update(last_at=F("last_at") - arrivals.RUSH)
    followed: list[str] = []

    def follow(study_uid: str) -> None:
        clock.now += 0.4
        followed.append(study_uid)
        SeriesArrival.objects.filter(series__study__study_instance_uid=study_uid).update(announced=True)

    monkeypatch.setattr(arrivals, "follow", follow)
    watch.tick()
    assert len(followed) == 2
    scanner(1)
    watch.tick()
    assert followed[2] == STUDY


def test_while_many_old_studies_come_only_urgent_ones_are_followed(
    scanner: Callable[..., SeriesArrival], watch: Watch, announced: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "RUSH", timedelta(hours=1))  # a busy machine takes more than its second
    old = [f"{ROOT}9.{number}" for number in range(arrivals.RUSH_STUDIES)]
    for uid in old:
        scanner(1, series=f"{uid}.1", study=uid, StudyDate="20190101")
    scanner(1, StudyDate=f"{timezone.localdate():%Y%m%d}")
    scanner(1, series=ROOT + "8.1", study=ROOT + "8", StudyDate="")
    watch.tick()
    assert sorted(announced) == [[STUDY], [ROOT + "8"]]
    SeriesArrival.objects.filter(series__study__study_instance_uid=old[0]).update(
        first_at=F("first_at") - arrivals.WAITS_AT_MOST
    )
    watch.tick()
    assert announced[2:] == [[old[0]]]
    SeriesArrival.objects.update(last_at=F("last_at") - arrivals.RUSH)
    watch.tick()
    assert sorted(announced[3:]) == [[uid] for uid in old[1:]]


def test_images_without_room_on_the_disk_are_waited_for(scanner: Callable[..., SeriesArrival]) -> None:
    scanner(1, 2)
    arrivals.note_lost([SERIES])
    association_released.send(sender=None, study_uids=[STUDY], series_uids=[SERIES])
    assert standing() == (False, "")
    scanner(3, 4)
    association_released.send(sender=None, study_uids=[STUDY], series_uids=[SERIES])
    assert standing() == (True, Why.RELEASED)


def test_roles_are_recognised_when_a_series_begins_and_when_it_is_complete(scanner: Callable[..., SeriesArrival]) -> None:
    row = scanner(*range(1, 13), ImagesInAcquisition="12")
    assert row.series.recognised_role == "none"
    arrivals.follow_all([STUDY])
    row.series.refresh_from_db()
    assert row.series.recognised_role == "T2WI"
