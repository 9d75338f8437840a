"""The kinds of map that say where a network's evidence lies: what each is called, what 1 on its scale means. No torch.

One record a method. What is here has passed both sanity checks of Adebayo et al., NeurIPS 2018 (tests/ml/test_sanity.py):
guided backpropagation and Guided Grad-CAM fail them and are therefore absent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Method(StrEnum):
    """What a map is computed by."""

    GRAD_CAM = "grad_cam"
    INTEGRATED_GRADIENTS = "integrated_gradients"
    OCCLUSION = "occlusion"


@dataclass(frozen=True)
class Explanation:
    """How maps of one method are named and read.

    `unit` says what 1 means, whichever the study; `reference` is that value in the method's own unit, or None where the
    bundle keeps it. `series_number` is that of T1WI's series; T2WI and T1WIC follow.
    """

    method: Method
    name: str
    label: str
    """First words of the series description."""
    unit: str
    code: tuple[str, str, str]
    """Value, coding scheme and meaning of the quantity: DICOM's own (PS3.16 CID 217) where it has one."""
    reference: float | None
    series_number: int

    @property
    def on_demand(self) -> bool:
        """Made only when a person asks, because it takes many passes through the network."""
        return self.method is not Method.GRAD_CAM


EXPLANATIONS: Mapping[Method, Explanation] = {
    one.method: one
    for one in (
        Explanation(
            Method.GRAD_CAM,
            "Grad-CAM",
            "Heatmap",
            "Class activation, 1 = the bundle's reference",
            ("130403", "DCM", "Gradient-weighted class activation"),
            None,
            9001,
        ),
        Explanation(
            Method.INTEGRATED_GRADIENTS,
            "integrated gradients",
            "Integrated gradients",
            "Log odds that 10 mm blocks add, 1 = 0.5",
            ("DARNDEST-IG", "99DARNDEST", "Log odds of local recurrence attributed by integrated gradients"),
            0.5,
            9011,
        ),
        Explanation(
            Method.OCCLUSION,
            "occlusion",
            "Occlusion",
            "Fall of the log odds when hidden, 1 = 2",
            ("DARNDEST-OCC", "99DARNDEST", "Fall of the log odds of local recurrence under occlusion"),
            2.0,
            9021,
        ),
    )
}
ON_DEMAND = tuple(one.method for one in EXPLANATIONS.values() if one.on_demand)
