"""Each evidence that a series has come, alone; and what speaks against it."""

from datetime import date

import pydicom
import pytest
from pydicom.dataset import Dataset

from radapp.archive import expectation
from radapp.archive.clutter import HEAD_BYTES
from radapp.archive.clutter import judge as judge_file
from radapp.archive.completeness import QUIET_S, SHORT_QUIET_S, Evidence, Why, begun_later, judge
from radapp.archive.headers import INDEXED_TAGS
from radapp.archive.inspection import inspect
from radapp.archive.models import Series
from tests.radapp.archive import makers

VERDICTS = [
    # what is known, why it counts as complete
    ({"stated": {"acquisition": 24}}, Why.EXPECTED),
    ({"stated": {"related": 24}}, Why.EXPECTED),
    ({"stated": {"locations": 24}}, Why.EXPECTED),
    ({"stated": {"acquisition": 20}}, None),  # more came than it said: no promise any more
    ({"stated": {"acquisition": 20, "related": 24}}, Why.EXPECTED),
    ({"stated": {"acquisition": 24, "related": 48}}, None),  # the larger promise counts
    ({"stated": {"acquisition": None}}, None),
    ({"performed": 24}, Why.PERFORMED),
    ({"performed": 20}, Why.PERFORMED),
    ({"performed": 25}, None),
    ({"later_begun": True}, Why.LATER_SERIES),
    ({"released": True}, Why.RELEASED),
    ({"quiet_s": QUIET_S}, Why.QUIET),
    ({"quiet_s": QUIET_S - 0.1}, None),
    ({}, None),
    # images are missing that were promised: nothing else counts, for a while
    ({"stated": {"related": 25}, "released": True}, None),
    ({"stated": {"related": 25}, "later_begun": True}, None),
    ({"stated": {"related": 25}, "quiet_s": QUIET_S}, None),
    ({"stated": {"related": 25}, "performed": 24}, None),
    ({"stated": {"related": 25}, "quiet_s": SHORT_QUIET_S}, Why.SHORT),
    ({"performed": 25, "quiet_s": SHORT_QUIET_S}, Why.SHORT),
]


@pytest.mark.parametrize(("known", "why"), VERDICTS)
def test_verdict(known: dict[str, object], why: Why | None) -> None:
    assert judge(Evidence(24, 24, **known)) == why  # type: ignore[arg-type]


def test_promises_of_slices_count_frames_and_of_objects_objects() -> None:
    """An enhanced series: one object of 24 frames."""
    assert judge(Evidence(1, 24, {"locations": 24})) == Why.EXPECTED
    assert judge(Evidence(1, 24, {"concatenation": 2})) is None
    assert judge(Evidence(2, 48, {"concatenation": 2})) == Why.EXPECTED


def private(group: int, creator: str, element: int, vr: str, value: object) -> Dataset:
    dataset = makers.mr(1)
    block = dataset.private_block(group, creator, create=True)
    block.add_new(element, vr, value)
    return dataset


HEADERS = [
    # attributes, what they promise
    (makers.mr(1), {}),
    (makers.mr(1, ImagesInAcquisition="24"), {"acquisition": 24, "acquisition_number": 0}),
    (makers.mr(1, ImagesInAcquisition="24", AcquisitionNumber="3"), {"acquisition": 24, "acquisition_number": 3}),
    (makers.mr(1, ImagesInAcquisition="1"), {}),
    (makers.mr(1, ImagesInAcquisition="-7"), {}),
    (makers.mr(1, ImagesInAcquisition="99999999"), {}),
    (makers.mr(1, NumberOfSeriesRelatedInstances="30"), {"related": 30}),
    (makers.mr(1, NumberOfTemporalPositions="5"), {}),
    (private(0x0021, "GEMS_RELA_01", 0x4F, "SS", 28), {"locations": 28}),
    (private(0x0021, "SOMEONE ELSE", 0x4F, "SS", 28), {}),
    (private(0x2001, "Philips Imaging DD 001", 0x18, "SL", 30), {"locations": 30}),
    (private(0x2001, "Philips Imaging DD 002", 0x18, "SL", 30), {}),
]


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize(("dataset", "promises"), HEADERS)
def test_promises_in_headers(dataset: Dataset, promises: dict[str, int], implicit: bool) -> None:
    """As the archive's own inspection reads them, with and without VRs in the file."""
    content = makers.content(dataset, pydicom.uid.ImplicitVRLittleEndian if implicit else pydicom.uid.ExplicitVRLittleEndian)
    header = inspect(content, judge_file("x", content[:HEAD_BYTES])).header
    assert expectation.read(header) == promises
    assert {int(element.tag) for element in header} <= INDEXED_TAGS


def test_a_number_of_thousands_of_digits_promises_nothing() -> None:
    """Python refuses to read it, as a way to keep the processor busy."""
    assert expectation.read(private(0x0021, "GEMS_RELA_01", 0x4F, "LT", "9" * 5000)) == {}


def test_slices_are_counted_once_for_each_temporal_position() -> None:
    dataset = private(0x2001, "Philips Imaging DD 001", 0x18, "SL", 30)
    dataset.NumberOfTemporalPositions = "4"
    assert expectation.read(dataset) == {"locations": 120}


def test_slices_that_contradict_each_other_promise_nothing() -> None:
    assert expectation.joined({}, [{"related": 24}, {"related": 24}]) == {"related": 24}
    assert expectation.joined({"related": 24}, [{"related": 25}]) == {"related": None}
    assert expectation.joined({"related": None}, [{"related": 24}]) == {"related": None}


def test_images_in_acquisition_promise_nothing_of_a_series_of_two_acquisitions() -> None:
    """Two concatenations, odd and even slices: each has half of the series."""
    first, second = ({"acquisition": 12, "acquisition_number": number} for number in (1, 2))
    assert expectation.joined(first, [second])["acquisition"] is None


@pytest.mark.parametrize(
    ("one", "other", "later"),
    [
        (("100000", 2), ("100500", 3), True),
        (("100500", 3), ("100000", 2), False),
        (("100000.5", 2), ("10:05:00", 3), True),
        (("", 2), ("", 3), True),
        (("", None), ("100500", 3), False),
        (("100000", None), ("100500", None), True),
        (("100000", 5), ("100500", 3), False),  # times and numbers disagree: nothing is concluded
        (("100000", 2), ("100000", 3), False),
        (("nonsense", 2), ("996161", 3), True),
    ],
)
def test_which_series_the_scanner_began_later(
    one: tuple[str, int | None], other: tuple[str, int | None], later: bool
) -> None:
    first, second = (
        Series(series_date=date(2026, 11, 20), series_time=time, series_number=number) for time, number in (one, other)
    )
    assert begun_later(first, second) is later
