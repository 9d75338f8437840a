"""Where in a network Grad-CAM reads best: localisation at the end of each block, measured on cases with known lesions.

The shipped place is the entrance of the head ("last"): the only one that costs no second pass. This table says what that
choice gains or gives away, and how the methods on demand compare.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from captum.attr import LayerGradCam
from numpy.typing import NDArray
from torch import Tensor, nn

from ml.architecture import ResNetSpec
from ml.attribution import attribute
from ml.bundle import Bundle
from ml.evaluation.localisation import Spot, localisation, localise
from ml.explanation import EXPLANATIONS, ON_DEMAND, Method
from ml.heatmap import Heatmap, grad_cam
from ml.networks import DarndestNetwork
from ml.phantom.case import Cohort, generate_case
from ml.prediction import load_network
from ml.series.role import Role
from ml.volume import Volume

LAST = "last"


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


def block_ends(network: DarndestNetwork) -> dict[str, nn.Module]:
    """The module at the end of each block by name, first to last."""
    stem = "layer" if isinstance(network.spec, ResNetSpec) else "denseblock"
    return {f"{stem}{n}": network.features.get_submodule(f"{stem}{n}") for n in range(1, len(network.spec.block_config) + 1)}


def layer_maps(network: DarndestNetwork, x: Tensor) -> dict[str, NDArray[np.float32]]:
    """Grad-CAM (d, h, w) after ReLU at the end of each block, and as shipped, of one input (1, 1, D, H, W)."""
    maps = {
        name: LayerGradCam(network, module).attribute(x, target=0, relu_attributions=True)[0, 0].detach().numpy()
        for name, module in block_ends(network).items()
    }
    return {**maps, LAST: grad_cam(network, x)[1][0].numpy()}


def measure_layers(
    bundles: Iterable[Bundle], lesions: Iterable[Lesion], methods: Iterable[Method] = ()
) -> list[dict[str, Any]]:
    """Localisation of every place (and of `methods` on demand) for every bundle; plain values, a row each.

    ValueError where a case lacks a bundle's series.
    """
    loaded = [(bundle, load_network(bundle)) for bundle in bundles]
    spots: dict[tuple[int, str], list[Spot]] = defaultdict(list)
    cells: dict[tuple[int, str], tuple[float, float, float]] = {}
    for lesion in lesions:
        for number, (bundle, network) in enumerate(loaded):
            for name, heatmap in _maps(bundle, network, lesion, tuple(methods)).items():
                mask = lesion.mask.voxels > 0.5
                spots[number, name].append(localise(heatmap.evidence, heatmap.affine, mask, lesion.mask.affine))
                cells[number, name] = heatmap.cell_size
    return [
        {
            "bundle": loaded[number][0].name,
            "sequence": str(loaded[number][0].role),
            "architecture": loaded[number][0].network.architecture,
            "place": name,
            "cell_size": [round(mm, 1) for mm in cells[number, name]],
            **localisation(found).to_json(),
        }
        for (number, name), found in sorted(spots.items(), key=lambda item: item[0][0])
    ]


def _maps(bundle: Bundle, network: DarndestNetwork, lesion: Lesion, methods: tuple[Method, ...]) -> dict[str, Heatmap]:
    if bundle.role not in lesion.volumes:
        raise ValueError(f"A case has no {bundle.role}, which bundle {bundle.name} reads; make the cases with it.")
    prepared = bundle.preprocessing.apply(lesion.volumes[bundle.role])
    x = torch.from_numpy(prepared.voxels)[None, None]
    raw = layer_maps(network, x)
    for method in methods:
        raw[EXPLANATIONS[method].name] = attribute(network, x, method, bundle.preprocessing.spacing)
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


__all__ = ["ON_DEMAND", "Lesion", "as_markdown", "block_ends", "layer_maps", "measure_layers", "phantom_lesions"]
