"""Small DICOM files for the archive's tests, sound and broken. Every broken one names the words its refusal must hold."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import generate_frames
from pydicom.sequence import Sequence
from pydicom.uid import (
    HTJ2K,
    BasicTextSRStorage,
    DeflatedExplicitVRLittleEndian,
    EnhancedMRImageStorage,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    MediaStorageDirectoryStorage,
    MRImageStorage,
    ParametricMapStorage,
    RLELossless,
    generate_uid,
)

ROOT = "1.2.826.0.1.3680043.8.498."
STUDY, SERIES = ROOT + "1", ROOT + "1.1"


def mr(number: int = 1, *, study: str = STUDY, series: str = SERIES, size: int = 32, **attributes: Any) -> Dataset:
    """One axial T2-weighted slice of `size` × `size` int16 pixels; `attributes` overrides by keyword."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
    dataset.SOPClassUID = MRImageStorage
    dataset.SOPInstanceUID = f"{series}.{number}"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = study, series
    dataset.StudyDate, dataset.StudyTime = "20261120", "101500"
    dataset.AccessionNumber, dataset.Modality = "A1", "MR"
    dataset.StudyDescription, dataset.SeriesDescription = "MR nasopharynx", "t2_tse_tra"
    dataset.PatientName, dataset.PatientID = "Test^Anna", "P1"
    dataset.PatientBirthDate, dataset.PatientSex = "19700229", "F"  # 29 February 1970 never was: read as unknown
    dataset.ScanningSequence, dataset.SequenceVariant, dataset.MRAcquisitionType = "SE", "SK", "2D"
    dataset.RepetitionTime, dataset.EchoTime, dataset.SliceThickness = "4000", "100", "4"
    dataset.StudyID, dataset.SeriesNumber, dataset.InstanceNumber = "1", "3", str(number)
    dataset.ImagePositionPatient = ["-110", "-110", str(5 * number)]
    dataset.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    dataset.FrameOfReferenceUID = study + ".999"
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows = dataset.Columns = size
    dataset.PixelSpacing = ["1", "1"]
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    referenced = Dataset()
    referenced.ReferencedSOPClassUID, referenced.ReferencedSOPInstanceUID = MRImageStorage, ROOT + "77"
    dataset.ReferencedImageSequence = Sequence([referenced])
    pixels = np.random.default_rng(number).integers(0, 4095, (size, size), dtype=np.uint16)
    dataset.PixelData = pixels.tobytes()
    dataset["PixelData"].VR = "OW"
    with pydicom.config.disable_value_validation():
        for keyword, value in attributes.items():
            setattr(dataset, keyword, value)
    return dataset


def report(number: int = 1) -> Dataset:
    """A Basic Text SR: no pixels, nested content."""
    dataset = mr(number, series=ROOT + "1.9")
    for keyword in ("PixelData", "Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation"):
        delattr(dataset, keyword)
    dataset.SOPClassUID, dataset.Modality = BasicTextSRStorage, "SR"
    inner = Dataset()
    inner.ValueType, inner.TextValue = "TEXT", "Nothing"
    for _ in range(8):
        outer = Dataset()
        outer.ValueType, outer.ContentSequence = "CONTAINER", Sequence([inner])
        inner = outer
    dataset.ContentSequence = Sequence([inner])
    return dataset


def enhanced(frames: int = 3) -> Dataset:
    """A classic slice made multi-frame."""
    dataset = mr(1, series=ROOT + "1.8", SOPClassUID=EnhancedMRImageStorage, NumberOfFrames=str(frames))
    dataset.PixelData = dataset.PixelData * frames
    return dataset


def parametric_map() -> Dataset:
    """A Parametric Map in as far as the archive looks: float pixels."""
    dataset = mr(1, series=ROOT + "1.7", SOPClassUID=ParametricMapStorage, BitsAllocated=32)
    del dataset.PixelData
    dataset.FloatPixelData = np.linspace(0, 1, 32 * 32, dtype=np.float32).tobytes()
    return dataset


def content(dataset: Dataset, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """The data set as a DICOM file in one of the uncompressed transfer syntaxes."""
    dataset = deepcopy(dataset)
    dataset.file_meta.TransferSyntaxUID = syntax
    if syntax == ExplicitVRBigEndian and "PixelData" in dataset:
        dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").astype(">u2").tobytes()
    for part in (dataset, *dataset.get("ReferencedImageSequence", [])):
        part.set_original_encoding(syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian)
    out = io.BytesIO()
    pydicom.dcmwrite(
        out,
        dataset,
        enforce_file_format=True,
        implicit_vr=syntax == ImplicitVRLittleEndian,
        little_endian=syntax != ExplicitVRBigEndian,
        overwrite=True,
    )
    return out.getvalue()


def fragmented(number: int, fragments: list[bytes], syntax: str, **attributes: Any) -> bytes:
    """The slice with these fragments as its compressed pixel data, behind an empty offset table."""
    dataset = mr(number, **attributes)
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.PixelData = b"".join(struct.pack("<HHL", 0xFFFE, 0xE000, len(part)) + part for part in [b"", *fragments])
    dataset["PixelData"].VR, dataset["PixelData"].is_undefined_length = "OB", True
    return written(dataset)


def compressed(number: int = 1) -> bytes:
    """The slice with RLE Lossless pixel data."""
    dataset = mr(number)
    dataset.compress(RLELossless)
    dataset.SOPInstanceUID = f"{SERIES}.{number}"  # compress() may leave it; the test wants the same image
    return content(dataset, RLELossless)


@cache
def frame(syntax: str) -> bytes:
    """One sound compressed frame of 32 × 32. HTJ2K has no encoder here: it gets what JPEG 2000 writes."""
    if syntax == JPEGBaseline8Bit:
        out = io.BytesIO()
        Image.fromarray(np.zeros((32, 32), np.uint8)).save(out, "JPEG")
        return out.getvalue()
    dataset = mr(1, PixelData=bytes(32 * 32 * 2))
    dataset.compress(JPEG2000Lossless if syntax == HTJ2K else syntax, generate_instance_uid=False)
    return next(generate_frames(dataset.PixelData, number_of_frames=1))


def bare(dataset: Dataset, syntax: str = ImplicitVRLittleEndian) -> bytes:
    """The data set alone, without preamble and file meta information."""
    whole = content(dataset, syntax)
    length = pydicom.dcmread(io.BytesIO(whole), specific_tags=[]).file_meta.FileMetaInformationGroupLength
    return whole[132 + 12 + length :]


@dataclass(frozen=True)
class Broken:
    """One kind of broken file: its name, how it is made from a number, and what its refusal must say."""

    name: str
    make: Callable[[int], bytes]
    says: str


def _without(keyword: str) -> Callable[[int], bytes]:
    def make(number: int) -> bytes:
        dataset = mr(number)
        delattr(dataset, keyword)
        return written(dataset)

    return make


def _with(**attributes: Any) -> Callable[[int], bytes]:
    return lambda number: written(mr(number, **attributes))


def written(dataset: Dataset) -> bytes:
    """Like content(), for data sets that pydicom would refuse to write."""
    out = io.BytesIO()
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = dataset.file_meta.TransferSyntaxUID
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = MRImageStorage, ROOT + "5"
    out.write(b"\0" * 128 + b"DICM")
    pydicom.filewriter.write_file_meta_info(out, meta, enforce_standard=False)
    with pydicom.config.disable_value_validation():
        pydicom.filewriter.write_dataset(fp := pydicom.filebase.DicomBytesIO(), _little(fp, dataset))
    out.write(fp.getvalue())
    return out.getvalue()


def _little(fp: Any, dataset: Dataset) -> Dataset:
    fp.is_little_endian, fp.is_implicit_VR = True, False
    return dataset


def meta_end(data: bytes) -> int:
    """Where the data set of a file begins."""
    return 132 + 12 + int(pydicom.dcmread(io.BytesIO(data), specific_tags=[], force=True).file_meta[0x00020000].value)


def with_meta(dataset_bytes: bytes, syntax: str, sop_class: str = MRImageStorage) -> bytes:
    """A file of these data set bytes under any transfer syntax."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = sop_class, ROOT + "5"
    meta.TransferSyntaxUID = syntax
    out = io.BytesIO(b"\0" * 128 + b"DICM")
    out.seek(132)
    pydicom.filewriter.write_file_meta_info(out, meta, enforce_standard=False)
    return out.getvalue() + dataset_bytes


def directory() -> bytes:
    """A DICOMDIR's beginning."""
    return with_meta(b"", ExplicitVRLittleEndian, MediaStorageDirectoryStorage)


def nested(depth: int) -> bytes:
    """A sequence nested in itself, undefined lengths, no end: 20 bytes a level."""
    opening = struct.pack("<HH2sHL", 0x0008, 0x1140, b"SQ", 0, 0xFFFFFFFF) + struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
    return opening * depth


def _deep(number: int) -> bytes:
    return with_meta(nested(200) + bare(mr(number), ExplicitVRLittleEndian), ExplicitVRLittleEndian)


def _many_items(number: int) -> bytes:
    items = struct.pack("<HHL", 0xFFFE, 0xE000, 0) * 200_000
    sequence = struct.pack("<HH2sHL", 0x0008, 0x1140, b"SQ", 0, len(items)) + items
    return with_meta(sequence + bare(mr(number), ExplicitVRLittleEndian), ExplicitVRLittleEndian)


def _deflate_bomb(number: int) -> bytes:
    """300 MB of zeros behind a sound header: after a full flush, packed blocks can be repeated."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    begun = packer.compress(bare(mr(number), ExplicitVRLittleEndian)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b"\0" * 1024 * 1024) + packer.flush(zlib.Z_FULL_FLUSH)
    return with_meta(begun + block * 300 + packer.flush(), DeflatedExplicitVRLittleEndian)


def _truncated_fragment(number: int) -> bytes:
    return compressed(number)[:-40]


def _native_as_compressed(number: int) -> bytes:
    return with_meta(bare(mr(number), ExplicitVRLittleEndian), RLELossless)


def _fragments(fragments: list[bytes], syntax: str = RLELossless, **attributes: Any) -> Callable[[int], bytes]:
    return lambda number: fragmented(number, fragments, syntax, **attributes)


def _flipped(number: int) -> bytes:
    """One bit turned in a VR: OW becomes something that is none."""
    data = bytearray(content(mr(number)))
    position = data.rindex(b"\xe0\x7f\x10\x00OW")
    data[position + 4] ^= 0x80
    return bytes(data)


def _replaced(old: bytes, new: bytes) -> Callable[[int], bytes]:
    def make(number: int) -> bytes:
        data = content(mr(number))
        assert old in data
        return data.replace(old, new)

    return make


BROKEN = (
    Broken("cut in the pixels", lambda n: content(mr(n))[:-700], "truncated"),
    Broken("cut in the header", lambda n: content(mr(n))[:700], "truncated"),
    Broken("cut before the pixels", lambda n: content(mr(n)).split(b"\xe0\x7f\x10\x00")[0], "no pixel data"),
    Broken("image without pixel data", _without("PixelData"), "no pixel data"),
    Broken("fewer pixels than the header says", _with(Rows=64), "expected 4096"),
    Broken("pixels without rows", _without("Rows"), "Rows missing"),
    Broken("no SOP Instance UID", _without("SOPInstanceUID"), "no SOPInstanceUID"),
    Broken("no Study Instance UID", _without("StudyInstanceUID"), "no StudyInstanceUID"),
    Broken("a path as a UID", _with(SOPInstanceUID="../../../etc/passwd"), "expected at most 64 digits and dots"),
    Broken("a long UID", _with(SeriesInstanceUID="1." * 40 + "1"), "expected at most 64 digits and dots"),
    Broken("words as a UID", _with(StudyInstanceUID="1.2.three"), "expected at most 64 digits and dots"),
    Broken("an unknown transfer syntax", lambda n: with_meta(bare(mr(n)), "1.2.3.4.5"), "does not know"),
    Broken(
        "a lying length", lambda n: content(mr(n)).replace(b"LO\x0a\x00t2_tse", b"LO\xff\xfft2_tse"), "truncated|damaged"
    ),
    Broken("nested 200 deep", _deep, "nested more than 32 deep"),
    Broken("200 000 empty items", _many_items, "more than 150000 sequence items"),
    Broken("a deflate bomb", _deflate_bomb, "deflate bomb"),
    Broken("a fragment cut off", _truncated_fragment, "truncated|damaged"),
    Broken("plain pixels under a compressed syntax", _native_as_compressed, "as fragments"),
    Broken("compressed without a fragment", _fragments([]), "no fragment"),
    Broken("an empty fragment", _fragments([b""]), "begins with nothing"),
    Broken("noise as RLE", _fragments([b"\x5a" * 200]), "expected the beginning of RLE Lossless"),
    Broken("noise as JPEG", _fragments([b"\x5a" * 200], JPEGBaseline8Bit), "expected the beginning of JPEG Baseline"),
    Broken("noise as JPEG-LS", _fragments([b"\x5a" * 200], JPEGLSLossless), "expected the beginning of JPEG-LS"),
    Broken("noise as JPEG 2000", _fragments([b"\x5a" * 200], JPEG2000Lossless), "expected the beginning of JPEG 2000"),
    Broken("noise as HTJ2K", _fragments([b"\x5a" * 200], HTJ2KLossless), "expected the beginning of High-Throughput"),
    Broken("two thousand million frames in one", _fragments([b"\1\0\0\0"], NumberOfFrames="2000000000"), "for each frame"),
    Broken("more frames than pixels", _with(NumberOfFrames="7"), "expected 14336"),
    Broken("a turned bit", _flipped, "has the VR"),
    Broken("text named .dcm", lambda n: f"not DICOM {n}".encode(), "expected DICM"),
    Broken("nothing named .dcm", lambda n: b"", "empty"),
    Broken("DICM and noise", lambda n: b"\0" * 128 + b"DICM" + bytes(range(256)), "file meta information|damaged"),
    Broken("random bytes", lambda n: np.random.default_rng(n).bytes(5000), "expected DICM"),
    Broken(
        "no transfer syntax",
        lambda n: content(mr(n)).replace(b"\x02\x00\x10\x00UI", b"\x02\x00\x11\x00UI"),
        "Transfer Syntax",
    ),
)


def zipped(files: dict[str, bytes], path: Path, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip of these files."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def folder(files: dict[str, bytes], path: Path) -> Path:
    """A folder of these files."""
    for name, data in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return path


def new_uid() -> str:
    """A UID nobody has used."""
    return str(generate_uid())
