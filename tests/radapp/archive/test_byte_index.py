"""Where frames lie is written down with the instance, and is what pydicom finds by parsing; older rows are filled later."""

import struct
from collections.abc import Callable

import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate, encapsulate_extended, get_frame
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    RLELossless,
)

from radapp.archive import byte_index, storage
from radapp.archive.fragments import Fragments, pack, unpack
from radapp.archive.models import ByteIndex, Instance
from radapp.archive.outcomes import IntakeReport
from tests.radapp.archive import makers

pytestmark = pytest.mark.once

TakeIn = Callable[..., IntakeReport]
JPEG = b"\xff\xd8\xff\xe0" + bytes(60) + b"\xff\xd9"


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    byte_index.layout_of.cache_clear()


def stored(take_in: TakeIn, file: bytes) -> byte_index.PixelLayout:
    report = take_in({"1.dcm": file})
    assert report.stored == 1, report
    return byte_index.layout_of(Instance.objects.get().sha256)


def pieces(layout: byte_index.PixelLayout) -> list[bytes]:
    content = layout.path.read_bytes()
    assert layout.ranges is not None
    return [b"".join(content[offset : offset + length] for offset, length in frame) for frame in layout.ranges]


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
@pytest.mark.parametrize("form", [makers.content, makers.bare])
def test_native_frames_lie_where_the_row_says(take_in: TakeIn, syntax: str, form: Callable[..., bytes]) -> None:
    dataset = makers.enhanced(3)
    layout = stored(take_in, form(dataset, syntax))
    size = layout.frame_bits // 8
    content = layout.path.read_bytes()
    assert (layout.frames, layout.bits_allocated, layout.syntax, layout.keyword) == (3, 16, syntax, "PixelData")
    assert layout.bare is (form is makers.bare)
    assert content[layout.offset : layout.offset + layout.length] == dataset.PixelData
    assert size * 3 == layout.length
    assert ByteIndex.objects.count() == 1, "written with the instance, not at the first look"


def test_deflated_float_and_big_endian_pixels_are_known(take_in: TakeIn) -> None:
    take_in({"f": makers.content(makers.parametric_map(), DeflatedExplicitVRLittleEndian)})
    take_in({"b": makers.content(makers.mr(2), ExplicitVRBigEndian)})
    deflated, big = (byte_index.layout_of(one.sha256) for one in Instance.objects.order_by("id"))
    assert (deflated.keyword, deflated.offset, deflated.native) == ("FloatPixelData", 0, True)
    assert (
        big.path.read_bytes()[big.offset :][: big.length]
        == np.frombuffer(makers.mr(2).PixelData, "<u2").astype(">u2").tobytes()
    )


def test_a_report_has_no_frames(take_in: TakeIn) -> None:
    assert stored(take_in, makers.content(makers.report())).keyword == ""


# An extended offset table wants one fragment a frame (PS3.3 C.7.6.3.1.8).
@pytest.mark.parametrize(("table", "split"), [("none", 1), ("none", 3), ("basic", 1), ("basic", 3), ("extended", 1)])
def test_compressed_frames_are_what_pydicom_finds(take_in: TakeIn, table: str, split: int) -> None:
    """One fragment or several a frame, with each kind of offset table and without any (then by the streams' ends)."""
    frames = [JPEG[:-2] + bytes([number]) * (40 * number) + JPEG[-2:] for number in (1, 2, 3)]
    dataset = makers.enhanced(3)
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    if table == "extended":
        dataset.PixelData, offsets, lengths = encapsulate_extended(frames)
        dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = offsets, lengths
    else:
        dataset.PixelData = encapsulate(frames, fragments_per_frame=split, has_bot=table == "basic")
    dataset["PixelData"].VR, dataset["PixelData"].is_undefined_length = "OB", True
    layout = stored(take_in, makers.written(dataset))
    expected = [get_frame(dataset.PixelData, index, number_of_frames=3) for index in range(3)]
    assert pieces(layout) == expected


def test_real_codecs(take_in: TakeIn) -> None:
    for number, syntax in ((1, RLELossless), (2, JPEG2000Lossless)):
        dataset = makers.mr(number)
        dataset.compress(syntax, generate_instance_uid=False)
        take_in({f"{number}.dcm": makers.content(dataset, syntax)})
    for one in Instance.objects.all():
        with storage.open_(one.sha256) as file:
            value = pydicom.dcmread(file).PixelData
        assert pieces(byte_index.layout_of(one.sha256)) == [get_frame(value, 0, number_of_frames=1)]


def test_fragments_that_tell_no_frames_apart(take_in: TakeIn) -> None:
    parts = [JPEG[:20], JPEG[20:], JPEG[:30], JPEG[30:-2]]  # the second stream has no end
    layout = stored(take_in, makers.fragmented(1, parts, JPEGBaseline8Bit, NumberOfFrames="2"))
    assert (layout.keyword, layout.ranges) == ("PixelData", None)


def test_an_offset_table_that_lies_is_not_trusted() -> None:
    fragments = Fragments()
    content = memoryview(b"".join([JPEG] * 4))
    fragments.add(content, 0, 0)
    for number in range(4):
        fragments.add(content, number * len(JPEG), (number + 1) * len(JPEG))
    for table in ([0, 7], [len(JPEG), 0], [0, 2**62], [0]):
        assert fragments.frames(2, table, []) is None
    assert fragments.frames(2, [0, 2 * len(JPEG)], []) == [
        ((0, len(JPEG)), (len(JPEG), len(JPEG))),
        ((2 * len(JPEG), len(JPEG)), (3 * len(JPEG), len(JPEG))),
    ]
    assert fragments.frames(2_000_000_000, [], []) is None


def test_packing_keeps_every_piece() -> None:
    frames = [((1, 2),), ((3, 4), (2**40, 5)), ()]
    assert unpack(pack(frames)) == frames


def test_what_was_stored_before_is_filled_in(take_in: TakeIn) -> None:
    take_in({f"{number}.dcm": makers.content(makers.mr(number)) for number in (1, 2, 3)})
    before = {row.pk: byte_index.layout_from(row) for row in ByteIndex.objects.all()}
    ByteIndex.objects.all().delete()
    first = Instance.objects.order_by("id").first()
    assert first is not None
    assert byte_index.layout_of(first.sha256) == before[first.sha256], "at the first look"
    assert byte_index.backfill(1) == 1
    assert byte_index.backfill(100) == 1
    assert byte_index.backfill(100) == 0
    assert {row.pk: byte_index.layout_from(row) for row in ByteIndex.objects.all()} == before


def test_bytes_that_are_gone_do_not_stop_the_filling(take_in: TakeIn) -> None:
    take_in({f"{number}.dcm": makers.content(makers.mr(number)) for number in (1, 2)})
    ByteIndex.objects.all().delete()
    one = Instance.objects.order_by("id").first()
    assert one is not None
    storage.path_of(one.sha256).unlink()
    assert byte_index.backfill(100) == 1


def test_sizes_beyond_every_column_are_kept_small(take_in: TakeIn) -> None:
    """65535 × 65535 × 65535 samples of 65535 bits fit no column; the fragments are whole, so the file is stored."""
    huge = dict.fromkeys(("Rows", "Columns", "SamplesPerPixel", "BitsAllocated"), 65535)
    layout = stored(take_in, makers.fragmented(1, [struct.pack("<L", 1) + bytes(60)], RLELossless, **huge))
    assert 0 < layout.frame_bits <= 2**62
