"""Studies and series that somebody else stores between a batch's look and its rows."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from radapp.archive import recording
from radapp.archive.models import Instance, SeriesArrival, Source, Study
from radapp.archive.outcomes import IntakeReport
from tests.radapp.archive import makers

TakeIn = Callable[..., IntakeReport]


@pytest.fixture
def overlooked(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Once called, the next batch's first look finds nothing."""

    def overlook() -> None:
        looks: list[object] = []
        look = recording._known

        def known(candidates: Sequence[recording.Candidate]) -> Any:
            looks.append(candidates)
            return recording._Known({}, {}, {}) if len(looks) == 1 else look(candidates)

        monkeypatch.setattr(recording, "_known", known)

    return overlook


def test_a_study_and_series_stored_meanwhile_are_used(take_in: TakeIn, overlooked: Callable[[], None]) -> None:
    take_in({"1.dcm": makers.content(makers.mr(1))})
    overlooked()
    assert take_in({"2.dcm": makers.content(makers.mr(2))}).stored == 1
    assert Study.objects.get().series.get().instances.count() == 2


def test_another_patients_study_stored_meanwhile_is_found(take_in: TakeIn, overlooked: Callable[[], None]) -> None:
    take_in({"1.dcm": makers.content(makers.mr(1))})
    overlooked()
    report = take_in({"2.dcm": makers.content(makers.mr(2, PatientID="P2"))})
    assert "expected one patient in a study" in report.refused[0]["reason"]
    assert Instance.objects.count() == 1


def test_a_series_stored_meanwhile_under_another_study_is_found(take_in: TakeIn, overlooked: Callable[[], None]) -> None:
    take_in({"1.dcm": makers.content(makers.mr(1))})
    overlooked()
    report = take_in({"2.dcm": makers.content(makers.mr(2, study=makers.STUDY + ".9"))})
    assert "expected it in one study only" in report.refused[0]["reason"]
    assert Study.objects.count() == Instance.objects.count() == 1


def test_an_instance_stored_meanwhile_is_found(take_in: TakeIn, overlooked: Callable[[], None]) -> None:
    file = {"1.dcm": makers.content(makers.mr(1))}
    take_in(file)
    overlooked()
    report = take_in(file)
    assert (report.stored, report.already) == (0, 1)


def test_a_new_series_counts_what_came_with_it(take_in: TakeIn) -> None:
    take_in({f"{number}.dcm": makers.content(makers.mr(number)) for number in (1, 2, 3)}, source=Source.STOW)
    row = SeriesArrival.objects.get()
    assert (row.instances, row.frames) == (3, 3)
