"""What images mean to those who read them: places, frames, expected numbers, rejections, and stored ones contradicted."""

import random
import struct

from pydicom.dataset import Dataset
from pydicom.uid import KeyObjectSelectionDocumentStorage

from tests.hostile import parts
from tests.hostile.parts import Names, element, item, sound, split, text, with_element
from tests.radapp.archive import makers


def functional_groups(rng: random.Random, names: Names) -> bytes:
    """Enhanced images whose functional groups are fewer, more, empty, or no sequences."""
    frames = rng.choice((1, 3, 200))
    made = parts.dataset(names, SOPClassUID="1.2.840.10008.5.1.4.1.1.4.1", NumberOfFrames=str(frames))
    made.PixelData = bytes(len(made.PixelData) * frames)
    empty, place = Dataset(), Dataset()
    place.PlanePositionSequence = [Dataset()] * rng.choice((0, 1, 2))
    made.PerFrameFunctionalGroupsSequence = [rng.choice((empty, place))] * rng.choice((0, 1, frames - 1, frames, frames + 9))
    file = makers.written(made)
    if rng.random() < 0.5:
        shared = rng.choice((element(0x5200, 0x9229, b"LO", b"none"), element(0x5200, 0x9229, b"SQ", item(b"") * 700)))
        meta, data = split(file)
        cut = data.index(struct.pack("<HH", 0x5200, 0x9230))
        return meta + data[:cut] + shared + data[cut:]
    return file


def geometry(rng: random.Random, names: Names) -> bytes:
    """Places and directions that lie nowhere."""
    made = sound(names)
    numbers = (b"NaN", b"inf", b"1e308", b"-1e308", b"0", b"1e-320", b"", b"x", b"1e400")
    for keyword, count in (("ImagePositionPatient", 3), ("ImageOrientationPatient", 6), ("PixelSpacing", 2)):
        count = rng.choice((count, count, 0, 1, 900))
        made = text(made, keyword, b"\\".join(rng.choice(numbers) for _ in range(count)))
    return text(made, "SliceThickness", rng.choice(numbers))


def expectations(rng: random.Random, names: Names) -> bytes:
    """Numbers of images that are expected, temporal positions, concatenations: absurd ones."""
    made = sound(names)
    values = (b"-1", b"0", b"2147483647", b"99999999999", b"1e9", b"NaN", b"3\\4\\5", b"")
    for keyword in ("ImagesInAcquisition", "NumberOfTemporalPositions", "NumberOfSeriesRelatedInstances"):
        made = text(made, keyword, rng.choice(values), b"IS")
    made = with_element(made, element(0x21, 0x10, b"LO", rng.choice((b"GEMS_RELA_01", b"", b"X" * 5001 + b" "))))
    made = with_element(made, element(0x21, 0x104F, rng.choice((b"SS", b"SQ", b"UN", b"FD")), b""))
    made = with_element(made, element(0x2001, 0x10, b"LO", b"Philips Imaging DD 001"))
    return with_element(made, element(0x2001, 0x1018, b"SL", struct.pack("<l", rng.choice((-1, 0, 2**31 - 1)))))


def taking_back(rng: random.Random, names: Names) -> bytes:
    """Rejection notes about themselves, about nothing, about thousands, about names that are none."""
    made = parts.renamed(makers.report(), names)
    made.SOPClassUID, made.Modality = KeyObjectSelectionDocumentStorage, "KO"
    file = makers.content(made)
    title = item(
        element(8, 0x100, b"SH", b"113001") + element(8, 0x102, b"SH", b"DCM ") + element(8, 0x104, b"LO", b"Rejected")
    )
    file = with_element(file, element(0x40, 0xA043, b"SQ", rng.choice((title, title * 5, b"", item(b"")))))
    uid = rng.choice((names.instance, "1.2.3", "../x", "")).encode()
    named = element(8, 0x1150, b"UI", b"1.2.3\0") + element(8, 0x1155, b"UI", uid + b"\0" * (len(uid) % 2))
    images = element(8, 0x1199, b"SQ", item(named) * rng.choice((1, 3000)))
    series = element(8, 0x1115, b"SQ", item(images + element(0x20, 0xE, b"UI", b"1.2\0")))
    evidence = rng.choice((series, images, b""))
    return with_element(file, element(0x40, 0xA375, b"SQ", item(evidence + element(0x20, 0xD, b"UI", b"1.2\0"))))


def other_pixels(rng: random.Random, names: Names) -> bytes:
    """A stored file's UIDs over another image."""
    meta, data = split(sound(names.known))
    return meta + data[:-64] + rng.randbytes(64)


def other_attributes(rng: random.Random, names: Names) -> bytes:
    """A stored file with another name, ID or description."""
    file = sound(names.known)
    keyword = rng.choice(("PatientName", "StudyDescription", "EchoTime", "AccessionNumber"))
    return text(file, keyword, str(rng.randrange(10**6)).encode())


def other_place(rng: random.Random, names: Names) -> bytes:
    """A stored instance, series or study under another parent or patient."""
    file = sound(names.known)
    keyword, value = rng.choice(
        (
            ("StudyInstanceUID", f"{names.study}.5"),
            ("SeriesInstanceUID", f"{names.study}.5.1"),
            ("PatientID", "SOMEBODY ELSE"),
        )
    )
    made = text(file, keyword, value.encode())
    return text(made, "SOPInstanceUID", f"{names.instance}.7".encode()) if rng.random() < 0.5 else made
