"""protocol.json: a set's weights and cutoffs, where they come from, and on which bundles they were found. No torch.

Cutoffs belong to weights: the file names the SHA-256 of the three bundles that its cutoffs were found on. Another bundle
under the same cutoffs is no calibrated set, however alike the two look.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.bundle import Bundle
from ml.tactic import Cutoffs, choose_cutoffs

if TYPE_CHECKING:  # it brings SciPy, which whoever only reads a protocol can do without
    from ml.tactic_calibration import TacticCalibration

FILE = "protocol.json"
ROLES = ("T1WI", "T2WI", "T1WIC")
EXPECTED = '{"name", "weights": {"T1WI", "T2WI"}, "cutoffs": {"first", "second", "T1WIC"}, "bundles", "calibration"}'
REMEDY = "Calibrate this set: python -m ml calibrate."


class ProtocolRefused(ValueError):  # noqa: N818 - a refusal
    """A protocol that cannot be read, or that does not belong to its bundles: what was found, what to do."""


@dataclass(frozen=True)
class ProtocolFile:
    """What protocol.json says. `bundles` is {role: SHA-256} of the calibrated set, empty where the file names none."""

    name: str
    weights: tuple[float, float]
    cutoffs: Cutoffs
    bundles: Mapping[str, str]
    calibration: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "ProtocolFile":
        """Read and check; ProtocolRefused says what is wrong."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            cutoffs, weights = values["cutoffs"], values["weights"]
            made = cls(
                name=str(values["name"]),
                weights=(float(weights["T1WI"]), float(weights["T2WI"])),
                cutoffs=Cutoffs(
                    first=float(cutoffs["first"]), second=float(cutoffs["second"]), t1wic=float(cutoffs["T1WIC"])
                ),
                bundles={str(role): str(sha256) for role, sha256 in (values.get("bundles") or {}).items()},
                calibration=dict(values.get("calibration") or {}),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ProtocolRefused(f"{path} cannot be read: {error!r}. Expected {EXPECTED}.") from error
        if min(made.weights) < 0 or abs(sum(made.weights) - 1) > 1e-9:
            raise ProtocolRefused(f"{path}: the weights {weights} do not add up to 1.")
        if made.bundles and set(made.bundles) != set(ROLES):
            raise ProtocolRefused(
                f"{path} names bundles for {sorted(made.bundles)}; expected one each for {', '.join(ROLES)}."
            )
        return made

    def check(self, found: Mapping[str, str]) -> bool:
        """Whether the cutoffs were found on these bundles ({role: SHA-256}); False where the file does not say.

        ProtocolRefused where it names others, or where the cases it keeps give other cutoffs than it states.
        """
        others = [role for role in self.bundles if self.bundles[role] != found[role]]
        if others:
            told = "; ".join(f"{role} is {found[role][:12]}, calibrated was {self.bundles[role][:12]}" for role in others)
            raise ProtocolRefused(f"The bundles were not calibrated together with protocol {self.name}: {told}. {REMEDY}")
        self._check_cutoffs()
        return bool(self.bundles)

    def _check_cutoffs(self) -> None:
        """The kept cases must give the stated cutoffs to the last bit: one that was edited belongs to no weights."""
        cases, enhanced = self.calibration.get("cases"), self.calibration.get("t1wic")
        if not cases or not enhanced:
            return
        target = str(self.calibration["second"]["target_sensitivity"])
        kept = choose_cutoffs([case[0] for case in cases], [case[1] for case in cases], enhanced, target).cutoffs
        if kept != self.cutoffs:
            raise ProtocolRefused(
                f"Protocol {self.name} states {self.cutoffs}; the calibration cases that it keeps give {kept}. "
                f"Cutoffs are not edited by hand. {REMEDY}"
            )


def load_cutoffs(folder: Path) -> Cutoffs:
    """The cutoffs of a folder's protocol.json."""
    return ProtocolFile.load(folder / FILE).cutoffs


def write_protocol(
    folder: Path,
    calibration: "TacticCalibration",
    *,
    name: str,
    label: str,
    synthetic: bool,
    notes: Mapping[str, Any] | None = None,
) -> Path:
    """Write protocol.json beside the three bundles that were calibrated; `notes` join its `calibration` (as `heldout`).

    The bundles must lie there in their final form, since they are named by hash. BundleRefused where one does not.
    """
    cutoffs = calibration.cutoffs
    values = {
        "name": name,
        "label": label,
        "synthetic": synthetic,
        "weights": {"T1WI": calibration.weights[0], "T2WI": calibration.weights[1]},
        "cutoffs": {"first": cutoffs.first, "second": cutoffs.second, "T1WIC": cutoffs.t1wic},
        "bundles": bundle_hashes(folder),
        "calibration": {"material": label, **(notes or {}), **calibration.to_json()},
    }
    return _write(folder / FILE, values)


def bundle_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 by role of the three bundles in a folder; BundleRefused where one is missing or damaged."""
    return {role: Bundle.load(folder / role).sha256 for role in ROLES}


def name_bundles(folder: Path) -> Path:
    """Enter the hashes of the folder's bundles into a protocol.json that was written before it named any.

    For whoever made the set and knows that its cutoffs were found on these bundles. ProtocolRefused where it names others.
    """
    path = folder / FILE
    found = bundle_hashes(folder)
    ProtocolFile.load(path).check(found)
    values = json.loads(path.read_text(encoding="utf-8"))
    calibration = values.pop("calibration", {})
    return _write(path, {**values, "bundles": found, "calibration": calibration})


def _write(path: Path, values: Mapping[str, Any]) -> Path:
    text = json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path
