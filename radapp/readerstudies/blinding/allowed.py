"""The allow-list: every attribute that a reader, tagger or coder gets, why it is needed, and how its value is made.

What no row names does not exist for them. Each image has exactly these attributes, whatever its own header holds, so that
neither their presence nor their order tells one case from another. docs/blinding.md prints the same table.
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydicom.datadict import dictionary_VR, tag_for_keyword

from radapp.archive.models import SequenceRole
from radapp.readerstudies.blinding.headers import Plane, Values
from radapp.readerstudies.blinding.pseudonyms import Kind, pseudonym
from radapp.readerstudies.sight import Sight

MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4"
PARAMETRIC_MAP = "1.2.840.10008.5.1.4.1.1.30"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
ANCHOR = "20000101"
"""The date of every examination where dates are shifted: a prior's follows by its distance."""


class Made(enum.StrEnum):
    """How a value comes about."""

    KEPT = "kept"
    CONSTANT = "constant"
    PSEUDONYM = "pseudonym"
    RENUMBERED = "renumbered"
    ROUNDED = "rounded"
    SHIFTED = "shifted"


@dataclass(frozen=True)
class Subject:
    """What the values of one object are made of. `planes`: one of an image, all of a map, ascending along their normal;
    `number`: its place in that order from 1; `window`: centre and width of the whole series; `date`: as it may be told.
    """

    sight: Sight
    role: SequenceRole
    original_series: str
    original_instance: str
    planes: tuple[Plane, ...]
    number: int
    of: int
    window: tuple[float, float]
    thickness: float
    prior: bool = False
    heatmap: bool = False
    date: str = ""

    @property
    def plane(self) -> Plane:
        """The first."""
        return self.planes[0]

    def uid(self, kind: Kind, original: str) -> str:
        """A pseudonym in this sight."""
        return pseudonym(self.sight, kind, original)


Value = Callable[[Subject], Values]


@dataclass(frozen=True)
class Allowed:
    """One row. `reads`: what it takes from the header."""

    keyword: str
    made: Made
    why: str
    value: Value
    reads: tuple[str, ...] = ()

    @property
    def tag(self) -> str:
        """Eight hexadecimal digits, as DICOM JSON names it."""
        tag = tag_for_keyword(self.keyword)
        assert tag is not None, self.keyword
        return f"{tag:08X}"

    @property
    def vr(self) -> str:
        """Its value representation."""
        found = str(dictionary_VR(self.keyword))
        return found.split(" or ")[-1] if " or " in found else found


def kept(keyword: str, why: str, *otherwise: Any, made: Made = Made.KEPT) -> Allowed:
    """As the header says, else these values."""
    return Allowed(keyword, made, why, lambda subject: subject.plane.values.get(keyword) or otherwise, (keyword,))


def constant(keyword: str, why: str, *values: Any) -> Allowed:
    """The same for every case."""
    return Allowed(keyword, Made.CONSTANT, why, lambda _: values)


def named(keyword: str, kind: Kind, why: str, original: Callable[[Subject], str]) -> Allowed:
    """A pseudonym of what `original` tells."""
    return Allowed(keyword, Made.PSEUDONYM, why, lambda subject: (subject.uid(kind, original(subject)),))


def _description(subject: Subject) -> str:
    words = [subject.role.value, *(["prior"] if subject.prior else []), *(["heatmap"] if subject.heatmap else [])]
    return " ".join(words)


def series_number(subject: Subject) -> int:
    """By role alone: 1, 2, 3; priors from 11, heatmaps from 21."""
    order = list(SequenceRole)
    return order.index(subject.role) + 1 + 10 * subject.prior + 20 * subject.heatmap


def _frame_of_reference(subject: Subject) -> str:
    """A series without one has one of its own."""
    return str(subject.plane.first("FrameOfReferenceUID") or f"of {subject.original_series}")


def rounded(value: float) -> float:
    """To four significant digits: what a display can show, and less of a fingerprint."""
    return float(f"{value:.4g}")


_IDENTITY = (
    named("SOPInstanceUID", Kind.INSTANCE, "addresses a frame", lambda subject: subject.original_instance),
    named("StudyInstanceUID", Kind.STUDY, "addresses a frame", lambda subject: subject.sight.examination.study_instance_uid),
    named("SeriesInstanceUID", Kind.SERIES, "addresses a frame", lambda subject: subject.original_series),
    named("FrameOfReferenceUID", Kind.FRAME_OF_REFERENCE, "which series scroll together", _frame_of_reference),
    Allowed("SeriesNumber", Made.RENUMBERED, "the same place for the same role", lambda subject: (series_number(subject),)),
    Allowed("SeriesDescription", Made.CONSTANT, "which sequence it is", lambda subject: (_description(subject),)),
    constant("Modality", "Cornerstone's pixel pipeline", "MR"),
    constant("AvailableTransferSyntaxUID", "frames are sent uncompressed, whatever they are stored as", EXPLICIT_LITTLE),
)
_PIXELS = (
    kept("Rows", "size of the image"),
    kept("Columns", "size of the image"),
    constant("SamplesPerPixel", "grey: nothing else is shown", 1),
    kept("BitsAllocated", "size of a pixel"),
)
_GREY = (
    kept("PhotometricInterpretation", "whether high is bright"),
    kept("BitsStored", "range of a pixel"),
    kept("HighBit", "range of a pixel"),
    kept("PixelRepresentation", "whether pixels have a sign"),
    kept("RescaleIntercept", "grey values", 0.0),
    kept("RescaleSlope", "grey values", 1.0),
)
_PLACE = (
    kept("ImagePositionPatient", "place in the patient: marks are compared there with reference lesions"),
    kept("ImageOrientationPatient", "place in the patient"),
    kept("PixelSpacing", "measuring"),
    Allowed(
        "SliceThickness",
        Made.KEPT,
        "measuring; the distance between slices where the header has none",
        lambda subject: (subject.thickness,),
        ("SliceThickness",),
    ),
)
_WINDOW = (
    Allowed(
        "WindowCenter",
        Made.ROUNDED,
        "how it opens: the middle slice's, to four digits; from its pixels where the header has none",
        lambda subject: (rounded(subject.window[0]),),
        ("WindowCenter",),
    ),
    Allowed(
        "WindowWidth",
        Made.ROUNDED,
        "as the centre",
        lambda subject: (rounded(subject.window[1]),),
        ("WindowWidth",),
    ),
)
_NUMBER = Allowed(
    "InstanceNumber", Made.RENUMBERED, "1, 2, 3 in the order of their places", lambda subject: (subject.number,)
)

IMAGE: tuple[Allowed, ...] = (
    constant("SOPClassUID", "each frame of whatever object is shown as one plain image", MR_IMAGE),
    *_IDENTITY,
    _NUMBER,
    *_PLACE,
    *_PIXELS,
    *_GREY,
    *_WINDOW,
)
"""Of one image: one stored frame."""

MAP: tuple[Allowed, ...] = (
    constant("SOPClassUID", "a heatmap of this application", PARAMETRIC_MAP),
    *_IDENTITY,
    _NUMBER,
    Allowed("NumberOfFrames", Made.KEPT, "one frame for each slice", lambda subject: (len(subject.planes),)),
    *_PIXELS,
    constant("PhotometricInterpretation", "high is hot", "MONOCHROME2"),
)
"""Of a heatmap; its geometry stands in functional groups."""
SHARED: dict[str, tuple[Allowed, ...]] = {
    "PlaneOrientationSequence": (_PLACE[1],),
    "PixelMeasuresSequence": (_PLACE[3], _PLACE[2]),
}
PER_FRAME: dict[str, tuple[Allowed, ...]] = {"PlanePositionSequence": (_PLACE[0],)}

DATE = Allowed(
    "StudyDate",
    Made.SHIFTED,
    "only where the protocol shifts dates: the examination's is the same for all, a prior keeps its distance",
    lambda subject: (subject.date,) if subject.date else (),
)

SERIES: tuple[Allowed, ...] = (
    *(
        row
        for row in _IDENTITY
        if row.keyword not in {"SOPInstanceUID", "FrameOfReferenceUID", "AvailableTransferSyntaxUID"}
    ),
    Allowed("NumberOfSeriesRelatedInstances", Made.RENUMBERED, "how many images come", lambda subject: (subject.of,)),
)
"""Of a series in a list of series."""


def tables() -> tuple[tuple[Allowed, ...], ...]:
    """All of them."""
    return (IMAGE, MAP, *SHARED.values(), *PER_FRAME.values(), (DATE,), SERIES)


def read_keywords() -> tuple[str, ...]:
    """What headers are read for, in one order."""
    return tuple(sorted({keyword for table in tables() for row in table for keyword in row.reads}))
