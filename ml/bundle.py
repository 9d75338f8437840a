"""A model on disk: a folder with weights.safetensors and bundle.json, checked as it is read, addressed by its hash.

bundle.json holds what a result must be reproducible from: architecture, preprocessing, cutoff, the heatmap's fixed
reference, where the weights come from and what they reached. No torch here, since a web process lists bundles too.
Nothing is unpickled, and a bundle is never written over.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from ml.architecture import LAST, NetworkSpec
from ml.preprocessing import Preprocessing
from ml.screening import Screening
from ml.series import Role

WEIGHTS = "weights.safetensors"
DESCRIPTION = "bundle.json"
FORMAT = 1
KINDS = ("F32", "F16", "I64")
"""What weights are stored as; I64 are the counters of the norms."""
DEMONSTRATION = "demonstration, synthetic data"
SAFEGUARDS = ("guard", "quality")
OPTIONAL = frozenset({*SAFEGUARDS, "heatmap_layer"})
"""Entries that bundles made before there were any lack."""
REMEDY = "Take the bundle again from where it was made; a bundle is never edited."


class BundleRefused(ValueError):  # noqa: N818 - a refusal, named like the others here
    """A folder that is no usable bundle: what was found, what was expected, what to do."""


class Weighted(Protocol):
    """A network as far as writing it needs: named tensors that can turn into numpy arrays."""

    spec: NetworkSpec

    def state_dict(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Manifest:
    """What bundle.json says. `heatmap_reference` is the raw Grad-CAM value that every study's heatmap is divided by."""

    name: str
    role: Role
    network: NetworkSpec
    preprocessing: Preprocessing
    cutoff: float
    heatmap_reference: float
    fat_saturated: bool | None
    synthetic: bool
    label: str
    provenance: Mapping[str, Any] = field(default_factory=dict)
    """Who made it from what: training data and its hash, code version, seed, settings, time."""
    metrics: Mapping[str, Any] = field(default_factory=dict)
    """What it reached and on which cases, with intervals."""
    guard: Mapping[str, Any] = field(default_factory=dict)
    """What its training images were like (ml.guard), so that others are noticed; empty in a bundle made without it."""
    quality: Mapping[str, Any] = field(default_factory=dict)
    """The limits of the quality gates (ml.quality); empty in a bundle made without them."""
    heatmap_layer: str = LAST
    """Where Grad-CAM reads: one of `network.places`."""

    def __post_init__(self) -> None:
        """Refuse values no bundle may have."""
        if not self.name or self.role not in (Role.T1WI, Role.T2WI, Role.T1WIC):
            raise ValueError(f"Name {self.name!r}, role {self.role!r}; expected a name and one of T1WI, T2WI, T1WIC.")
        if not 0 < self.cutoff < 1:
            raise ValueError(f"The cutoff is {self.cutoff}; expected a score between 0 and 1.")
        if not 0 < self.heatmap_reference < float("inf"):
            raise ValueError(f"The heatmap's reference is {self.heatmap_reference}; expected a value above 0.")
        if self.heatmap_layer not in self.network.places:
            expected = ", ".join(self.network.places)
            raise ValueError(f"The heatmap's layer is {self.heatmap_layer!r}; expected one of {expected}.")
        if self.synthetic and "synthetic" not in self.label:
            raise ValueError(f"A bundle from synthetic data must say so in its label; found {self.label!r}.")
        # Damaged safeguards are refused with the bundle: never a network that runs unguarded without saying so.
        Screening.from_json(self.guard, self.quality)

    def to_json(self) -> dict[str, Any]:
        """Plain values, without the weights' hash, which writing adds."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        values |= {"role": str(self.role), "network": self.network.to_json(), "preprocessing": self.preprocessing.to_json()}
        values |= {name: dict(getattr(self, name)) for name in ("provenance", "metrics", *SAFEGUARDS)}
        return {"format": FORMAT, **values}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Manifest":
        """Read and check every entry; ValueError names the first that is wrong."""
        if values.get("format") != FORMAT:
            raise ValueError(f"Its format is {values.get('format')!r}; this program reads format {FORMAT}.")
        names = {item.name for item in fields(cls)}
        missing, unknown = names - set(values) - OPTIONAL, set(values) - names - {"format", "weights_sha256"}
        if missing or unknown:
            raise ValueError(f"Missing entries: {sorted(missing)}; unknown entries: {sorted(unknown)}.")
        _check_types(values)
        return cls(
            **{name: values[name] for name in (names & set(values)) - _CONVERTED},
            role=Role(values["role"]),
            network=NetworkSpec.from_json(values["network"]),
            preprocessing=Preprocessing.from_json(values["preprocessing"]),
            cutoff=float(values["cutoff"]),
            heatmap_reference=float(values["heatmap_reference"]),
        )


_TYPES: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "role": (str,),
    "network": (dict,),
    "preprocessing": (dict,),
    "cutoff": (int, float),
    "heatmap_reference": (int, float),
    "fat_saturated": (bool, type(None)),
    "synthetic": (bool,),
    "label": (str,),
    "provenance": (dict,),
    "metrics": (dict,),
    "guard": (dict,),
    "quality": (dict,),
    "heatmap_layer": (str,),
}
_CONVERTED = {"role", "network", "preprocessing", "cutoff", "heatmap_reference"}


def _check_types(values: Mapping[str, Any]) -> None:
    for name, types in _TYPES.items():
        if name in OPTIONAL and name not in values:
            continue
        value = values[name]
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            expected = " or ".join(kind.__name__ for kind in types)
            raise ValueError(f"Entry {name!r} is {type(value).__name__}; expected {expected}.")


@dataclass(frozen=True)
class Bundle:
    """One bundle as read: its folder, what it says (`facts`, and as plain JSON `manifest`), and the hash over both files."""

    folder: Path
    facts: Manifest
    manifest: Mapping[str, Any]
    sha256: str

    @classmethod
    def load(cls, folder: Path) -> "Bundle":
        """Read and check a folder; BundleRefused names what is wrong."""
        folder = Path(folder)
        try:
            described = (folder / DESCRIPTION).read_bytes()
            weights = (folder / WEIGHTS).read_bytes()
        except OSError as error:
            raise BundleRefused(f"{folder} is no bundle: {error}. Expected {DESCRIPTION} and {WEIGHTS} in it.") from error
        try:
            manifest = json.loads(described)
            if not isinstance(manifest, dict):
                raise ValueError("It holds no object.")
            facts = Manifest.from_json(manifest)
        except (ValueError, TypeError, RecursionError) as error:
            raise BundleRefused(f"{folder / DESCRIPTION} cannot be read: {error} {REMEDY}") from error
        found = hashlib.sha256(weights).hexdigest()
        if manifest.get("weights_sha256") != found:
            raise BundleRefused(
                f"{folder / WEIGHTS} has SHA-256 {found}; {DESCRIPTION} expects {manifest.get('weights_sha256')}. {REMEDY}"
            )
        _check_tensors(folder / WEIGHTS)
        return cls(folder=folder, facts=facts, manifest=manifest, sha256=_hash(weights, described))

    @property
    def name(self) -> str:
        """The bundle's name."""
        return self.facts.name

    @property
    def role(self) -> Role:
        """The sequence that it reads."""
        return self.facts.role

    @property
    def network(self) -> NetworkSpec:
        """What its network is made of."""
        return self.facts.network

    @property
    def preprocessing(self) -> Preprocessing:
        """How its input is made."""
        return self.facts.preprocessing

    @property
    def cutoff(self) -> float:
        """Its own operating point (Youden)."""
        return self.facts.cutoff

    @property
    def heatmap_reference(self) -> float:
        """The raw Grad-CAM value shown as 1 in every study."""
        return self.facts.heatmap_reference

    @property
    def heatmap_layer(self) -> str:
        """Where Grad-CAM reads, one of `network.places`."""
        return self.facts.heatmap_layer

    @property
    def screening(self) -> Screening:
        """Its guard and quality gates."""
        return Screening.from_json(self.facts.guard, self.facts.quality)

    @property
    def fat_saturated(self) -> bool | None:
        """Whether its training images were fat-saturated; None where both were."""
        return self.facts.fat_saturated

    @property
    def synthetic(self) -> bool:
        """Whether it was trained on synthetic data."""
        return self.facts.synthetic

    @property
    def label(self) -> str:
        """What must stand beside every result of it."""
        return self.facts.label


def _check_tensors(path: Path) -> None:
    try:
        with safe_open(path, framework="np") as file:
            names = list(file.keys())
            for name in names:
                kind = file.get_slice(name).get_dtype()
                if kind not in KINDS:
                    raise BundleRefused(f"{path}: {name} is stored as {kind}; expected one of {', '.join(KINDS)}. {REMEDY}")
                if not np.isfinite(file.get_tensor(name)).all():
                    raise BundleRefused(f"{path}: {name} holds values that are no finite numbers. {REMEDY}")
    except SafetensorError as error:
        raise BundleRefused(f"{path} is no safetensors file: {error}. {REMEDY}") from error
    if not names:
        raise BundleRefused(f"{path} holds no weights. {REMEDY}")


def _hash(weights: bytes, described: bytes) -> str:
    """SHA-256 over the two files' own hashes, weights first."""
    return hashlib.sha256(hashlib.sha256(weights).digest() + hashlib.sha256(described).digest()).hexdigest()


def write_bundle(folder: Path, network: Weighted, manifest: Manifest) -> Bundle:
    """Write both files into a folder that holds no bundle yet, and read them back; BundleRefused where one lies there."""
    folder = Path(folder)
    if network.spec != manifest.network:
        raise ValueError(f"The network is {network.spec}; the manifest describes {manifest.network}.")
    if (folder / DESCRIPTION).exists() or (folder / WEIGHTS).exists():
        raise BundleRefused(f"{folder} already holds a bundle, and bundles are never written over. Choose another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.detach().cpu().contiguous().numpy() for name, tensor in network.state_dict().items()}
    save_file(tensors, folder / WEIGHTS)
    digest = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    text = json.dumps({**manifest.to_json(), "weights_sha256": digest}, indent=2, sort_keys=True, ensure_ascii=False)
    (folder / DESCRIPTION).write_text(text + "\n", encoding="utf-8")
    return Bundle.load(folder)
