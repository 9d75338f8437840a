"""Performed procedure steps: kept, announced, and refused where they contradict what is there."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from radapp.archive.signals import performed_step_changed
from radapp.dimse.contexts import MPPS
from radapp.dimse.models import PerformedStep, StepSeries
from tests.radapp.archive.makers import ROOT, SERIES, STUDY
from tests.radapp.dimse.house import SCU, add_peer, listening
from tests.radapp.dimse.scu import associated, dataset

pytestmark = pytest.mark.django_db(transaction=True)

STEP = ROOT + "500"


@pytest.fixture
def heard() -> Iterator[list[tuple[str, str, dict[str, int]]]]:
    """What was announced."""
    found: list[tuple[str, str, dict[str, int]]] = []

    def hear(*, study_uid: str, state: str, series: dict[str, int], **_: Any) -> None:
        found.append((study_uid, state, series))

    performed_step_changed.connect(hear)
    yield found
    performed_step_changed.disconnect(hear)


def begun(*studies: str, **attributes: Any) -> Dataset:
    """What N-CREATE says."""
    scheduled = Sequence([dataset(StudyInstanceUID=study, AccessionNumber="A1") for study in studies or (STUDY,)])
    return dataset(
        ScheduledStepAttributesSequence=scheduled,
        PerformedProcedureStepID="STEP1",
        PerformedStationAETitle="MR1",
        PerformedProcedureStepStartDate="20261126",
        PerformedProcedureStepStartTime="101500",
        PerformedProcedureStepStatus="IN PROGRESS",
        Modality="MR",
        PerformedSeriesSequence=[],
        **attributes,
    )


def ended(state: str = "COMPLETED", **series: int) -> Dataset:
    """What N-SET says: so many images in each series."""
    items = []
    for name, number in series.items():
        uid = f"{ROOT}{name.removeprefix('s').replace('_', '.')}"
        images = [
            dataset(ReferencedSOPClassUID="1.2.3", ReferencedSOPInstanceUID=f"{uid}.{one + 1}") for one in range(number)
        ]
        items.append(dataset(SeriesInstanceUID=uid, SeriesDescription="t2", ReferencedImageSequence=Sequence(images)))
    return dataset(
        PerformedProcedureStepStatus=state,
        PerformedProcedureStepEndDate="20261126",
        PerformedProcedureStepEndTime="103000",
        PerformedSeriesSequence=Sequence(items),
    )


def test_a_step_from_begin_to_end(port: int, heard: list[Any]) -> None:
    with associated(port, [MPPS]) as association:
        status, _ = association.send_n_create(begun(), MPPS, STEP)
        assert status.Status == 0
        step = PerformedStep.objects.get()
        assert (step.state, step.study_uids, step.peer, step.station) == ("IN PROGRESS", [STUDY], SCU, "MR1")
        assert step.begun == "20261126 101500"
        status, _ = association.send_n_set(ended(s1_1=3, s1_2=1), MPPS, STEP)
        assert status.Status == 0
    step.refresh_from_db()
    assert (step.state, step.ended) == ("COMPLETED", "20261126 103000")
    assert StepSeries.objects.get(series_instance_uid=SERIES).instance_uids == [f"{SERIES}.{one}" for one in (1, 2, 3)]
    assert heard == [(STUDY, "IN PROGRESS", {}), (STUDY, "COMPLETED", {SERIES: 3, ROOT + "1.2": 1})]


def test_series_may_come_one_by_one(port: int, heard: list[Any]) -> None:
    with associated(port, [MPPS]) as association:
        association.send_n_create(begun(), MPPS, STEP)
        association.send_n_set(ended("IN PROGRESS", s1_1=2), MPPS, STEP)
        association.send_n_set(ended("DISCONTINUED", s1_2=1), MPPS, STEP)
    assert heard[-1] == (STUDY, "DISCONTINUED", {SERIES: 2, ROOT + "1.2": 1})


def test_a_step_of_two_studies_is_announced_for_both(port: int, heard: list[Any]) -> None:
    with associated(port, [MPPS]) as association:
        association.send_n_create(begun(STUDY, ROOT + "2"), MPPS, STEP)
    assert [study for study, _, _ in heard] == [STUDY, ROOT + "2"]


def test_what_contradicts_is_refused_and_changes_nothing(port: int, heard: list[Any]) -> None:
    with associated(port, [MPPS]) as association:
        assert association.send_n_set(ended(), MPPS, STEP)[0].Status == 0x0112
        assert association.send_n_create(begun(), MPPS, STEP)[0].Status == 0
        assert association.send_n_create(begun(), MPPS, STEP)[0].Status == 0x0111
        assert association.send_n_set(ended("FINISHED"), MPPS, STEP)[0].Status == 0x0106
        assert association.send_n_set(ended(s1_1=1), MPPS, STEP)[0].Status == 0
        again = association.send_n_set(ended(s1_1=9), MPPS, STEP)[0]
        assert (again.Status, again.ErrorID) == (0x0110, 0xA710)
        late = begun()
        late.PerformedProcedureStepStatus = "COMPLETED"
        assert association.send_n_create(late, MPPS, STEP + "1")[0].Status == 0x0106
        homeless = begun()
        homeless.ScheduledStepAttributesSequence = Sequence([Dataset()])
        assert association.send_n_create(homeless, MPPS, STEP + "2")[0].Status == 0x0121
    assert PerformedStep.objects.count() == 1
    assert heard[-1] == (STUDY, "COMPLETED", {SERIES: 1})


def test_who_may_not_report_has_no_context_for_it(transactional_db: None) -> None:
    add_peer("STORER", services="echo,store")
    with listening() as port, associated(port, [MPPS, "1.2.840.10008.1.1"], calling="STORER") as association:
        assert [one.abstract_syntax for one in association.rejected_contexts] == [MPPS]
