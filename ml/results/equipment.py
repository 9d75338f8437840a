"""What each of our DICOM objects says alike: its UIDs, and which device and algorithms made it (PS3.3 C.7.5.1, C.12.1.1)."""

from collections.abc import Sequence
from typing import Any

import pydicom
from highdicom import ContributingEquipment
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from ml.results import codes as our
from ml.results.named import Named
from ml.results.statement import Network

MANUFACTURER = "DARNDEST"
MODEL = "DARNDEST triage"
DEMONSTRATION = "demonstration, synthetic data"
NOT_CLINICAL = "Not for clinical use"
TYPE_1_LENGTH = 64
UNKNOWN_SERIAL = "none"


def device_uid(software_version: str) -> str:
    """The UID of this software in this version, the same everywhere."""
    return str(generate_uid(entropy_srcs=[MODEL, software_version]))


def labelled(text: str, synthetic: bool) -> str:
    """A series description; with the label where something was synthetic."""
    return (f"{text} ({DEMONSTRATION})" if synthetic else text)[:64]


def made(named: Named, networks: Sequence[Network], software_version: str, description: str) -> dict[str, Any]:
    """As highdicom's constructors take it, for an object in a series of its own. The serial number is the first bundle's."""
    return {
        "series_instance_uid": named.series_instance_uid,
        "series_number": named.series_number,
        "sop_instance_uid": named.sop_instance_uid,
        "instance_number": 1,
        "series_description": description,
        "manufacturer": MANUFACTURER,
        "manufacturer_model_name": MODEL,
        "software_versions": software_version,
        "device_serial_number": networks[0].sha256[:16] if networks else UNKNOWN_SERIAL,
        "contributing_equipment": [_contribution(network, software_version) for network in networks],
        "coding_schemes": our.coding_schemes(),
        "transfer_syntax_uid": ExplicitVRLittleEndian,
    }


def _contribution(network: Network, software_version: str) -> ContributingEquipment:
    """A bundle's name, version and hash."""
    return ContributingEquipment(
        MANUFACTURER,
        codes.DCM.ProcessingEquipment,
        manufacturer_model_name=network.name[:TYPE_1_LENGTH],
        software_versions=[software_version, network.sha256],
        device_serial_number=network.sha256[:16],
        contribution_description=f"3D convolutional network that reads {network.sequence}",
    )


def refer_to_predecessor(dataset: pydicom.Dataset, sop_class_uid: str, sop_instance_uid: str) -> None:
    """Say of an image which one it replaces: images have no predecessor documents (PS3.3 C.12.4, Referenced Instance)."""
    reference, purpose = pydicom.Dataset(), pydicom.Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = sop_class_uid, sop_instance_uid
    code = our.PREDECESSOR
    purpose.CodeValue, purpose.CodingSchemeDesignator, purpose.CodeMeaning = code.value, code.scheme_designator, code.meaning
    reference.PurposeOfReferenceCodeSequence = [purpose]
    dataset.ReferencedInstanceSequence = [reference]
