"""Who says what a report says: this software, a device (TID 1001, TID 1004)."""

from highdicom.sr import DeviceObserverIdentifyingAttributes, ObservationContext, ObserverContext
from pydicom.sr.codedict import codes

from ml.results.equipment import MANUFACTURER, MODEL, device_uid


def observation_context(software_version: str) -> ObservationContext:
    """The device observer, to be put at the head of a report's content."""
    device = DeviceObserverIdentifyingAttributes(
        uid=device_uid(software_version),
        name=MODEL,
        manufacturer_name=MANUFACTURER,
        model_name=f"{MODEL} {software_version}",
    )
    return ObservationContext(ObserverContext(codes.DCM.Device, device))
