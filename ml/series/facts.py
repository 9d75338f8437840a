"""The header facts of one MR series that recognition needs, read alike from classic and enhanced multi-frame objects."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import pydicom
from pydicom.multival import MultiValue

from ml.series.vendor import has_epi_factor, private_b_values
from ml.unreadable import UNREADABLE

# Beyond this angle to the patient's axes (about 37 degrees) a plane is called oblique.
_ALONG_AN_AXIS = 0.8
# What is typed into the agent's field to say that there was none; "non-ionic" names one.
_NO_AGENT = re.compile(
    r"(?:no(?:ne|t|ne given)?|non(?![ -]?ionic)|nil|null|n|n/a|na|false|f|without|w/?o|ohne|sans|sin|senza|plain|native|"
    r"un-?enhanced|unknown|[0.,]+(?: ?ml)?|[-?.]+)(?:[ ,.].*)?|无.*|平扫|否|未.*",
    re.IGNORECASE,
)
_CHINESE = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class SeriesFacts:
    """Facts of one series; an empty text, empty set or None means that the headers do not say. Times of a sequence in ms."""

    uid: str
    modality: str = "MR"
    sop_class_uid: str = ""
    number: int = 0
    instances: int = 1
    """Slices held: instances of a classic series, frames of a multi-frame one."""
    manufacturer: str = ""
    description: str = ""
    protocol: str = ""
    """ProtocolName; on GE scanners it names the whole examination and says nothing of the series, so it is left empty."""
    sequence_name: str = ""
    scanning_sequence: frozenset[str] = frozenset()
    """Classic terms SE, IR, GR, EP, RM; enhanced objects are translated into them."""
    sequence_variant: frozenset[str] = frozenset()
    scan_options: frozenset[str] | None = None
    """None where the attribute is absent: then the headers do not say whether fat was saturated."""
    image_type: frozenset[str] = frozenset()
    """Every value of ImageType and FrameType, upper case, of every header given."""
    image_types: tuple[tuple[str, ...], ...] = ()
    """The distinct ImageTypes, to tell a series that mixes several kinds of image."""
    acquisition: str = ""
    repetition_time: float | None = None
    echo_time: float | None = None
    echo_times: int = 0
    """How many distinct echo times the headers given hold."""
    inversion_time: float | None = None
    echo_train_length: int | None = None
    flip_angle: float | None = None
    plane: str = ""
    planes: int = 0
    slice_thickness: float | None = None
    coverage: float | None = None
    """Extent along the slice normal in mm, where more than one position was given."""
    positions: int = 0
    repeats: int = 1
    """How often each slice position occurs (dynamic series: more than once)."""
    b_value: float | None = None
    angiography: bool = False
    acquisition_contrast: str = ""
    """Enhanced objects: T1, T2, PROTON_DENSITY, DIFFUSION, FLUID_ATTENUATED, PERFUSION, STIR, TOF …"""
    component: str = ""
    """Enhanced objects: MAGNITUDE, PHASE, REAL, IMAGINARY, MIXED."""
    fat_suppression: str = ""
    """Enhanced objects: FAT, WATER, FAT_AND_WATER, SILICON_GEL, NONE."""
    contrast_agent: str = ""
    """The agent's name, "given" where only its use is recorded, empty where none is recorded."""
    contrast_at: float | None = None
    acquired_at: float | None = None
    """When its first image was acquired, in seconds (a common origin for all series of one study)."""


def _headers(dataset: pydicom.Dataset) -> Iterator[pydicom.Dataset]:
    """The data set, then each item of its shared and of its first frame's functional groups."""
    yield dataset
    for keyword in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        for group in list(dataset.get(keyword) or [])[:1]:
            for element in group:
                if element.VR == "SQ":
                    yield from list(element.value)[:1]


def _values(dataset: pydicom.Dataset, *keywords: str) -> list[str]:
    """The first keyword's values that are present anywhere in the headers, as stripped texts."""
    for keyword in keywords:
        for header in _headers(dataset):
            try:
                value = header.get(keyword)
            except UNREADABLE:
                continue
            if value is None or value == "":
                continue
            items = value if isinstance(value, MultiValue | list | tuple) else [value]
            texts = [str(item).strip() for item in items]
            if any(texts):
                return [text for text in texts if text]
    return []


def _text(dataset: pydicom.Dataset, *keywords: str) -> str:
    values = _values(dataset, *keywords)
    return values[0] if values else ""


def _number(dataset: pydicom.Dataset, *keywords: str) -> float | None:
    """The first finite number among the keywords, or None: a header that says "n/a" says nothing."""
    for text in _values(dataset, *keywords):
        try:
            value = float(text)
        except ValueError:
            continue
        if math.isfinite(value):
            return value
    return None


def _readable(text: str) -> str:
    """Chinese as it was typed, where a wrongly declared character set made other letters of its bytes."""
    for declared, written in (("latin-1", "utf-8"), ("gb18030", "utf-8"), ("latin-1", "gb2312")):
        try:
            decoded = text.encode(declared).decode(written)
        except UnicodeError:
            continue
        if decoded != text and _CHINESE.search(decoded):
            return decoded
    return text


def _terms(values: Iterable[str]) -> frozenset[str]:
    """Upper-case terms; some writers put several into one value, separated by spaces, backslashes or commas."""
    return frozenset(term for value in values for term in value.upper().replace("\\", " ").replace(",", " ").split())


def _scanning_sequence(dataset: pydicom.Dataset) -> frozenset[str]:
    """Classic terms, or the same said by Echo Pulse Sequence and its companions (PS3.3 C.8.13.4)."""
    terms = set(_terms(_values(dataset, "ScanningSequence")))
    echo = _text(dataset, "EchoPulseSequence").upper()
    terms |= {"SPIN": {"SE"}, "GRADIENT": {"GR"}, "BOTH": {"SE", "GR"}}.get(echo, set())
    if _text(dataset, "InversionRecovery").upper() == "YES":
        terms.add("IR")
    if _text(dataset, "EchoPlanarPulseSequence").upper() == "YES" or has_epi_factor(dataset):
        terms.add("EP")
    return frozenset(terms)


def _sequence_variant(dataset: pydicom.Dataset) -> frozenset[str]:
    terms = set(_terms(_values(dataset, "SequenceVariant")))
    if _text(dataset, "Spoiling").upper() not in {"", "NONE"}:
        terms.add("SP")
    if _text(dataset, "SteadyStatePulseSequence").upper() not in {"", "NONE"}:
        terms.add("SS")
    if _text(dataset, "SegmentedKSpaceTraversal").upper() in {"PARTIAL", "FULL"}:
        terms.add("SK")
    return frozenset(terms)


def _scan_options(dataset: pydicom.Dataset) -> frozenset[str] | None:
    if "ScanOptions" in dataset:
        return _terms(_values(dataset, "ScanOptions"))
    return None


def _normal(orientation: Sequence[float]) -> tuple[float, float, float]:
    """Unit slice normal, row × column, in patient axes (LPS)."""
    (a, b, c), (d, e, f) = orientation[:3], orientation[3:]
    x, y, z = b * f - c * e, c * d - a * f, a * e - b * d
    length = math.sqrt(x * x + y * y + z * z) or 1.0
    return x / length, y / length, z / length


def plane_of(orientation: Sequence[float]) -> str:
    """axial, sagittal or coronal within about 37 degrees of the patient's axes, else oblique; `orientation`: six cosines."""
    normal = [abs(value) for value in _normal(orientation)]
    largest = max(range(3), key=normal.__getitem__)
    return ("sagittal", "coronal", "axial")[largest] if normal[largest] >= _ALONG_AN_AXIS else "oblique"


def _frames(dataset: pydicom.Dataset) -> Iterator[tuple[tuple[float, ...], tuple[float, ...]]]:
    """(orientation, position) of each frame or of the classic image; empty tuples where not said."""
    shared = next(iter(dataset.get("SharedFunctionalGroupsSequence") or []), pydicom.Dataset())
    frames = list(dataset.get("PerFrameFunctionalGroupsSequence") or []) or [dataset]
    for frame in frames:
        yield tuple(_six(frame, shared)), tuple(_three(frame, shared))


def _floats(dataset: pydicom.Dataset, keyword: str, count: int) -> list[float]:
    try:
        values = [float(item) for item in dataset.get(keyword) or []]
    except UNREADABLE:
        return []
    return values if len(values) == count and all(map(math.isfinite, values)) else []


def _six(frame: pydicom.Dataset, shared: pydicom.Dataset) -> list[float]:
    for group in (frame, shared):
        for item in group.get("PlaneOrientationSequence") or []:
            return _floats(item, "ImageOrientationPatient", 6)
    return _floats(frame, "ImageOrientationPatient", 6)


def _three(frame: pydicom.Dataset, shared: pydicom.Dataset) -> list[float]:
    for group in (frame, shared):
        for item in group.get("PlanePositionSequence") or []:
            return _floats(item, "ImagePositionPatient", 3)
    return _floats(frame, "ImagePositionPatient", 3)


@dataclass(frozen=True)
class _Geometry:
    plane: str
    planes: int
    positions: int
    repeats: int
    coverage: float | None


def _geometry(datasets: Sequence[pydicom.Dataset]) -> _Geometry:
    """Planes, distinct positions along the normal and how often each occurs, over all headers given."""
    along: dict[float, int] = {}
    planes: dict[str, int] = {}
    normal: tuple[float, float, float] | None = None
    for dataset in datasets:
        for orientation, position in _frames(dataset):
            if not orientation:
                continue
            plane = plane_of(orientation)
            planes[plane] = planes.get(plane, 0) + 1
            normal = normal or _normal(orientation)
            if position:
                place = round(sum(n * p for n, p in zip(normal, position, strict=True)), 1)
                along[place] = along.get(place, 0) + 1
    coverage = max(along) - min(along) if len(along) > 1 else None
    most = max(planes, key=planes.__getitem__) if planes else ""
    return _Geometry(most, len(planes), len(along), min(along.values(), default=1), coverage)


def _seconds(dataset: pydicom.Dataset, date: str, time: str) -> float | None:
    """A DICOM date and time as seconds; None where the time is missing, malformed or blanked (midnight sharp)."""
    clock = _text(dataset, time).replace(":", "").split("+")[0]
    day = _text(dataset, date, "StudyDate").replace("-", "").replace(".", "")
    if len(clock) < 4 or not clock.replace(".", "").isdigit() or not clock.strip("0."):
        return None
    try:
        base = datetime.strptime(day[:8], "%Y%m%d").timestamp() if len(day) >= 8 else 0.0
        return base + int(clock[:2]) * 3600 + int(clock[2:4]) * 60 + float(clock[4:] or 0)
    except ValueError:
        return None


def _acquired_at(dataset: pydicom.Dataset) -> float | None:
    for keyword in ("FrameAcquisitionDateTime", "AcquisitionDateTime"):
        stamp = _text(dataset, keyword)
        if len(stamp) >= 12 and stamp[:12].isdigit():
            holder = pydicom.Dataset()
            holder.StudyDate, holder.StudyTime = stamp[:8], stamp[8:].split("+")[0].split("-")[0]
            found = _seconds(holder, "StudyDate", "StudyTime")
            if found is not None:
                return found
    for prefix in ("Acquisition", "Series", "Content"):
        found = _seconds(dataset, f"{prefix}Date", f"{prefix}Time")
        if found is not None:
            return found
    return None


def _contrast_agent(dataset: pydicom.Dataset) -> str:
    name = _text(dataset, "ContrastBolusAgent")
    if name and not _NO_AGENT.fullmatch(name):
        return name
    for item in dataset.get("ContrastBolusAgentSequence") or []:
        meaning = str(item.get("CodeMeaning") or "given")
        return "" if _NO_AGENT.fullmatch(meaning) else meaning
    if _text(dataset, "ContrastBolusAgentAdministered").upper() == "YES":
        return "given"
    for keyword in ("ContrastBolusStartTime", "ContrastBolusVolume", "ContrastBolusTotalDose"):
        value = _text(dataset, keyword)
        if value and value.strip("0. :"):
            return "given"
    return ""


def _positive(value: float | None) -> float | None:
    """Some vendors write 0 for "does not apply"."""
    return value if value is not None and value > 0 else None


def _slices(datasets: Sequence[pydicom.Dataset]) -> int:
    return sum(int(_number(dataset, "NumberOfFrames") or 1) for dataset in datasets)


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _frame_groups(dataset: pydicom.Dataset, sequence: str) -> Iterator[pydicom.Dataset]:
    """Each frame's item of one functional group, or the shared one; nothing in a classic header."""
    for frame in dataset.get("PerFrameFunctionalGroupsSequence") or []:
        yield from frame.get(sequence) or []
    for shared in dataset.get("SharedFunctionalGroupsSequence") or []:
        yield from shared.get(sequence) or []


def _image_types(datasets: Sequence[pydicom.Dataset]) -> tuple[tuple[str, ...], ...]:
    """The distinct kinds of image: of every header, and of every frame of a multi-frame one."""
    found = set()
    for dataset in datasets:
        frames = [_values(group, "FrameType") for group in _frame_groups(dataset, "MRImageFrameTypeSequence")]
        kinds = [kind for kind in frames if kind] or [_values(dataset, "ImageType")]
        found |= {tuple(text.upper() for text in kind) for kind in kinds}
    return tuple(sorted(found))


def _echo_times(datasets: Sequence[pydicom.Dataset]) -> int:
    """How many distinct echo times there are; what differs by less than a twentieth is one, written less exactly."""
    found = set()
    for dataset in datasets:
        frames = [_number(group, "EffectiveEchoTime") for group in _frame_groups(dataset, "MREchoSequence")]
        found |= {echo for echo in frames or [_number(dataset, "EffectiveEchoTime", "EchoTime")] if echo}
    ordered = sorted(found)
    return len(ordered[:1]) + sum(after > before * 1.05 for before, after in pairwise(ordered))


def _b_value(datasets: Sequence[pydicom.Dataset]) -> float | None:
    """The greatest b value: diffusion series begin with images of b 0."""
    found = list(private_b_values(datasets))
    for dataset in datasets:
        frames = [_number(group, "DiffusionBValue") for group in _frame_groups(dataset, "MRDiffusionSequence")]
        found += [value for value in frames or [_number(dataset, "DiffusionBValue")] if value is not None]
    return max(found, default=None)


def read_facts(datasets: Sequence[pydicom.Dataset], *, instances: int | None = None) -> SeriesFacts:
    """Facts from the headers of one series. One header suffices; all tell more (planes, coverage, repeats, echoes).

    `instances` overrides the count when only some of the headers are given. Raises ValueError without any header.
    """
    if not datasets:
        raise ValueError("No header was given; recognition needs at least one instance of the series")
    first = datasets[0]
    geometry = _geometry(datasets)
    image_types = _image_types(datasets)
    times = [time for time in map(_acquired_at, datasets) if time is not None]
    maker = _text(first, "Manufacturer")
    return SeriesFacts(
        uid=_text(first, "SeriesInstanceUID"),
        modality=_text(first, "Modality").upper(),
        sop_class_uid=_text(first, "SOPClassUID"),
        number=_whole(_number(first, "SeriesNumber")) or 0,
        instances=instances if instances is not None else _slices(datasets),
        manufacturer=maker,
        description=_readable(_text(first, "SeriesDescription")),
        protocol="" if maker.upper().startswith("GE") else _readable(_text(first, "ProtocolName")),
        sequence_name=_text(first, "PulseSequenceName", "SequenceName"),
        scanning_sequence=_scanning_sequence(first),
        sequence_variant=_sequence_variant(first),
        scan_options=_scan_options(first),
        image_type=frozenset(value for kind in image_types for value in kind),
        image_types=image_types,
        acquisition=_text(first, "MRAcquisitionType").upper(),
        repetition_time=_positive(_number(first, "RepetitionTime")),
        echo_time=_positive(_number(first, "EffectiveEchoTime", "EchoTime")),
        echo_times=_echo_times(datasets),
        inversion_time=_positive(_number(first, "InversionTime", "InversionTimes")),
        echo_train_length=_whole(_positive(_number(first, "RFEchoTrainLength", "EchoTrainLength"))),
        flip_angle=_positive(_number(first, "FlipAngle")),
        plane=geometry.plane,
        planes=geometry.planes,
        slice_thickness=_positive(_number(first, "SliceThickness")),
        coverage=geometry.coverage,
        positions=geometry.positions,
        repeats=geometry.repeats,
        b_value=_b_value(datasets),
        angiography=_text(first, "AngioFlag").upper() == "Y" or _text(first, "TimeOfFlightContrast").upper() == "YES",
        acquisition_contrast=_text(first, "AcquisitionContrast").upper(),
        component=_text(first, "ComplexImageComponent").upper(),
        fat_suppression=_text(first, "SpectrallySelectedSuppression").upper(),
        contrast_agent=_contrast_agent(first),
        contrast_at=_seconds(first, "AcquisitionDate", "ContrastBolusStartTime"),
        acquired_at=min(times, default=None),
    )
