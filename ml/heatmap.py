"""Grad-CAM on the end of the network, in one forward pass, and its way back into the patient.

Everything before the place that is explained runs once under inference mode; captum's LayerGradCam then reads the
activations there. That equals LayerGradCam on the whole network (a test holds it), because nothing before the activations
takes part in the gradient. The place is the entrance of the head, which makes the second part all but free, unless a
bundle names the end of an earlier block because it points better.
"""

from dataclasses import dataclass

import numpy as np
import torch
from captum.attr import LayerGradCam
from numpy.typing import NDArray
from torch import Tensor, nn

from ml.architecture import LAST
from ml.networks import DarndestNetwork
from ml.resampling import inside_source, resample
from ml.volume import Affine, Volume


@dataclass(frozen=True, eq=False)
class Heatmap:
    """Where the network's evidence for recurrence lies, on one fixed scale for all studies.

    `values` (d, h, w) float32 from 0 to 1: the map after ReLU, divided by its fixed reference and clipped. `evidence` is
    the same before clipping. `affine` (4, 4) maps cell indices to LPS mm. `peak` is the centre of the strongest cell, or
    None where no cell speaks for recurrence.
    """

    values: NDArray[np.float32]
    evidence: NDArray[np.float32]
    affine: Affine
    peak: tuple[float, float, float] | None

    @classmethod
    def from_activation(cls, raw: NDArray[np.float32], reference: float, crop: Affine, shape: tuple[int, ...]) -> "Heatmap":
        """From raw values (d, h, w) over a network's input of `shape` whose affine is `crop`; `reference` becomes 1."""
        affine = crop @ _cells_to_voxels(raw.shape, shape)
        evidence = (np.maximum(raw, 0) / np.float32(reference)).astype(np.float32)
        peak = None
        if evidence.max() > 0:
            # Before clipping: several cells may reach the top of the scale.
            cell = np.unravel_index(int(evidence.argmax()), evidence.shape)
            x, y, z = affine[:3, :3] @ np.array(cell) + affine[:3, 3]
            peak = (float(x), float(y), float(z))
        return cls(values=np.minimum(evidence, 1), evidence=evidence, affine=affine, peak=peak)

    @property
    def cell_size(self) -> tuple[float, float, float]:
        """Size of one cell between slices, rows, columns, mm: what the map cannot resolve."""
        slices, rows, columns = np.linalg.norm(self.affine[:3, :3], axis=0)
        return float(slices), float(rows), float(columns)

    def on_grid(self, volume: Volume) -> NDArray[np.float32]:
        """Values from 0 to 1 at every voxel of `volume`, (slices, rows, columns) float32; zero outside the crop."""
        to_cells = np.linalg.inv(self.affine) @ volume.affine
        values = resample(self.values, to_cells, volume.shape)
        return np.clip(values, 0, 1, out=values)

    def covers(self, volume: Volume) -> NDArray[np.bool_]:
        """Which voxels of `volume` lie inside the crop that the network read."""
        return inside_source(np.linalg.inv(self.affine) @ volume.affine, volume.shape, self.values.shape)


def _cells_to_voxels(cells: tuple[int, ...], shape: tuple[int, ...]) -> Affine:
    """Index of a cell to index of the input voxel at its centre; cells share out the input evenly."""
    matrix = np.eye(4)
    for axis, (count, length) in enumerate(zip(cells, shape, strict=True)):
        step = length / count
        matrix[axis, axis], matrix[axis, 3] = step, (step - 1) / 2
    return matrix


def grad_cam(network: DarndestNetwork, x: Tensor, place: str = LAST) -> tuple[Tensor, Tensor]:
    """Logits (N,) and Grad-CAM (N, d, h, w) after ReLU, unscaled, of inputs (N, 1, D, H, W); `network` in eval mode.

    `place` is one of `network.spec.places`.
    """
    front, tail = network.cut(place)
    with torch.inference_mode():
        features = front(x)
    return explain_features(tail, features)


def explain_features(tail: nn.Sequential, features: Tensor) -> tuple[Tensor, Tensor]:
    """The same from activations (N, C, d, h, w), wherever they were computed; `tail` leads from them to logits (N, 1)."""
    if tail.training:
        raise ValueError("The network is in training mode; call eval() before asking it to explain itself.")
    with torch.inference_mode():
        logits = tail(features)[:, 0]
    # Inference tensors may not require a gradient; a clone made outside inference mode may.
    activations = features.clone().requires_grad_()
    attribution = LayerGradCam(tail, tail[0]).attribute(
        activations, target=0, attribute_to_layer_input=True, relu_attributions=True
    )
    return logits, attribution[:, 0].detach()
