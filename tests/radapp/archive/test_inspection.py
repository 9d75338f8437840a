"""The look before pydicom's: sound files pass in every encoding, broken and hostile ones are named, nothing crashes."""

import hashlib
import io
import random
import struct
import time
import tracemalloc

import pydicom
import pytest
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from radapp.archive import headers
from radapp.archive.clutter import HEAD_BYTES, Kind, judge
from radapp.archive.inspection import BrokenFileError, ClutterError, Inspected, inspect
from tests.radapp.archive import makers

pytestmark = pytest.mark.once

UNCOMPRESSED = [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]


def look(data: bytes, name: str = "x.dcm") -> Inspected:
    judgement = judge(name, data[:HEAD_BYTES])
    if judgement.kind is Kind.BROKEN:
        raise BrokenFileError(judgement.reason)
    if judgement.kind is Kind.CLUTTER:
        raise ClutterError(judgement.reason)
    return inspect(data, judgement)


@pytest.mark.parametrize("syntax", UNCOMPRESSED)
@pytest.mark.parametrize("make", [makers.mr, makers.report, makers.enhanced])
def test_digests_do_not_depend_on_the_encoding(make: object, syntax: str) -> None:
    dataset = make()  # type: ignore[operator]
    expected = look(makers.content(dataset))
    found = look(makers.content(dataset, syntax))
    assert found.dataset_digest == expected.dataset_digest
    assert found.pixel_digest == expected.pixel_digest
    assert found.transfer_syntax_uid == syntax
    assert found.identity == expected.identity


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_a_bare_data_set_is_the_same_data_set(syntax: str) -> None:
    found = look(makers.bare(makers.mr(), syntax), "IM_0001")
    assert found.dataset_digest == look(makers.content(makers.mr())).dataset_digest
    assert found.transfer_syntax_uid == syntax


def test_meta_and_group_lengths_do_not_count() -> None:
    data = makers.content(makers.mr())
    start = makers.meta_end(data)
    group_length = b"\x08\x00\x00\x00UL\x04\x00\x10\x02\x00\x00"
    changed = makers.with_meta(group_length + data[start:], ExplicitVRLittleEndian)
    assert look(changed).dataset_digest == look(data).dataset_digest


@pytest.mark.parametrize(("keyword", "value"), [("PatientName", "Other^Name"), ("EchoTime", "101"), ("InstanceNumber", "")])
def test_every_attribute_counts_and_pixels_apart(keyword: str, value: str) -> None:
    one, other = look(makers.content(makers.mr())), look(makers.content(makers.mr(**{keyword: value})))
    assert one.dataset_digest != other.dataset_digest
    assert one.pixel_digest == other.pixel_digest


def test_sequence_lengths_do_not_count_and_items_do() -> None:
    undefined = makers.mr()
    undefined["ReferencedImageSequence"].is_undefined_length = True
    undefined.ReferencedImageSequence[0].is_undefined_length_sequence_item = True
    assert look(makers.content(undefined)).dataset_digest == look(makers.content(makers.mr())).dataset_digest
    other = makers.mr()
    other.ReferencedImageSequence[0].ReferencedSOPInstanceUID = makers.ROOT + "78"
    assert look(makers.content(other)).dataset_digest != look(makers.content(makers.mr())).dataset_digest


def test_a_private_sequence_is_equal_however_its_type_was_lost() -> None:
    dataset = makers.mr()
    block = dataset.private_block(0x0011, "SOMEBODY", create=True)
    inner = pydicom.Dataset()
    inner.EchoTime = "12"
    block.add_new(0x01, "SQ", [inner])
    explicit, implicit = look(makers.content(dataset)), look(makers.content(dataset, ImplicitVRLittleEndian))
    assert explicit.dataset_digest == implicit.dataset_digest


@pytest.mark.parametrize("kind", makers.BROKEN, ids=lambda kind: kind.name)
def test_broken_files_are_refused_with_their_reason(kind: makers.Broken) -> None:
    data = kind.make(1)
    began = time.process_time()
    with pytest.raises(BrokenFileError, match=kind.says):
        look(data)
    assert time.process_time() - began < 60


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("GB18030", "Wang^XiaoDong=王^小东"),
        ("ISO_IR 192", "李^伟"),
        ("ISO_IR 100", "Müller^Jörg"),
    ],
)
def test_names_are_read_in_their_character_set(charset: str, name: str) -> None:
    found = look(makers.content(makers.mr(SpecificCharacterSet=charset, PatientName=name)))
    assert headers.study_fields(found.header)["patient_name"] == name


def test_escapes_of_gb_2312_are_no_part_of_a_name() -> None:
    """PS3.5 annex K's example, byte for byte; pydicom writes these names without their escapes."""
    name = b"Wang^XiaoDong=\x1b$)A\xcd\xf5^\x1b$)A\xd0\xa1\xb6\xab "
    file = makers.content(makers.mr(SpecificCharacterSet=["", "ISO 2022 IR 58"], PatientName="X" * len(name)))
    found = look(file.replace(b"X" * len(name), name))
    assert headers.study_fields(found.header)["patient_name"] == "Wang^XiaoDong=王^小东"


def test_unreadable_values_stay_empty() -> None:
    found = look(makers.content(makers.mr(StudyDate="")).replace(b"ISO_IR 192", b"ISO_XX 192"))
    fields = headers.study_fields(found.header)
    assert fields["study_date"] is None
    assert fields["patient_birth_date"] is None  # 29 February 1970
    assert fields["patient_name"] == "Test^Anna"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (
            "DICOMDIR",
            makers.with_meta(b"", ExplicitVRLittleEndian).replace(
                b"1.2.840.10008.5.1.4.1.1.4\0", b"1.2.840.10008.1.3.10\0\0\0\0\0\0"
            ),
        ),
        ("autorun.inf", b"[autorun]"),
        ("readme.txt", b"hello"),
        ("report.pdf", b"%PDF-1.4 \0\1"),
        ("photo.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 200),
        (".DS_Store", b"\0\0\0\1Bud1"),
        ("__MACOSX/._1.dcm", b"\0\5\x16\7"),
        ("._1.dcm", b"\0\5\x16\7"),
        ("LICENSE", b"Permission is granted"),
        ("viewer/viewer.jar", b"PK\3\4" + b"\0" * 40),
        ("protocol.DOCX", b"PK\3\4" + b"\0" * 40),
        ("scan.nii.gz", b"\x1f\x8b\x08"),
    ],
)
def test_clutter_is_skipped(name: str, data: bytes) -> None:
    with pytest.raises(ClutterError):
        look(data, name)


def test_every_flipped_byte_is_stored_skipped_or_refused() -> None:
    """Bytes turned at random in valid files of every encoding: no exception but the two that the ingest expects."""
    rng = random.Random(3)
    valid = [makers.content(make(), syntax) for make in (makers.mr, makers.report) for syntax in UNCOMPRESSED]
    valid += [makers.compressed(), makers.bare(makers.mr())]
    outcomes = {"sound": 0, "refused": 0}
    for _ in range(3000):
        data = bytearray(rng.choice(valid))
        for _ in range(rng.choice([1, 1, 2, 8])):
            # The header is where the structure is; its first 1500 bytes get most of the damage.
            data[rng.randrange(min(len(data), 1500) if rng.random() < 0.8 else len(data))] = rng.randrange(256)
        if rng.random() < 0.2:
            del data[rng.randrange(len(data)) :]
        try:
            found = look(bytes(data))
        except (BrokenFileError, ClutterError):
            outcomes["refused"] += 1
        else:
            outcomes["sound"] += 1
            headers.study_fields(found.header), headers.series_fields(found.header), headers.instance_fields(found.header)
    assert min(outcomes.values()) > 300, outcomes


def test_a_large_private_value_is_not_copied() -> None:
    """Raw data of 2 GB must not ask for three times as much memory, be the value at the top or inside a sequence."""
    dataset, inner = makers.mr(), pydicom.Dataset()
    inner.EncapsulatedDocument = b"\1" * (24 * 1024 * 1024)
    dataset.ReferencedImageSequence = [inner]
    block = dataset.private_block(0x0011, "SOMEBODY", create=True)
    block.add_new(0x01, "OB", b"\2" * (24 * 1024 * 1024))
    data = makers.content(dataset)
    tracemalloc.start()
    found = look(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * 1024 * 1024
    # The digest is of the canonical bytes all the same: those of the data set in another encoding.
    assert look(makers.content(dataset, ImplicitVRLittleEndian)).dataset_digest == found.dataset_digest


def test_the_digest_is_what_earlier_versions_wrote() -> None:
    """It lies in the database, so it may never change: the SHA-256 of the canonical bytes.

    An Implicit VR data set with defined lengths and without group lengths is its own canonical form.
    """
    implicit = makers.bare(makers.report(), ImplicitVRLittleEndian)
    assert look(implicit, "IM_0001").dataset_digest == hashlib.sha256(implicit).hexdigest()


def test_what_passes_is_read_by_pydicom() -> None:
    data = makers.content(makers.enhanced())
    look(data)
    assert pydicom.dcmread(io.BytesIO(data)).pixel_array.shape == (3, 32, 32)


def test_millions_of_frames_are_refused_though_their_bits_are_there() -> None:
    """One-bit frames of a pixel, and a video: a list of them would fill the memory of whoever reads it."""
    bits = makers.mr(1, Rows=1, Columns=1, BitsAllocated=1, BitsStored=1, HighBit=0, NumberOfFrames="8000000")
    bits.PixelData = bytes(1_000_000)
    video = makers.fragmented(1, [b"\0\0\1\xb3"], "1.2.840.10008.1.2.4.102", NumberOfFrames="2147483647")
    for file in (makers.content(bits), video):
        with pytest.raises(BrokenFileError, match="frames, expected at most 150000"):
            look(file)


@pytest.mark.parametrize("entries", [1000, 4_000_000])
def test_offset_tables_that_tell_nothing(entries: int) -> None:
    """One of another length than the frames' is not read; one of megabytes is refused, since decoders would read it."""
    jpeg = b"\xff\xd8\xff\xe0" + bytes(20) + b"\xff\xd9"
    dataset = makers.mr(1)
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.50"
    items = (bytes(4 * entries), jpeg)
    dataset.PixelData = b"".join(struct.pack("<HHL", 0xFFFE, 0xE000, len(one)) + one for one in items)
    dataset["PixelData"].VR, dataset["PixelData"].is_undefined_length = "OB", True
    file = makers.written(dataset)
    if entries == 1000:
        assert look(file).pixels.ranges
        return
    with pytest.raises(BrokenFileError, match="found an offset table of 16000000 bytes"):
        look(file)
