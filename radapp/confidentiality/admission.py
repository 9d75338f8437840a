"""Which objects may leave: images whose header can be cleaned by the table, and in which no writing is to be feared.

Pixels are not looked at. Writing may be burned into whatever says so, into captures of screens, into ultrasound, into MR
and CT in colours, into bits of the pixels that are an overlay's, and into this application's own key images: those stay
behind unless burned-in annotation was allowed. Reports, documents and
presentation states say in free content what the table cannot clean: they always stay behind.
"""

import pydicom
from pydicom import uid
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag
from pydicom.uid import UID_dictionary

from radapp.archive.encoding import IMAGE_CLASSES
from radapp.archive.headers import text

SECONDARY_CAPTURES = frozenset(
    {
        uid.SecondaryCaptureImageStorage,
        uid.MultiFrameSingleBitSecondaryCaptureImageStorage,
        uid.MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
        uid.MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
        uid.MultiFrameTrueColorSecondaryCaptureImageStorage,
    }
)
ULTRASOUND = frozenset(
    {
        uid.UltrasoundImageStorage,
        uid.UltrasoundMultiFrameImageStorage,
        uid.EnhancedUSVolumeStorage,
        "1.2.840.10008.5.1.4.1.1.6",  # retired
        "1.2.840.10008.5.1.4.1.1.3",
    }
)
DERIVED = frozenset({uid.ParametricMapStorage, uid.SegmentationStorage})
GREY = frozenset({"MR", "CT", "PT", "NM"})
SCREENS = frozenset({"SCREEN SAVE", "SCREENSHOT", "SCREEN CAPTURE", "SCREEN"})

BURNED_IN = "writing may be burned into its pixels: {why}"
NOT_CLEANED = "it is a {name}, whose content the profile's table cannot clean"


def burned_in(dataset: pydicom.Dataset) -> str:
    """Why writing may stand in the pixels; empty where nothing speaks for it."""
    sop_class = str(dataset.get("SOPClassUID", ""))
    if text(dataset, "BurnedInAnnotation").upper() == "YES":
        return BURNED_IN.format(why="its header says so")
    if sop_class in SECONDARY_CAPTURES or "ConversionType" in dataset:
        return BURNED_IN.format(why="it is a secondary capture")
    if sop_class in ULTRASOUND or text(dataset, "Modality") == "US":
        return BURNED_IN.format(why="it is ultrasound")
    kind = dataset.get("ImageType") or []
    values = kind if isinstance(kind, MultiValue | list) else [kind]
    if SCREENS & {str(value).upper() for value in values}:
        return BURNED_IN.format(why="its image type names a screen")
    if text(dataset, "Modality") in GREY and text(dataset, "SamplesPerPixel") == "3":
        return BURNED_IN.format(why="it is in colours, as pictures of screens are")
    if _has_overlay_in_pixels(dataset):
        return BURNED_IN.format(why="an overlay lies in its pixels' unused bits")
    return ""


def _has_overlay_in_pixels(dataset: pydicom.Dataset) -> bool:
    """An overlay without data of its own is in the pixels' bits (retired, PS3.3 2004 C.9.2)."""
    groups = {tag.group for tag in dataset.keys() if 0x6000 <= tag.group <= 0x601E and tag.group % 2 == 0}  # noqa: SIM118
    return any(BaseTag(group << 16 | 0x3000) not in dataset for group in groups)


def reason_to_stay(dataset: pydicom.Dataset, *, allow_burned_in: bool) -> str:
    """Why an object stays behind; empty where it may leave."""
    sop_class = str(dataset.get("SOPClassUID", ""))
    if sop_class not in IMAGE_CLASSES | DERIVED | SECONDARY_CAPTURES | ULTRASOUND:
        return NOT_CLEANED.format(name=_name_of(sop_class))
    return "" if allow_burned_in else burned_in(dataset)


def _name_of(sop_class: str) -> str:
    """The standard's name; a UID that it does not know is not repeated, whatever it may be."""
    if sop_class in UID_dictionary:
        return uid.UID(sop_class).name
    return "data set of a private class" if sop_class else "data set of no class"
