"""Data sets from the table's headers: classic ones directly, enhanced ones with their functional groups."""

from collections.abc import Sequence
from typing import Any

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from ml.series import Recognition, SeriesFacts, read_facts, recognise
from tests.ml.series.headers import Header


def _item(**attributes: Any) -> Items:
    item = Dataset()
    for keyword, value in attributes.items():
        if value is not None:
            setattr(item, keyword, value)
    return Items([item])


def _groups(header: Header) -> Dataset:
    """One functional groups item with what the header's lower-case keys say."""
    group = Dataset()
    if "tr" in header:
        group.MRTimingAndRelatedParametersSequence = _item(RepetitionTime=header["tr"], FlipAngle=header.get("flip"))
    if "te" in header:
        group.MREchoSequence = _item(EffectiveEchoTime=float(header["te"]))
    modifier = {
        "SpectrallySelectedSuppression": header.get("spectral"),
        "InversionRecovery": "YES" if "ti" in header else None,
    }
    if any(modifier.values()):
        group.MRModifierSequence = _item(InversionTimes=float(header["ti"]) if "ti" in header else None, **modifier)
    if "b" in header:
        group.MRDiffusionSequence = _item(DiffusionBValue=header["b"])
    if "administered" in header:
        group.ContrastBolusUsageSequence = _item(ContrastBolusAgentAdministered=header["administered"])
    if "component" in header:
        group.MRImageFrameTypeSequence = _item(ComplexImageComponent=header["component"])
    return group


def _enhanced(header: Header) -> list[Dataset]:
    top = Dataset()
    for keyword, value in header.items():
        if keyword[0].isupper():
            setattr(top, keyword, value)
    if "agent" in header:
        top.ContrastBolusAgentSequence = _item(CodeMeaning=header["agent"])
    shared, frames = _groups(header), []
    for number in range(top.NumberOfFrames):
        frame = _groups(header) if header.get("per_frame") else Dataset()
        frame.PlanePositionSequence = _item(ImagePositionPatient=[number * 4.0] * 3)
        frame.PlaneOrientationSequence = _item(ImageOrientationPatient=header["plane"])
        types = header.get("frame_types")
        if types:
            frame.MRImageFrameTypeSequence = _item(FrameType=list(types[number % len(types)]))
        frames.append(frame)
    top.SharedFunctionalGroupsSequence = Items([Dataset() if header.get("per_frame") else shared])
    top.PerFrameFunctionalGroupsSequence = Items(frames)
    return [top]


def _classic(header: Header, count: int) -> list[Dataset]:
    found = []
    for number in range(count):
        dataset = Dataset()
        for keyword, value in header.items():
            setattr(dataset, keyword, value)
        if "ImageOrientationPatient" in dataset:
            dataset.ImagePositionPatient = [number * 4.0] * 3
        found.append(dataset)
    return found


def datasets_of(header: Header, uid: str, count: int = 24) -> list[Dataset]:
    """The headers of one series."""
    found = _enhanced(header) if header.get("_enhanced") else _classic(header, count)
    for dataset in found:
        dataset.SeriesInstanceUID = uid
    return found


def facts_of(header: Header, uid: str = "1", count: int = 24) -> SeriesFacts:
    """The facts that reading them gives."""
    return read_facts(datasets_of(header, uid, count))


def recognised(header: Header, others: Sequence[Header] = ()) -> Recognition:
    """What recognition makes of the first series among the others of its study."""
    facts = [facts_of(one, str(number)) for number, one in enumerate((header, *others), start=1)]
    return recognise(facts)[0]
