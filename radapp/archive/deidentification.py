"""An MR image without its patient: everything is left out but what reading the image and its sequence needs.

After the Basic Application Level Confidentiality Profile of PS3.15 annex E with the Clean Descriptors Option, by a list of
what stays rather than of what goes: names, numbers, dates and times, free text, private elements, overlays and references
to other objects are absent, UIDs are others. Pixels are not looked at: an image that says it has writing in them is refused.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import pydicom
from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import FileMetaDataset
from pydicom.multival import MultiValue

from ml.phantom.words import SYNTHETIC_COMMENT, SYNTHETIC_FAMILY_NAME
from ml.series import SeriesFacts, read_facts
from ml.series.exclusion import MR_IMAGES
from ml.series.vendor import has_epi_factor
from radapp.archive.descriptions import cleaned, in_role
from radapp.archive.headers import UNREADABLE, is_synthetic, text
from radapp.archive.models import SequenceRole
from radapp.archive.pseudonyms import pseudonym_uid

METHOD = "Basic profile, descriptors cleaned; DARNDEST keeps listed attributes only"
AGENT = "contrast agent"

_OBJECT = """
SOPClassUID ImageType FrameType Modality Manufacturer ManufacturerModelName MagneticFieldStrength SeriesNumber
AcquisitionNumber InstanceNumber BodyPartExamined PatientPosition BurnedInAnnotation LossyImageCompression
LossyImageCompressionRatio LossyImageCompressionMethod PixelPresentation VolumetricProperties
VolumeBasedCalculationTechnique ComplexImageComponent AcquisitionContrast ContentQualification
"""
_ACQUISITION = """
ScanningSequence SequenceVariant ScanOptions SequenceName PulseSequenceName MRAcquisitionType AngioFlag
TimeOfFlightContrast EchoPulseSequence InversionRecovery EchoPlanarPulseSequence Spoiling SteadyStatePulseSequence
SegmentedKSpaceTraversal SpectrallySelectedSuppression RepetitionTime EchoTime EffectiveEchoTime InversionTime
InversionTimes EchoNumbers EchoTrainLength RFEchoTrainLength GradientEchoTrainLength NumberOfAverages FlipAngle
ImagingFrequency ImagedNucleus PixelBandwidth NumberOfPhaseEncodingSteps PercentSampling PercentPhaseFieldOfView
AcquisitionMatrix InPlanePhaseEncodingDirection ReconstructionDiameter DiffusionBValue ContrastBolusAgentAdministered
MRTimingAndRelatedParametersSequence MREchoSequence MRModifierSequence MRDiffusionSequence MRImageFrameTypeSequence
MRFOVGeometrySequence MRAveragesSequence ContrastBolusUsageSequence
"""
_PLACE = """
SliceThickness SpacingBetweenSlices PixelSpacing PixelAspectRatio ImageOrientationPatient ImagePositionPatient
SliceLocation SharedFunctionalGroupsSequence PerFrameFunctionalGroupsSequence PlanePositionSequence
PlaneOrientationSequence PixelMeasuresSequence FrameContentSequence DimensionIndexValues InStackPositionNumber
TemporalPositionIndex DimensionIndexSequence DimensionIndexPointer FunctionalGroupPointer DimensionOrganizationSequence
"""
_PIXELS = """
SamplesPerPixel PhotometricInterpretation PlanarConfiguration Rows Columns NumberOfFrames BitsAllocated BitsStored
HighBit PixelRepresentation SmallestImagePixelValue LargestImagePixelValue PixelPaddingValue PixelPaddingRangeLimit
RescaleIntercept RescaleSlope RescaleType WindowCenter WindowWidth PixelValueTransformationSequence FrameVOILUTSequence
PixelData ExtendedOffsetTable ExtendedOffsetTableLengths
"""
_KEPT = frozenset(f"{_OBJECT} {_ACQUISITION} {_PLACE} {_PIXELS}".split())
_RENAMED = frozenset(
    {"SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "DimensionOrganizationUID"}
)
_EMPTY = (
    *("PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID", "AccessionNumber", "ReferringPhysicianName"),
    "PositionReferenceIndicator",
)
"""Type 2 in the modules of an MR image: present, with nothing in them."""


class DeidentificationRefused(ValueError):  # noqa: N818 - a refusal
    """An object that must not leave without its patient's name: why."""


@dataclass(frozen=True)
class SeriesWords:
    """What a series' text and private attributes said, in words of our own: see `words_of`."""

    description: str
    protocol: str
    agent: bool
    b_value: float | None


def words_of(headers: Sequence[pydicom.Dataset], role: str = SequenceRole.NONE) -> SeriesWords:
    """From all headers of a series; `role` is what the archive reads it as, where it does."""
    facts: SeriesFacts = read_facts(headers)
    if role == SequenceRole.NONE:
        return SeriesWords(cleaned(facts.description), cleaned(facts.protocol), bool(facts.contrast_agent), facts.b_value)
    said = facts.description or facts.protocol
    return SeriesWords(in_role(said, role), "", role == SequenceRole.T1WIC, facts.b_value)


def deidentified(dataset: pydicom.Dataset, patient: str, words: SeriesWords) -> pydicom.Dataset:
    """A new data set of an MR image or its header, `patient` in place of name and number; pixel data are the same bytes.

    A synthetic study stays known as one. Raises DeidentificationRefused for what is no MR image, or has writing in it.
    """
    if str(dataset.get("SOPClassUID", "")) not in MR_IMAGES:
        raise DeidentificationRefused("it is no MR image, and only those are known to hold nothing else of the patient")
    if text(dataset, "BurnedInAnnotation").upper() == "YES":
        raise DeidentificationRefused("its header says that writing is burned into the image")
    kept = _kept(dataset)
    for keyword in _EMPTY:
        setattr(kept, keyword, "")
    kept.PatientName = kept.PatientID = patient
    if is_synthetic(dataset):
        kept.PatientName, kept.ImageComments = f"{SYNTHETIC_FAMILY_NAME}^{patient}", SYNTHETIC_COMMENT
    kept.SpecificCharacterSet = "ISO_IR 192"
    kept.PatientIdentityRemoved, kept.DeidentificationMethod = "YES", METHOD
    kept.DeidentificationMethodCodeSequence = [
        _code("113100", "Basic Application Confidentiality Profile"),
        _code("113105", "Clean Descriptors Option"),
    ]
    kept.LongitudinalTemporalInformationModified = "REMOVED"
    _say(kept, dataset, words)
    kept.file_meta = FileMetaDataset()
    return kept


def _say(kept: pydicom.Dataset, dataset: pydicom.Dataset, words: SeriesWords) -> None:
    """Put in what recognition read from texts and private elements that are gone."""
    if words.description:
        kept.SeriesDescription = words.description
    if words.protocol:
        kept.ProtocolName = words.protocol
    if words.agent:
        kept.ContrastBolusAgent = AGENT
    if words.b_value is not None and "PerFrameFunctionalGroupsSequence" not in kept:
        kept.DiffusionBValue = words.b_value
    if has_epi_factor(dataset):
        kept.ScanningSequence = [*_values(kept, "ScanningSequence"), "EP"]


def _values(dataset: pydicom.Dataset, keyword: str) -> list[str]:
    value = dataset.get(keyword) or []
    return [str(one) for one in value] if isinstance(value, MultiValue | list) else [str(value)]


def _code(value: str, meaning: str) -> pydicom.Dataset:
    code = pydicom.Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, "DCM", meaning
    return code


def _kept(dataset: pydicom.Dataset) -> pydicom.Dataset:
    """The listed elements, in sequences too; one that cannot be read is left out."""
    kept = pydicom.Dataset()
    for tag in sorted(dataset.keys()):
        keyword = keyword_for_tag(tag)
        if keyword not in _KEPT and keyword not in _RENAMED:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                element = dataset[tag]
        except UNREADABLE:
            continue
        if keyword in _RENAMED:
            kept.add_new(tag, "UI", pseudonym_uid(str(element.value)) if element.value else "")
        elif element.VR == "SQ":
            kept.add(DataElement(tag, "SQ", [_kept(item) for item in element.value]))
        elif _is_sound(element):
            kept.add(element)
    return kept


def _is_sound(element: DataElement) -> bool:
    """False where words stand in place of a number: pydicom passes them on as text."""
    values = element.value if isinstance(element.value, MultiValue | list) else [element.value]
    return element.VR not in {"DS", "IS"} or all(not value or _is_number(str(value)) for value in values)


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
