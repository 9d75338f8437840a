"""Where in a network Grad-CAM reads best: localisation at the end of each block, measured on cases with known lesions.

The entrance of the head ("last") costs no second pass through anything. An earlier place is chosen where it points clearly
better (`best_place`); the table says what the choice gains or gives away, and how the methods on demand compare.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.architecture import LAST
from ml.attribution import attribute
from ml.bundle import Bundle
from ml.evaluation.localisation import Spot, localisation, localise
from ml.explanation import EXPLANATIONS, ON_DEMAND, Method
from ml.heatmap import Heatmap, grad_cam
from ml.networks import DarndestNetwork
from ml.phantom.case import Cohort, generate_case
from ml.prediction import load_network
from ml.preprocessing import Preprocessing
from ml.series.role import Role
from ml.volume import Volume

MARGIN = 0.05
"""An earlier place must bring this share more of the peaks within 10 mm of the lesion than the entrance of the head."""


@dataclass(frozen=True, eq=False)
class Lesion:
    """A case with recurrence: its series, and the lesion's mask in the patient's space."""

    volumes: Mapping[Role, Volume]
    mask: Volume


def phantom_lesions(cases: int, seed: int, cohort: Cohort, roles: Iterable[Role]) -> Iterator[Lesion]:
    """`cases` synthetic recurrences, made one after another; those without a voxel in the mask are passed over."""
    roles, made = list(roles), 0
    for number in range(1, 10_000):
        if made == cases:
            return
        case = generate_case(seed * 10_000 + number, cohort, label=1, roles=roles)
        if case.lesion is not None and (case.lesion.voxels > 0.5).any():
            made += 1
            yield Lesion(case.volumes, case.lesion)


@dataclass(frozen=True, eq=False)
class Subject:
    """A network to measure, in eval mode, and how its input is made."""

    name: str
    role: Role
    network: DarndestNetwork
    preprocessing: Preprocessing

    @classmethod
    def of(cls, bundle: Bundle) -> "Subject":
        """A bundle's network; BundleRefused where its weights do not fit."""
        return cls(bundle.name, bundle.role, load_network(bundle), bundle.preprocessing)


def layer_maps(network: DarndestNetwork, x: Tensor) -> dict[str, NDArray[np.float32]]:
    """Grad-CAM (d, h, w) after ReLU at each of the network's places, first to last, of one input (1, 1, D, H, W)."""
    return {place: grad_cam(network, x, place)[1][0].numpy() for place in network.spec.places}


def measure_layers(
    subjects: Sequence[Subject], lesions: Iterable[Lesion], methods: Iterable[Method] = ()
) -> list[dict[str, Any]]:
    """Localisation of every place (and of `methods` on demand) for every network; plain values, a row each.

    ValueError where a case lacks a network's series.
    """
    spots: dict[tuple[int, str], list[Spot]] = defaultdict(list)
    cells: dict[tuple[int, str], tuple[float, float, float]] = {}
    for lesion in lesions:
        for number, subject in enumerate(subjects):
            for name, heatmap in _maps(subject, lesion, tuple(methods)).items():
                mask = lesion.mask.voxels > 0.5
                spots[number, name].append(localise(heatmap.evidence, heatmap.affine, mask, lesion.mask.affine))
                cells[number, name] = heatmap.cell_size
    return [
        {
            "bundle": subjects[number].name,
            "sequence": str(subjects[number].role),
            "architecture": subjects[number].network.spec.architecture,
            "place": name,
            "cell_size": [round(mm, 1) for mm in cells[number, name]],
            **localisation(found).to_json(),
        }
        for (number, name), found in sorted(spots.items(), key=lambda item: item[0][0])
    ]


def best_place(rows: Iterable[Mapping[str, Any]]) -> str:
    """Where Grad-CAM of one network should read, from its rows of `measure_layers`.

    The place with the most peaks within 10 mm of the lesion, the later one of equals; the entrance of the head unless an
    earlier one brings `MARGIN` more. ValueError where the entrance of the head was not measured.
    """
    found = {row["place"]: float(row["within_10_mm"]["value"] or 0.0) for row in rows}
    if LAST not in found:
        raise ValueError(f"Places {sorted(found)} were measured; expected {LAST!r} among them.")
    best = max(reversed(found), key=found.__getitem__)
    return best if found[best] >= found[LAST] + MARGIN else LAST


def _maps(subject: Subject, lesion: Lesion, methods: tuple[Method, ...]) -> dict[str, Heatmap]:
    if subject.role not in lesion.volumes:
        raise ValueError(f"A case has no {subject.role}, which {subject.name} reads; make the cases with it.")
    prepared = subject.preprocessing.apply(lesion.volumes[subject.role])
    x = torch.from_numpy(prepared.voxels)[None, None]
    raw = layer_maps(subject.network, x)
    for method in methods:
        raw[EXPLANATIONS[method].name] = attribute(subject.network, x, method, subject.preprocessing.spacing)
    shape = prepared.voxels.shape
    return {name: Heatmap.from_activation(values, 1.0, prepared.affine, shape) for name, values in raw.items()}


def as_markdown(rows: Iterable[Mapping[str, Any]]) -> str:
    """The table for a document: what was reached, and in brackets what chance gives."""
    head = ["network", "sequence", "map", "cells mm", "cases", "peak in lesion", "within 10 mm", "within one cell"]
    lines = [[*head, "energy in lesion"]]
    for row in rows:
        size = " × ".join(f"{mm:g}" for mm in row["cell_size"])
        reached = [_share(row[name]["value"], row["chance"][name]) for name in ("hit", "within_10_mm", "within_one_cell")]
        place = [row["architecture"], row["sequence"], row["place"], size, str(row["cases"])]
        lines.append([*place, *reached, _share(row["energy"]["value"], row["chance"]["energy"])])
    text = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([text[0], "|" + "---|" * len(lines[0]), *text[1:]]) + "\n"


def _share(value: float | None, chance: float) -> str:
    """Per cent, and chance in brackets."""
    return f"{'–' if value is None else f'{100 * value:.0f}'} ({100 * chance:.1f})"


__all__ = ["ON_DEMAND", "Lesion", "Subject", "as_markdown", "best_place", "layer_maps", "measure_layers", "phantom_lesions"]
