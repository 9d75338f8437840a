"""One series of a cohort as guard and quality gates will see others: its statistics, quality, and how it was acquired."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.guard import Acquired, acquired
from ml.guard.packing import pack, unpack
from ml.guard.statistics import THUMB, Thumb, statistics, thumb
from ml.phantom.case import Case
from ml.phantom.dicom import vendor_of
from ml.preprocessing import NetworkInput
from ml.quality import measure
from ml.series.role import Role
from ml.survey import survey
from ml.volume import Volume

_NO_AVERAGE = np.zeros(THUMB, np.float32)


@dataclass(frozen=True, eq=False)
class Observation:
    """One series of a cohort: statistics (p,) without likeness, coarse image, quality measures, how it was acquired."""

    values: NDArray[np.float64]
    small: Thumb
    measures: Mapping[str, float | None]
    one: Acquired

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "values": self.values.tolist(),
            "small": pack(self.small),
            "measures": dict(self.measures),
            "numbers": dict(self.one.numbers),
            "names": dict(self.one.names),
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Observation":
        """Read back what `to_json` wrote."""
        one = Acquired(row["numbers"], row["names"])
        return cls(np.array(row["values"]), unpack(row["small"]), row["measures"], one)


def observe(volume: Volume, prepared: NetworkInput, one: Acquired) -> Observation:
    """Look at one series of a cohort, prepared as its network reads it."""
    seen = survey(volume, prepared)
    values = statistics(prepared, seen, _NO_AVERAGE)
    return Observation(values, thumb(prepared), measure(volume, prepared, seen, one), one)


def observe_case(case: Case, prepared: Mapping[Role, NetworkInput]) -> dict[Role, Observation]:
    """Every series of a synthetic case, prepared as its network reads it."""
    return {role: observe(case.volumes[role], one, acquired_of(case, role)) for role, one in prepared.items()}


def acquired_of(case: Case, role: Role) -> Acquired:
    """How a synthetic series was acquired: what `acquired_as` reads from its DICOM, without writing that."""
    volume, acquisition = case.volumes[role], case.acquisitions[role]
    inverted = acquisition.inversion_time > 0
    numbers = {
        "repetition_time": acquisition.repetition_time,
        "echo_time": acquisition.echo_time,
        "field_strength": case.examination.field_strength,
        "slice_thickness": volume.spacing[0] if inverted else case.examination.thickness,
        **({"inversion_time": acquisition.inversion_time} if inverted else {}),
    }
    names = {
        "weighting": "T2" if role is Role.T2WI else "T1",
        "sequence": "inversion-prepared gradient echo" if inverted else "spin echo",
        "acquisition": "3D" if inverted else "2D",
        "manufacturer": _MAKERS[vendor_of(case.truth).manufacturer],
    }
    if role is not Role.T2WI:
        names["contrast"] = f"{'after' if role is Role.T1WIC else 'before'} a contrast agent"
    own = acquired(volume)
    return replace(own, numbers={**own.numbers, **numbers}, names={**own.names, **names})


_MAKERS = {"GE MEDICAL SYSTEMS": "GE", "SIEMENS": "Siemens", "Philips Medical Systems": "Philips", "UIH": "United Imaging"}
