"""The vocabulary of the table of header sets: vendors' habits as functions, sequences as keyword arguments.

Each row is one series, alone or with other series of its study. Values follow the vendors' habits (which attributes they
fill, how they name sequences); no row is copied from a patient.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Header = Mapping[str, Any]

AX = [0.998, -0.04, 0.02, 0.04, 0.97, -0.22]
SAG = [0.03, 0.999, 0.0, 0.02, 0.0, -0.999]
COR = [0.999, 0.02, 0.0, 0.0, 0.05, -0.998]


@dataclass(frozen=True)
class Row:
    """One series: its header, the role expected, a fragment of the evidence, fat saturation, its study's other series."""

    name: str
    header: Header
    role: str
    evidence: str
    fat: bool | None = False
    others: tuple[Header, ...] = field(default=())


def classic(maker: str, description: str, plane: list[float] = AX, kind: str = "2D", **attributes: Any) -> Header:
    """A classic MR Image header; ScanOptions is present and empty unless the row says otherwise."""
    base: dict[str, Any] = {
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.4",
        "Modality": "MR",
        "Manufacturer": maker,
        "SeriesDescription": description,
        "ImageType": ["ORIGINAL", "PRIMARY", "M", "ND"],
        "ScanOptions": None,
        "MRAcquisitionType": kind,
        "ImageOrientationPatient": plane,
        "SliceThickness": 4,
    }
    return {key: value for key, value in (base | attributes).items() if value != "absent"}


def enhanced(maker: str, description: str, plane: list[float] = AX, kind: str = "2D", **attributes: Any) -> Header:
    """An Enhanced MR header: lower-case keys go to their functional groups, the others to the top level."""
    base: dict[str, Any] = {
        "_enhanced": True,
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.4.1",
        "Modality": "MR",
        "Manufacturer": maker,
        "SeriesDescription": description,
        "MRAcquisitionType": kind,
        "plane": plane,
        "ImageType": ["ORIGINAL", "PRIMARY", "M", "NONE"],
        "NumberOfFrames": 30,
    }
    return base | attributes


def ge(description: str, plane: list[float] = AX, kind: str = "2D", **attributes: Any) -> Header:
    defaults: dict[str, Any] = {
        "ImageType": ["ORIGINAL", "PRIMARY", "OTHER"],
        "SequenceVariant": "SK",
        "ScanOptions": ["FAST_GEMS", "NPW", "TRF_GEMS", "FILTERED_GEMS"],
        "InversionTime": 0,
        "ProtocolName": "NPC W/WO CONTRAST",
    }
    return classic("GE MEDICAL SYSTEMS", description, plane, kind, **(defaults | attributes))


def siemens(description: str, plane: list[float] = AX, kind: str = "2D", **attributes: Any) -> Header:
    defaults: dict[str, Any] = {"SequenceVariant": ["SK", "SP", "OSP"], "ProtocolName": description}
    return classic("SIEMENS", description, plane, kind, **(defaults | attributes))


def philips(description: str, plane: list[float] = AX, kind: str = "2D", **attributes: Any) -> Header:
    defaults: dict[str, Any] = {
        "ImageType": ["ORIGINAL", "PRIMARY", "M_SE", "M", "SE"],
        "SequenceVariant": "SK",
        "ScanOptions": "OTHER",
        "InversionTime": 0,
        "ProtocolName": description,
    }
    return classic("Philips Medical Systems", description, plane, kind, **(defaults | attributes))


def united(description: str, plane: list[float] = AX, kind: str = "2D", **attributes: Any) -> Header:
    defaults: dict[str, Any] = {
        "SequenceVariant": "SK",
        "ProtocolName": description,
        "ImageType": ["ORIGINAL", "PRIMARY", "M"],
    }
    return classic("UIH", description, plane, kind, **(defaults | attributes))


def canon(description: str, plane: list[float] = AX, kind: str = "2D", **attributes: Any) -> Header:
    defaults: dict[str, Any] = {"SequenceVariant": "NONE", "ImageType": ["ORIGINAL", "PRIMARY"], "ProtocolName": ""}
    return classic("CANON_MEC", description, plane, kind, **(defaults | attributes))


def tse(tr: float, te: float, **more: Any) -> dict[str, Any]:
    """A (turbo) spin echo."""
    return {"ScanningSequence": "SE", "RepetitionTime": tr, "EchoTime": te, "EchoTrainLength": 5 if te < 60 else 19} | more


def inverted(tr: float, te: float, ti: float | None, **more: Any) -> dict[str, Any]:
    """An inversion recovery spin echo; ti None: not recorded."""
    found = {"ScanningSequence": ["SE", "IR"], "RepetitionTime": tr, "EchoTime": te} | more
    return found if ti is None else found | {"InversionTime": ti}


def gre(tr: float, te: float, flip: float, **more: Any) -> dict[str, Any]:
    """A gradient echo."""
    return {
        "ScanningSequence": "GR",
        "RepetitionTime": tr,
        "EchoTime": te,
        "FlipAngle": flip,
        "SequenceVariant": "SP",
    } | more


AGENT = {"ContrastBolusAgent": "Gadovist"}
GD = {"ContrastBolusAgent": "GADOLINIUM DTPA"}


def at(clock: str) -> dict[str, Any]:
    """When it was acquired, HHMM."""
    return {"AcquisitionDate": "20261101", "AcquisitionTime": f"{clock}00"}
